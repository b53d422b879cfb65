// The port of a source: where records come from, and what it promises about losing none. Data and its acknowledgement
// travel in one value, so that an ack cannot reach the wrong batch. Every source passes the shared contract test.

/** Where a record stands, for quarantine and error texts. */
export interface Origin {
  /** File path, topic and partition, queue, route. */
  readonly name: string;
}

/** Bytes that are one JSON value each, not yet parsed; or that could not be cut into values at all. */
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
  readonly origin: Origin;
  /** Holds the records' bytes; not changed after the batch was yielded. */
  readonly bytes: Uint8Array;
  /** Start and end of each record in `bytes`, in pairs: [start, end, start, end, ...]. 0 to 10,000 records. */
  readonly ranges: Uint32Array;
  /** Offset of `bytes[0]` in the origin's decompressed bytes, for error texts. */
  readonly offset: number;
  /** What could not be cut into records; the neighbours are in `ranges`. */
  readonly rejected: readonly RejectedBytes[];
  /** Where to resume once this batch is durable; empty where the transport itself remembers. */
  readonly cursors: readonly Cursor[];
  /** Tells the transport that the batch is durable. Called at most once, in the order yielded, only after the cursors are. */
  ack(): Promise<void>;
}

/** Reads the stored cursors of this source for the given partitions; a partition without one is left out. */
export type CursorReader = (partitions: readonly string[]) => Promise<ReadonlyMap<string, string>>;

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
   * more and returns.
   * @throws TransientError once the source's own retries are used up.
   * @throws PermanentError for refused credentials, or a missing topic, trail or file.
   */
  read(options: ReadOptions): AsyncIterable<SourceBatch>;
  /** Releases files, connections and any waiting read. Safe to call twice, and before `read`. */
  close(): Promise<void>;
}
