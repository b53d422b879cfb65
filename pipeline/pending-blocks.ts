// What a worker has read and not handed over: blocks of records and of the actions that were made of them. It stands apart because the two fill at
// different paces, and because no action may be written before its record.
import type { NormalizedAction } from "../model/identity-action.ts";
import { ActionBlockBuilder, type ActionGroups } from "../storage/action-block.ts";
import { RecordBlockBuilder } from "../storage/record-block.ts";
import { rowVersion } from "../storage/row-version.ts";

export interface BlockSizes {
  /** Rows that a block of records holds at most: each takes its record's bytes. */
  readonly recordRows: number;
  /** Rows that a block of actions holds at most: several blocks of records go before it. */
  readonly actionRows: number;
}

/** Larger ones gain time and hold memory (docs/performance.md). */
export const scanBlocks: BlockSizes = { recordRows: 20_480, actionRows: 65_536 };
/** A live source's process does more than that. */
export const liveBlocks: BlockSizes = { recordRows: 8192, actionRows: 49_152 };

/** One block of each: the records are durable before the actions are begun. */
export interface BlockPair {
  readonly records: RecordBlockBuilder;
  readonly actions: ActionBlockBuilder | undefined;
}

/** A block of records is closed when it holds more. */
const recordBytes = 64 * 1024 * 1024;
/** And one of actions when their records do: texts of an action may be as long as its record, and several are made of one. */
const actionRecordBytes = 160 * 1024 * 1024;
/** A batch of a source holds about so many rows at most; those of an envelope that holds more are in several blocks. */
const batchRows = 1000;

export class PendingBlocks {
  readonly #sizes: BlockSizes;
  /** In the order in which they are to be written. */
  #closed: BlockPair[] = [];
  #records: RecordBlockBuilder;
  #actions: ActionBlockBuilder;
  /** Of the records of `#actions`. */
  #actionRecordBytes = 0;
  /** Memory of records that are durable. */
  #reusable: ArrayBuffer | undefined;

  constructor(sizes: BlockSizes) {
    this.#sizes = sizes;
    this.#records = this.#newRecords();
    this.#actions = this.#newActions();
  }

  /** Rows of actions that wait. */
  get rows(): number {
    return this.#actions.rows + this.#closed.reduce((sum, { actions }) => sum + (actions?.rows ?? 0), 0);
  }

  /** Whether another batch may not find room among the actions: all is to be handed over. */
  get areActionsDue(): boolean {
    const isNearlyFull = this.#actions.rows + batchRows > this.#sizes.actionRows || this.#actionRecordBytes > actionRecordBytes;
    return isNearlyFull || this.#closed.some(({ actions }) => actions !== undefined);
  }

  /** As areActionsDue, for the records, which may go before their actions. */
  get areRecordsDue(): boolean {
    return this.#closed.length > 0 || this.#isNearlyFull(this.#records);
  }

  /** `bytes` from `start` to `end`: the record as it is to be stored, redacted. */
  append(action: NormalizedAction, receivedAtMs: number, bytes: Uint8Array, start: number, end: number, groups: ActionGroups): void {
    if (this.#actions.isFull || this.#actionRecordBytes > actionRecordBytes) this.#closed = [...this.takeAll()];
    else if (this.#records.isFull || this.#records.rawBytes > recordBytes) this.#closeRecords();
    const version = rowVersion(action.event_rank, receivedAtMs, bytes, start, end);
    this.#records.append(action, receivedAtMs, version, bytes, start, end, groups.caller);
    this.#actions.append(action, receivedAtMs, version, groups);
    this.#actionRecordBytes += end - start;
  }

  /** Records whose blocks are full, or nearly; their actions stay. */
  takeRecords(): readonly RecordBlockBuilder[] {
    if (this.#isNearlyFull(this.#records)) this.#closeRecords();
    const taken = this.#closed.filter(({ actions }) => actions === undefined);
    this.#closed = this.#closed.filter(({ actions }) => actions !== undefined);
    return taken.map(({ records }) => records);
  }

  takeAll(): readonly BlockPair[] {
    const taken = [...this.#closed, { records: this.#records, actions: this.#actions }];
    this.#closed = [];
    this.#records = this.#newRecords();
    this.#actions = this.#newActions();
    return taken;
  }

  /** Memory of a block of records that is durable: fresh pages cost as much as the copy into them. */
  reuse(memory: ArrayBuffer | undefined): void {
    this.#reusable = memory ?? this.#reusable;
  }

  #isNearlyFull(records: RecordBlockBuilder): boolean {
    return records.rows + batchRows > this.#sizes.recordRows || records.rawBytes > recordBytes;
  }

  #closeRecords(): void {
    this.#closed.push({ records: this.#records, actions: undefined });
    this.#records = this.#newRecords();
  }

  #newActions(): ActionBlockBuilder {
    this.#actionRecordBytes = 0;
    return new ActionBlockBuilder(this.#sizes.actionRows);
  }

  #newRecords(): RecordBlockBuilder {
    const memory = this.#reusable;
    this.#reusable = undefined;
    return new RecordBlockBuilder(this.#sizes.recordRows, memory);
  }
}
