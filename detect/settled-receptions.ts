// Whether what was received in a time and read once would read the same now. It stands alone because its questions are about rows as they lie in the
// table, of which repeats that are not merged yet are some: they have no answer but for whether to read again.
import { z } from "zod";
import type { Query } from "../model/query.ts";
import type { QueryableStore } from "./as-of-view.ts";

interface Span {
  /** Without. */
  readonly fromMs: number;
  /** What was received until then was asked before. */
  readonly askedMs: number;
  /** With. */
  readonly toMs: number;
}

interface Step {
  /** End of the step of reception. */
  readonly moment_ms: number;
  /** Sum of the digests of the rows: whatever parts they lie in. A copy, and its end in a merge, change it as well; then it is read again in vain. */
  readonly digest: string;
  /** event_rank of the actions: of two versions of one event the higher stays. */
  readonly lowest_rank: number;
  readonly highest_rank: number;
}

/** What there is, to be kept once it was read. */
export interface Look {
  readonly isAsItWas: boolean;
  readonly steps: ReadonlyMap<number, Step>;
}

const spanParameters = { from_ms: z.number(), to_ms: z.number() };
const rank = z.number().int().min(0).max(15);
const key = "identity_uid, time, event_uid";
const received = (from: string, to: string) =>
  `received_at > fromUnixTimestamp64Milli({${from}:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({${to}:Int64}, 'UTC')`;

const receptionDigests: Query<{ from_ms: number; to_ms: number; step_ms: number }, Step> = {
  name: "reception-digests",
  sql: `
    SELECT
      intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS moment_ms,
      toString(sum(cityHash64(${key}, version))) AS digest,
      toUInt8(min(bitShiftRight(version, 60))) AS lowest_rank,
      toUInt8(max(bitShiftRight(version, 60))) AS highest_rank
    FROM actions WHERE ${received("from_ms", "to_ms")} GROUP BY moment_ms`,
  parameters: z.strictObject({ ...spanParameters, step_ms: z.number() }),
  row: z.strictObject({ moment_ms: z.number(), digest: z.string(), lowest_rank: rank, highest_rank: rank }),
};

/** How many of what was asked have a version of the same event in what came since: an event counts where its last one was received. */
const replacedRows: Query<{ from_ms: number; asked_ms: number; to_ms: number }, { rows: number }> = {
  name: "replaced-rows",
  sql: `
    SELECT toUInt64(count()) AS rows FROM actions
    WHERE ${received("from_ms", "asked_ms")}
      AND cityHash64(${key}) IN (SELECT cityHash64(${key}) FROM actions WHERE ${received("asked_ms", "to_ms")})`,
  parameters: z.strictObject({ ...spanParameters, asked_ms: z.number() }),
  row: z.strictObject({ rows: z.number() }),
};

export class SettledReceptions {
  readonly #store: QueryableStore;
  readonly #stepMs: number;
  /** Of the span that was read last, just before it was. */
  #steps: Look["steps"] = new Map();

  constructor(store: QueryableStore, stepMs: number) {
    this.#store = store;
    this.#stepMs = stepMs;
  }

  /** To be asked before the span is read: what becomes visible in between is read too, and makes it another one next time. */
  async look(span: Span): Promise<Look> {
    const steps = await this.#stepsOf(span);
    const isAsItWas = this.#areAsTheyWere(steps, span) && (!hasLaterStages(steps, span) || (await this.#areAllInPlace(span)));
    return { isAsItWas, steps };
  }

  async #stepsOf({ fromMs, toMs }: Span): Promise<Look["steps"]> {
    const rows = await this.#store.query(receptionDigests, { from_ms: fromMs, to_ms: toMs, step_ms: this.#stepMs });
    return new Map(rows.map((row) => [row.moment_ms, row]));
  }

  #areAsTheyWere(steps: Look["steps"], { fromMs, askedMs }: Span): boolean {
    for (let momentMs = fromMs + this.#stepMs; momentMs <= askedMs; momentMs += this.#stepMs)
      if (steps.get(momentMs)?.digest !== this.#steps.get(momentMs)?.digest) return false;
    return true;
  }

  /** Before and after a merge that takes a row away: either it was counted with its later stage, or it is missed afterwards. */
  async #areAllInPlace(span: Span): Promise<boolean> {
    const { fromMs, askedMs, toMs } = span;
    const [replaced] = await this.#store.query(replacedRows, { from_ms: fromMs, asked_ms: askedMs, to_ms: toMs });
    return replaced?.rows === 0 && this.#areAsTheyWere(await this.#stepsOf(span), span);
  }

  keep({ steps }: Look): void {
    this.#steps = steps;
  }

  forget(): void {
    this.#steps = new Map();
  }
}

/** Whether something came that could take the place of something that was asked. */
function hasLaterStages(steps: Look["steps"], { askedMs }: Span): boolean {
  const all = [...steps.values()];
  const lowest = Math.min(...all.map(({ moment_ms, lowest_rank }) => (moment_ms <= askedMs ? lowest_rank : 15)));
  return all.some(({ moment_ms, highest_rank }) => moment_ms > askedMs && highest_rank > lowest);
}
