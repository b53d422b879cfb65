// Settings of every insert, the same on both engines.

export const insertSettings = {
  /** Rows of one key are folded by merges and reads, not by the insert: folding there cost 7 of 13 us an event (docs/performance.md). */
  optimize_on_insert: 0,
  /** One block becomes one part a month, sorted once, by one thread that holds one copy. */
  min_insert_block_size_rows: 1_000_000,
  min_insert_block_size_bytes: 2_000_000_000,
  /** What views unfold of a block goes on in such pieces: in one they took a tenth more time and 70 MB more (docs/performance.md). */
  max_block_size: 20_480,
  max_insert_threads: 1,
  max_threads: 1,
  /** No limit: records with absurd dates make many months, and a block that is refused would stop the source for good. */
  max_partitions_per_insert_block: 0,
} as const;
