// What detection knows, in the store: written so that a crash at any place leaves the checkpoint before, and read back by the version that wrote
// it only. It stands alone because the order of its writes is what makes a checkpoint whole (docs/decisions/0009-checkpoints-of-the-fold.md).
import { createHash } from "node:crypto";
import { z } from "zod";
import type { EstateState, WatchedIdentity, WatchState } from "../detect/watch-state.ts";
import { checkpointHeads } from "../queries/checkpoint-heads.ts";
import { checkpointIdentities } from "../queries/checkpoint-identities.ts";
import type { Store } from "../storage/store.ts";
import { timeText } from "../storage/time-text.ts";

const dayMs = 86_400_000;
const buckets = 64;
/** Rows live for sixty days: those of identities that never change are written again long before, */
const rewrittenAfterMs = 20 * dayMs;
/** and before so many checkpoints came after them, */
const rewrittenAfterCheckpoints = 50;
/** of which the last ones count. */
const mostNumbers = 100;
/** Of an identity that was forgotten, older rows have run out by then. */
const forgottenAfterMs = 60 * dayMs;
/** Bytes of state in one insert. */
const bytesAWrite = 16 * 1024 * 1024;

/** Of an hour that was judged: its end, and how many actions it held. */
export type JudgedHour = [endMs: number, events: number];

export interface Checkpoint {
  /** All receptions by then are judged. */
  readonly judgedMs: number;
  /** The hours before, for as long as somebody may go back to them. */
  readonly hours: readonly JudgedHour[];
  readonly state: WatchState;
}

interface Written {
  readonly digest: string;
  readonly slot: number;
  readonly number: number;
}

const headSchema = z.object({
  judgedMs: z.number(),
  hours: z.array(z.tuple([z.number(), z.number()])),
  /** Checkpoints whose rows count, this one's included. */
  numbers: z.array(z.number()),
  identities: z.number(),
  estate: z.unknown(),
});
type Head = z.infer<typeof headSchema>;

interface WrittenHead {
  readonly number: number;
  readonly slot: number;
  readonly head: Head;
}

export class CheckpointStore {
  readonly #store: Store;
  readonly #version: string;
  #head: WrittenHead | undefined;
  #headBefore: WrittenHead | undefined;
  /** The row of each identity that counts now. */
  #written = new Map<string, Written>();

  /** `version`: what must be the same for a checkpoint to be of use. */
  constructor(store: Store, version: string) {
    this.#store = store;
    this.#version = version;
  }

  /** By when the older of the two checkpoints that are kept was judged: `read` finds nothing before it. */
  get oldestMs(): number {
    return (this.#headBefore ?? this.#head)?.head.judgedMs ?? 0;
  }

  /** The latest checkpoint of this version that is whole and was judged by `beforeMs`; what is written next follows it. */
  async read(beforeMs: number): Promise<Checkpoint | undefined> {
    this.#head = undefined;
    this.#headBefore = undefined;
    const rows = await this.#store.query(checkpointHeads, { version: this.#version });
    const heads = rows.map(({ number, slot, state }): WrittenHead => ({ number, slot, head: headSchema.parse(JSON.parse(state)) }));
    for (const [place, written] of heads.entries()) {
      const { head } = written;
      if (head.judgedMs > beforeMs) continue;
      const identities = await this.#readIdentities(head.numbers);
      if (identities.length !== head.identities) continue;
      this.#head = written;
      this.#headBefore = heads[place + 1];
      // Written by this very version, of whose types it is: see model-version.ts.
      return { judgedMs: head.judgedMs, hours: head.hours, state: { estate: head.estate as EstateState, identities } };
    }
    this.#written = new Map();
    return undefined;
  }

  async #readIdentities(numbers: readonly number[]): Promise<[string, WatchedIdentity][]> {
    const identities: [string, WatchedIdentity][] = [];
    this.#written = new Map();
    for (let bucket = 1; bucket <= buckets; bucket++) {
      const asked = { version: this.#version, bucket, numbers: [...numbers] };
      for (const { key, slot, state, number } of await this.#store.query(checkpointIdentities, asked)) {
        this.#written.set(key, { digest: digestOf(state), slot, number });
        if (state !== "") identities.push([key, JSON.parse(state) as WatchedIdentity]);
      }
    }
    return identities;
  }

  /** Returns once the checkpoint is durable. Writes the identities that changed since the one that was read or written last. */
  async write({ judgedMs, hours, state }: Checkpoint, nowMs: number): Promise<void> {
    const number = Math.max(nowMs, (this.#head?.number ?? 0) + 1);
    const numbers = [...(this.#head?.head.numbers ?? []), number].slice(-mostNumbers);
    const oldest = Math.max(nowMs - rewrittenAfterMs, numbers.at(-rewrittenAfterCheckpoints) ?? 0);
    const written = new Map<string, Written>();
    let rows: object[] = [];
    let bytes = 0;
    const flush = async () => {
      await this.#store.insertRows("detection_checkpoints", rows);
      rows = [];
      bytes = 0;
    };
    let identities = 0;
    const put = async (uid: string, text: string): Promise<void> => {
      const before = this.#written.get(uid);
      const digest = digestOf(text);
      if (before?.digest === digest && (before.number > oldest || text === "")) {
        written.set(uid, before);
        return;
      }
      const slot = before === undefined ? 0 : 1 - before.slot;
      written.set(uid, { digest, slot, number });
      rows.push({ version: this.#version, bucket: bucketOf(uid), key: uid, slot, number, state: text, written_at: timeText(nowMs) });
      bytes += text.length;
      if (bytes > bytesAWrite) await flush();
    };
    for (const [uid, identity] of state.identities) {
      identities++;
      await put(uid, JSON.stringify(identity));
    }
    for (const [uid, before] of this.#written) if (!written.has(uid) && before.number > nowMs - forgottenAfterMs) await put(uid, "");
    await flush();
    const head: Head = { judgedMs, hours: [...hours], numbers, identities, estate: state.estate };
    const slot = 1 - (this.#head?.slot ?? 1);
    const headRow = { version: this.#version, bucket: 0, key: "", slot, number, state: JSON.stringify(head), written_at: timeText(nowMs) };
    await this.#store.insertRows("detection_checkpoints", [headRow]);
    this.#headBefore = this.#head;
    this.#head = { number, slot, head };
    this.#written = written;
  }
}

function digestOf(text: string): string {
  return createHash("sha1").update(text).digest("base64");
}

function bucketOf(uid: string): number {
  return 1 + ((createHash("sha1").update(uid).digest()[0] ?? 0) % buckets);
}
