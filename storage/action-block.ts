// Rows of `actions` as one Arrow IPC stream: typed arrays and dictionaries filled row by row, no builders in between.
// It stands alone because both engines take these bytes, and because here is where most of the encoding time goes.
import { actionTextColumns, actionTimeColumns, type IdentityAction, type NormalizedAction } from "../model/identity-action.ts";
import { callColumns, callerColumns, callerTexts, callTexts, type ValueGroup } from "../model/value-group.ts";
import {
  type ArrowColumn,
  dictionaryTexts,
  encodeBlock,
  flags,
  type Int64Halves,
  setInt64,
  textLists,
  texts,
  timestamps,
  unsigned64,
} from "./arrow-columns.ts";
import { ByteColumn } from "./byte-column.ts";
import { Dictionary } from "./dictionary.ts";
import { DictionaryGroup, type TextColumn } from "./dictionary-group.ts";
import { makeListColumn, type NumberedListColumn, ResourceColumns } from "./resource-columns.ts";
import type { RowVersion } from "./row-version.ts";
import type { ArrowBlock } from "./store.ts";

type TimeColumn = (typeof actionTimeColumns)[number];

const grouped: ReadonlySet<string> = new Set([...callerColumns, ...callColumns]);
const singleColumns = actionTextColumns.filter((name) => !grouped.has(name));

/** Groups of one action's values; undefined where its values stand alone. */
export interface ActionGroups {
  readonly caller?: ValueGroup | undefined;
  readonly call?: ValueGroup | undefined;
}

export class ActionBlockBuilder {
  readonly #rowCapacity: number;
  #rows = 0;
  readonly #caller: DictionaryGroup<(typeof callerColumns)[number], NormalizedAction>;
  readonly #call: DictionaryGroup<(typeof callColumns)[number], NormalizedAction>;
  readonly #texts: readonly TextColumn<(typeof actionTextColumns)[number]>[];
  readonly #delegation: NumberedListColumn;
  readonly #resources: ResourceColumns;
  readonly #times: readonly { readonly name: TimeColumn; readonly halves: Int64Halves }[];
  readonly #receivedAt: Int64Halves;
  readonly #version: Int64Halves;
  readonly #isMachine: Uint8Array<ArrayBuffer>;
  readonly #eventUid: ByteColumn;
  readonly #requestUid: ByteColumn;

  constructor(rowCapacity: number) {
    this.#rowCapacity = rowCapacity;
    this.#caller = new DictionaryGroup(callerColumns, rowCapacity, callerTexts);
    this.#call = new DictionaryGroup(callColumns, rowCapacity, callTexts);
    this.#texts = singleColumns.map((name) => ({ name, dictionary: new Dictionary(), indices: new Int32Array(rowCapacity) }));
    this.#delegation = makeListColumn("delegation", rowCapacity);
    this.#resources = new ResourceColumns(rowCapacity);
    this.#times = actionTimeColumns.map((name) => ({ name, halves: new Uint32Array(rowCapacity * 2) }));
    this.#receivedAt = new Uint32Array(rowCapacity * 2);
    this.#version = new Uint32Array(rowCapacity * 2);
    this.#isMachine = new Uint8Array(rowCapacity);
    this.#eventUid = new ByteColumn(rowCapacity, rowCapacity * 40);
    this.#requestUid = new ByteColumn(rowCapacity, rowCapacity * 40);
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows >= this.#rowCapacity;
  }

  append(action: NormalizedAction, receivedAtMs: number, [high, low]: RowVersion, groups?: ActionGroups): void {
    const row = this.#rows;
    if (row >= this.#rowCapacity) throw new RangeError("the block is full");
    this.#caller.append(row, action.credential_uid || action.identity_uid, action, groups?.caller);
    this.#call.append(row, action.action, action, groups?.call);
    for (const column of this.#texts) column.indices[row] = column.dictionary.indexOf(action[column.name]);
    this.#resources.append(row, action);
    for (const value of action.delegation) this.#delegation.indices.push(this.#delegation.dictionary.indexOf(value));
    this.#delegation.offsets[row + 1] = this.#delegation.indices.length;
    for (const column of this.#times) setInt64(column.halves, row, action[column.name]);
    setInt64(this.#receivedAt, row, receivedAtMs);
    this.#version[row * 2] = low;
    this.#version[row * 2 + 1] = high;
    this.#isMachine[row] = action.is_machine ? 1 : 0;
    this.#eventUid.appendShortText(action.event_uid);
    this.#requestUid.appendShortText(action.request_uid);
    this.#rows = row + 1;
  }

  /** The Arrow stream of all rows; the builder is not used afterwards. */
  finish(): Promise<ArrowBlock> {
    const length = this.#rows;
    const columns: (ArrowColumn & readonly [keyof IdentityAction | "version", unknown])[] = [];
    for (const { name, halves } of this.#times) columns.push([name, timestamps(halves, length)]);
    columns.push(["received_at", timestamps(this.#receivedAt, length)]);
    columns.push(["version", unsigned64(this.#version, length)]);
    columns.push(["is_machine", flags(this.#isMachine, length)]);
    for (const { name, dictionary, indices } of [...this.#texts, ...this.#caller.columns(length), ...this.#call.columns(length)])
      columns.push([name, dictionaryTexts(dictionary, indices.subarray(0, length))]);
    for (const list of [this.#delegation, ...this.#resources.columns]) columns.push([list.name, textLists(list, length)]);
    columns.push(["event_uid", texts(this.#eventUid, length)]);
    columns.push(["request_uid", texts(this.#requestUid, length)]);
    return encodeBlock(columns, length);
  }
}
