// One campaign: one `serve` over all kinds of sources, each fed at its own pace, while one fault after the other befalls it or its store. The
// sources share nothing but the process and the store, so that one kill is a kill of each of them.
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../bench/random.ts";
import type { Store } from "../../storage/store.ts";
import type { ClickHouseProxy, Passing } from "../stand-ins/clickhouse-proxy.ts";
import type { Feed } from "./feeds.ts";
import type { Oracle } from "./oracle.ts";
import { Served } from "./served.ts";

export interface Fault {
  readonly name: string;
  /** Befalls while events are fed; resolves once it is over and the program runs, or starts, again. */
  strike(campaign: Campaign): Promise<void>;
}

/** How far a source was in the process that was killed. */
export const phases = ["no statement yet", "before its first insert", "insert open", "between insert and commit", "between inserts"] as const;
export type Phase = (typeof phases)[number];

/** Of statements to the store that a source causes. */
export interface Meeting {
  readonly begins: "INSERT INTO records" | "INSERT INTO actions" | "INSERT INTO cursors";
  /** Of whom; the next statement of each. */
  readonly sources: readonly string[];
  /** How many of them are waited for, whichever come first; all by default. */
  readonly count?: number;
}

const eventsAPublication = 6;
const pauseMs = 1000;
/** Only a hang may meet it. */
export const patienceMs = 180_000;
const recordsInsert = "INSERT INTO records";
const actionsInsert = "INSERT INTO actions";
const cursorsInsert = "INSERT INTO cursors";

export class Campaign {
  readonly feeds: readonly Feed[];
  readonly sources: readonly string[];
  readonly served: Served;
  readonly proxy: ClickHouseProxy;
  readonly random: Random;
  /** By source: how many kills met it in which phase. */
  readonly kills = new Map<string, Map<Phase, number>>();
  readonly #oracle: Oracle;
  readonly #folder: string;
  readonly #location: string;
  #during = "";
  #rule: ((passing: Passing) => Promise<void>) | undefined;
  #isFeeding = false;
  #feeding: Promise<unknown> = Promise.resolve();
  /** Of the process at hand: whether it asked the store anything, whose rows came, and which statements of whom are not answered yet. */
  #hasSpoken = false;
  #begun = new Set<string>();
  #open = new Map<Passing, string>();

  /** `database`: made and migrated by the program. */
  constructor(options: {
    readonly folder: string;
    readonly feeds: readonly Feed[];
    readonly proxy: ClickHouseProxy;
    readonly database: string;
    readonly oracle: Oracle;
    readonly random: Random;
  }) {
    this.feeds = options.feeds;
    this.sources = this.feeds.map(({ id }) => id);
    this.proxy = options.proxy;
    this.random = options.random;
    this.#oracle = options.oracle;
    this.#folder = options.folder;
    this.#location = `${this.proxy.url}/${options.database}`;
    this.served = this.#serve("served", this.feeds);
    this.proxy.rule = (passing) => this.#pass(passing);
  }

  /** Until `settle`. */
  feed(): void {
    this.#isFeeding = true;
    this.#feeding = Promise.all(this.feeds.map((feed) => this.#feed(feed)));
    // Its failure is met while something strikes, or at the end.
    this.#feeding.catch(() => undefined);
  }

  /** @throws Error of the fault, or of a provider that takes nothing. */
  async strike(fault: Fault): Promise<void> {
    this.#during = fault.name;
    await Promise.race([fault.strike(this), this.#feeding]).catch((error: unknown) => {
      throw new Error(`${fault.name}: ${(error as Error).message}\n${this.served.log.slice(-4000)}`, { cause: error });
    });
    this.#rule = undefined;
  }

