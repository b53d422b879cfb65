// The port of a source: where records come from, and what it promises about losing none. Data and its acknowledgement
// travel in one value, so that an ack cannot reach the wrong batch. Every source passes the shared contract test.
import type { JsonObject } from "../model/json.ts";

/** What could not be cut into records, or not be parsed. */
export interface RejectedBytes {
  /** Offset in the origin's decompressed bytes. */
  readonly offset: number;
  /** At most 64 KiB from where the trouble starts. */
  readonly bytes: Uint8Array;
  /** Constant text: it is counted by. */
  readonly reason: string;
}

/** Where to resume, as the source itself wrote it; stored verbatim under (source id, partition). */
export interface Cursor {
  /** What the position counts within: a file's content identity, a topic's partition. At most 512 characters. */
  readonly partition: string;
  /** JSON text, at most 4 KiB. */
  readonly position: string;
}

export interface SourceBatch {
  /** For quarantine and error texts: file path, topic and partition, queue, route. */
  readonly origin: string;
  /** When the origin was last written, by its own account, in milliseconds; undefined where it has none (standard input). */
  readonly modifiedAtMs: number | undefined;
  /** Holds the records' bytes; not changed after the batch was yielded. */
  readonly bytes: Buffer;
  /** Start and end of each record in `bytes`, in pairs: [start, end, start, end, ...]. 0 to 10,000 records. */
  readonly ranges: readonly number[];
  /** The records, parsed: parsing is what proves where a record ends, so it is done once, here. */
  readonly values: readonly JsonObject[];
  /** For each value the members that nobody vouched for yet (see decode/interning-parser.ts); undefined: all. */
  readonly fresh: readonly (readonly string[] | undefined)[];
  /** Offset of `bytes[0]` in the origin's decompressed bytes, for error texts. */
  readonly offset: number;
  /** Where `bytes` are several messages: of which one an offset is, and where that begins; rejected offsets too. Asked for quarantine only. */
  readonly messageAt?: (offset: number) => { readonly origin: string; readonly start: number };
  /** What could not be read; the neighbours are in `values`. */
  readonly rejected: readonly RejectedBytes[];
  /** Where to resume once this batch is durable; empty where the transport itself remembers, or nothing new is known. */
  readonly cursors: readonly Cursor[];
  /** Tells the transport that the batch is durable. Called at most once, in the order yielded, only after the cursors are. Holds nothing of the records. */
  readonly ack: () => Promise<void>;
  /**
   * Says that nobody reads `bytes` any more; called at most once, once all batches before it were released, or never. Memory that is
   * left to the collector makes it run: what lies outside its heap counts, and a day of logs is gigabytes of that.
   */
  readonly release: () => void;
}

/** Reads the stored cursors of this source for the given partitions; a partition without one is left out. */
type CursorReader = (partitions: readonly string[]) => Promise<ReadonlyMap<string, string>>;

export interface ReadOptions {
  readonly cursors: CursorReader;
  readonly signal: AbortSignal;
}

export interface Source {
  /** Unique in one configuration; names the stored cursors. */
  readonly id: string;
  /**
   * Yields batches from where the cursors say until `signal` aborts or the input ends. Pulling is the backpressure: at most
   * one batch is read ahead. A batch not acknowledged comes again, perhaps cut differently. After an abort it yields nothing
   * more and returns; what it yielded before may be acknowledged until `close`.
   * @throws TransientError once the source's own retries are used up.
   * @throws PermanentError for refused credentials, or a missing topic, trail or file.
   */
  read(options: ReadOptions): AsyncIterable<SourceBatch>;
  /** Releases files, connections and any waiting read. Safe to call twice, and before `read`. */
  close(): Promise<void>;
}
