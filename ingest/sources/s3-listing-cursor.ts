// How far a prefix was listed and read, as a cursor. A round lists by key, an object counts as new by when it was last written; so neither a late
// object between old keys nor one that was written again is missed, and a first round may take days and be cut short.
import { createHash } from "node:crypto";
import { z } from "zod";
import { storedPosition } from "../stored-position.ts";

const positionSchema = z.strictObject({
  /** The first day that was to be read: a configuration that begins earlier begins anew. */
  from: z.string(),
  /** What was last written up to then is read; milliseconds by the store's clock. */
  settledMs: z.number(),
  /** The round that goes on: when it began by the store's clock, and the key behind which it goes on. */
  round: z.strictObject({ startedMs: z.number(), after: z.string() }).optional(),
  /** Of what was read and would count as new in the next round. */
  known: z.array(z.string()),
});

/** An object shows a little after the time that it says it was written (a multipart upload says when it began). */
const overlapMs = 15 * 60_000;
/** What is not remembered is read again, which doubles nothing. */
const mostKnown = 50_000;
const mostPositionBytes = 4096;

export interface ListedObject {
  readonly key: string;
  readonly version: string;
  readonly modifiedMs: number;
}

export class ListingProgress {
  settledMs = Number.NEGATIVE_INFINITY;
  round: { startedMs: number; after: string } | undefined;
  readonly #from: string;
  /** Name to when it was written. */
  readonly #known = new Map<string, number>();

  /**
   * `stored`: of a former run; one that cannot be read, or lies in the future, is as none, since reading again loses nothing: what a store writes whose
   * clock was set back would count as read until then.
   */
  constructor(stored: string | undefined, from: string, nowMs: number) {
    this.#from = from;
    const position = storedPosition(positionSchema, stored);
    if (position === undefined || position.from > from || settledBy(position) > nowMs) return;
    this.settledMs = position.settledMs;
    this.round = position.round;
    for (const name of position.known) this.#known.set(name, nowMs);
  }

  begin(startedMs: number, after: string): void {
    if (this.settledMs > startedMs) this.settledMs = Number.NEGATIVE_INFINITY;
    this.round = { startedMs, after };
  }

  /** All keys up to this one are read, or are not to be. */
  passed(key: string): void {
    if (this.round !== undefined) this.round.after = key;
  }

  end(): void {
    if (this.round === undefined) return;
    this.settledMs = Math.max(this.settledMs, this.round.startedMs - overlapMs);
    this.round = undefined;
    for (const [name, modifiedMs] of this.#known) if (modifiedMs <= this.settledMs) this.#known.delete(name);
  }

  isNew(object: ListedObject): boolean {
    return object.modifiedMs > this.settledMs && !this.#known.has(nameOf(object));
  }

  read(object: ListedObject): void {
    this.passed(object.key);
    if (this.round === undefined || object.modifiedMs <= this.round.startedMs - overlapMs) return;
    this.#known.set(nameOf(object), object.modifiedMs);
    if (this.#known.size <= mostKnown) return;
    const [oldest = ""] = this.#known.keys();
    this.#known.delete(oldest);
  }

  /** Undefined where the key does not fit: the next one's does. */
  position(): string | undefined {
    const known = [...this.#known.keys()].slice(-250);
    const settledMs = Math.max(this.settledMs, 0);
    const text = () => JSON.stringify({ from: this.#from, settledMs, round: this.round, known } satisfies z.input<typeof positionSchema>);
    while (known.length > 0 && Buffer.byteLength(text()) > mostPositionBytes) known.splice(0, Math.ceil(known.length / 4));
    return Buffer.byteLength(text()) > mostPositionBytes ? undefined : text();
  }
}

/** What was written up to then counts as read once its round is over. */
function settledBy({ settledMs, round }: z.output<typeof positionSchema>): number {
  return Math.max(settledMs, (round?.startedMs ?? 0) - overlapMs);
}

/** Nine bytes of a digest: whoever writes objects cannot make one that is taken for another. */
function nameOf({ key, version }: ListedObject): string {
  return createHash("sha256").update(`${version}\n${key}`).digest("base64url").slice(0, 12);
}