  /** Ends feeding, and waits until all events are stored but those `apart`, or no more come: what is missing then is for the judge to say. */
  async settle(store: Store, apart: ReadonlySet<string> = new Set()): Promise<void> {
    this.#isFeeding = false;
    await this.#feeding;
    const others = `event_uid NOT IN (${["", ...apart].map((uid) => `'${uid}'`).join(", ")})`;
    let stored = 0;
    for (let deadlineMs = performance.now() + patienceMs; performance.now() < deadlineMs; await wait(100)) {
      const bytes = await store.queryText(`SELECT uniqExact(event_uid) AS events FROM actions WHERE ${others}`, "JSONEachRow");
      const { events } = JSON.parse(Buffer.from(bytes).toString()) as { events: number };
      if (events >= this.#oracle.events - apart.size) return;
      // A source that is behind on a busy machine has lost nothing.
      if (events > stored) deadlineMs = performance.now() + patienceMs;
      stored = events;
    }
  }

  /** However it fared. */
  async close(): Promise<void> {
    this.#isFeeding = false;
    this.proxy.rule = undefined;
    await Promise.allSettled([this.served.stop()]);
    await Promise.allSettled(this.feeds.map((feed) => feed.close()));
    await Promise.allSettled([this.#feeding]);
  }

  /** One more process over the same store, with those of the sources that several may read. */
  sharing(name: string): Served {
    return this.#serve(
      name,
      this.feeds.filter(({ isShared }) => isShared === true),
    );
  }

  /** Resolves once `answer` has answered the statements; all others pass. @throws Error naming the sources of which none came. */
  meet({ begins, sources, count = sources.length }: Meeting, answer: (passing: Passing, source: string) => Promise<void>): Promise<void> {
    const awaited = new Set(sources);
    const isNext = (passing: Passing) => passing.statement.startsWith(begins) && awaited.delete(this.#sourceOf(passing) ?? "");
    const what = () => `${begins} of ${[...awaited].join(", ")}`;
    return this.#meet(isNext, count, (passing) => answer(passing, this.#sourceOf(passing) ?? ""), what);
  }

  /** The next statement that `begins` so, whoever causes it. */
  meetStatement(begins: string, answer: (passing: Passing) => Promise<void>): Promise<void> {
    return this.#meet(
      ({ statement }) => statement.startsWith(begins),
      1,
      answer,
      () => begins,
    );
  }

  /** Rows of each of these sources came and were stored, after whatever befell. */
  untilInserted(sources = this.sources): Promise<void> {
    return this.meet({ begins: actionsInsert, sources }, letThrough);
  }

  /** By the metrics of the process at hand. */
  async hasReadOfEach(): Promise<boolean> {
    const listen = this.feeds.find(({ http }) => http !== undefined)?.http?.listen;
    const text = await fetch(`http://${listen}/metrics`, { signal: AbortSignal.timeout(5000) }).then(
      (answer) => answer.text(),
      () => "",
    );
    return this.sources.every((source) => new RegExp(`^machinetrail_source_records_total\\{source="${source}"\\} [1-9]`, "m").test(text));
  }

  /** `kill -9`, and a note of what each source was at. */
  async kill(): Promise<void> {
    for (const source of this.sources) {
      const counts = this.kills.get(source) ?? new Map<Phase, number>();
      const phase = this.#phaseOf(source);
      this.kills.set(source, counts.set(phase, (counts.get(phase) ?? 0) + 1));
    }
    await this.served.kill();
    this.#forgetProcess();
  }

  /** In order, by SIGTERM; and started again. */
  async restart(): Promise<void> {
    await this.served.stop();
    this.#forgetProcess();
    this.served.start();
  }

  async #meet(isNext: (passing: Passing) => boolean, count: number, answer: (passing: Passing) => Promise<void>, what: () => string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const deadline = setTimeout(() => reject(new Error(`no ${what()} within ${patienceMs / 1000} s`)), patienceMs);
    let [met, answered] = [0, 0];
    this.#rule = async (passing) => {
      if (met === count || !isNext(passing)) return letThrough(passing);
      met++;
      await answer(passing).catch(reject);
      if (++answered === count) resolve();
    };
    await promise.finally(() => clearTimeout(deadline));
  }

  #serve(name: string, feeds: readonly Feed[]): Served {
    const sources = feeds.map(({ id, source }) => ({ id, ...source }));
    const http = feeds.find((feed) => feed.http !== undefined)?.http;
    const config = { store: { location: this.#location }, ...(http !== undefined && { http }), sources };
    return new Served(path.join(this.#folder, name), config, Object.assign({}, ...feeds.map(({ environment }) => environment)));
  }

  async #feed(feed: Feed): Promise<void> {
    while (this.#isFeeding) {
      await feed.publish(this.#oracle.handOut(eventsAPublication, feed.id, this.#during));
      await wait(pauseMs);
    }
  }

  async #pass(passing: Passing): Promise<void> {
    this.#hasSpoken = true;
    const source = this.#sourceOf(passing);
    if (source !== undefined) {
      this.#begun.add(source);
      this.#open.set(passing, source);
    }
    await (this.#rule ?? letThrough)(passing).finally(() => this.#open.delete(passing));
  }

  #sourceOf({ statement, body, eventUids }: Passing): string | undefined {
    if (statement.startsWith(recordsInsert) || statement.startsWith(actionsInsert)) return this.#oracle.sourceOf(eventUids()[0] ?? "");
    if (statement.startsWith(cursorsInsert)) return this.sources.find((source) => body.includes(`"source_id":"${source}"`));
    return undefined;
  }

  #phaseOf(source: string): Phase {
    if (!this.#hasSpoken) return "no statement yet";
    const open = [...this.#open].find(([, of]) => of === source)?.[0];
    if (open !== undefined) return open.isTaken || open.statement.startsWith(cursorsInsert) ? "between insert and commit" : "insert open";
    return this.#begun.has(source) ? "between inserts" : "before its first insert";
  }

  #forgetProcess(): void {
    this.#hasSpoken = false;
    this.#begun = new Set();
    this.#open = new Map();
  }
}

export async function letThrough(passing: Passing): Promise<void> {
  await passing.forward();
  passing.answer();
}
