// Where one topic's partitions are read, and what is missing between two positions. Kafka gives no event when a position is out of range
// or a topic was made anew: what was expected is compared with what came.
import type { SourceGap } from "../source-type.ts";

/** What the broker has of a partition: the first position that is kept, and the one that is written next. */
export interface PartitionBounds {
  readonly low: bigint;
  readonly high: bigint;
}

export interface PartitionPosition {
  /** Rises when the group shares itself out anew, or the topic begins anew: an acknowledgement from before says nothing any more. */
  epoch: number;
  /** Behind what came last in this epoch. */
  next: bigint | undefined;
  /** Behind what the group is known to have finished, in any epoch. */
  committed: bigint | undefined;
  /** Behind what is durable here, to be committed. */
  durable: bigint | undefined;
}

export class TopicPositions {
  readonly #byPartition = new Map<number, PartitionPosition>();

  of(partition: number): PartitionPosition {
    let position = this.#byPartition.get(partition);
    if (position === undefined) {
      position = { epoch: 0, next: undefined, committed: undefined, durable: undefined };
      this.#byPartition.set(partition, position);
    }
    return position;
  }

  /** From here on partitions are read from what the group has finished; what was acknowledged and not committed will come again. */
  beginEpoch(): void {
    for (const position of this.#byPartition.values()) {
      position.epoch++;
      position.next = undefined;
      position.durable = undefined;
    }
  }

  /** Behind a gap that was told: it is told once, and of what was read before nothing may be committed into a topic that begins anew. */
  beginAnew(partition: number): void {
    const position = this.of(partition);
    position.epoch++;
    position.committed = undefined;
    position.durable = undefined;
  }

  /** As the broker says; a partition of which it knows nothing keeps what was known, or a topic made anew would not be noticed. */
  learnCommitted(committed: ReadonlyMap<number, bigint>): void {
    for (const [partition, offset] of committed) this.of(partition).committed = offset;
  }

  uncommitted(): number[] {
    return [...this.#byPartition].flatMap(([partition, { durable, committed }]) =>
      durable === undefined || durable === committed ? [] : [partition],
    );
  }
}

export interface Expectation {
  /** Behind what came last, or what the group has finished; undefined: nothing is known. */
  readonly expected: bigint | undefined;
  /** Behind what the group has finished; what lies behind it may come again. */
  readonly committed: bigint | undefined;
  /** Behind what was stored before, by the store's own account; may lie ahead of `committed`. */
  readonly stored: bigint | undefined;
}

export const deletedUnread = "deleted by the broker before it was read";
export const begunAnew = "the topic begins anew: what it held and was not read is gone";

/** Undefined where nothing is missing. A jump forward alone is none: compaction and transactions leave positions without a record. */
export async function gapBefore(
  first: bigint,
  { expected, committed, stored }: Expectation,
  bounds: () => Promise<PartitionBounds | undefined>,
): Promise<Omit<SourceGap, "partition"> | undefined> {
  const gap = (from: bigint, reason: string) => ({ from: String(from), to: String(first), reason });
  const known = expected ?? stored;
  if (known === undefined || first === known) return undefined;
  if (first > known) {
    const low = (await bounds())?.low;
    return low !== undefined && low > known ? gap(known, deletedUnread) : undefined;
  }
  if (committed !== undefined && first < committed) return gap(committed, begunAnew);
  // What was read or stored comes again. That is usual, unless the broker has not even that much any more.
  const high = (await bounds())?.high;
  return high !== undefined && high < known ? gap(known, begunAnew) : undefined;
}
