// One chDB session on a store's folder: opening with a clear error, and errors named by what the caller can do.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type ChdbResult, Session } from "chdb";
import { ConfigError, TransientError } from "../../model/errors.ts";
import { engineError } from "../engine-errors.ts";

const database = "machinetrail";

export class EmbeddedSession {
  readonly #session: Session;
  readonly #location: string;
  /** What was asked last, with what is to be done after it. */
  #last: Promise<unknown> = Promise.resolve();
  #isBusy = false;
  #isClosing = false;

  private constructor(session: Session, location: string) {
    this.#session = session;
    this.#location = location;
  }

  /** @throws ConfigError when another process has the folder open, or the folder holds no store that chDB can read. */
  static async open(location: string, settings: Readonly<Record<string, number | string>> = {}): Promise<EmbeddedSession> {
    const session = new EmbeddedSession(connect(location), location);
    await session.run(`CREATE DATABASE IF NOT EXISTS ${database}`);
    await session.run(`USE ${database}`);
    for (const [name, value] of Object.entries(settings)) await session.run(`SET ${name} = ${typeof value === "string" ? `'${value}'` : value}`);
    return session;
  }

  async run(sql: string, format = "TSV"): Promise<ChdbResult> {
    return this.#named(() => this.#session.queryAsync(sql, { format }));
  }

  async bind(sql: string, parameters: object, format: string): Promise<ChdbResult> {
    return this.#named(() => this.#session.queryBindAsync(sql, parameters, { format }));
  }

  /** Whether a query runs: it holds `close` up, and the end of the process after it. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Takes nothing new, and waits for what runs. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#last;
    if (this.#session.open) this.#session.close();
  }

  /** One after the other: chDB would take a query in between, and give it what one that failed before had written. */
  #named<Result>(call: () => Promise<Result>): Promise<Result> {
    const answer = this.#last.then(() => this.#alone(call));
    // Without what was answered, which may be tens of megabytes.
    this.#last = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  async #alone<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#isClosing) throw new TransientError(`store ${this.#location}: it is closed`);
    this.#isBusy = true;
    try {
      return await call();
    } catch (cause) {
      const { clickhouseCode, message } = cause as Error & { clickhouseCode?: number };
      await this.#discardOutput();
      throw engineError(clickhouseCode, message, this.#location, cause);
    } finally {
      this.#isBusy = false;
    }
  }

  /** What a query had written before it failed, chDB puts in front of the next query's answer: take it away here. */
  async #discardOutput(): Promise<void> {
    if (this.#session.open) await this.#session.queryAsync("SELECT 1", { format: "Null" }).catch(() => undefined);
  }
}

function connect(location: string): Session {
  try {
    return new Session(location);
  } catch (cause) {
    const holder = processHolding(location);
    const reason =
      holder === undefined
        ? `cannot be opened (${(cause as Error).message})`
        : `is in use by process ${holder}: wait for it or end it, or name another store with --store`;
    throw new ConfigError(`store ${location} ${reason}`, { cause });
  }
}

/** ClickHouse writes its process id into the folder's lock file; undefined where there is none or the process is gone. */
function processHolding(location: string): number | undefined {
  const lock = path.join(location, "status");
  if (!existsSync(lock)) return undefined;
  const processId = Number(/^PID: (\d+)/m.exec(readFileSync(lock, "utf8"))?.[1]);
  return Number.isSafeInteger(processId) && existsSync(`/proc/${processId}`) ? processId : undefined;
}
