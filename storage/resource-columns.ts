// The five list columns of an action's resources, side by side: all have one entry a resource. Uids and what is made of them
// differ nearly always and are laid out as they are; types and accounts are few and are numbered.
import type { actionTextListColumns, NormalizedAction } from "../model/identity-action.ts";
import { ByteColumn } from "./byte-column.ts";
import { Dictionary } from "./dictionary.ts";

type ListName = (typeof actionTextListColumns)[number];

/** A list of texts in each row: from `offsets[row]` to `offsets[row + 1]`. */
export type TextListColumn = { readonly name: ListName; readonly offsets: Int32Array<ArrayBuffer> } & (
  | { readonly texts: ByteColumn }
  | { readonly dictionary: Dictionary; readonly indices: number[] }
);

export type NumberedListColumn = Extract<TextListColumn, { indices: unknown }>;

export function makeListColumn(name: ListName, rowCapacity: number): NumberedListColumn {
  return { name, dictionary: new Dictionary(), offsets: new Int32Array(rowCapacity + 1), indices: [] };
}

const textColumns = ["resource_uids", "resource_patterns", "resource_scopes"] as const satisfies readonly ListName[];
const firstTextBytes = 64;

export class ResourceColumns {
  readonly #uids: ByteColumn;
  readonly #patterns: ByteColumn;
  readonly #scopes: ByteColumn;
  readonly #types: NumberedListColumn;
  readonly #accounts: NumberedListColumn;
  readonly #offsets: Int32Array<ArrayBuffer>;

  constructor(rowCapacity: number) {
    this.#types = makeListColumn("resource_types", rowCapacity);
    this.#accounts = makeListColumn("resource_accounts", rowCapacity);
    this.#offsets = this.#types.offsets;
    const texts = () => new ByteColumn(rowCapacity, rowCapacity * firstTextBytes);
    [this.#uids, this.#patterns, this.#scopes] = [texts(), texts(), texts()];
  }

  /** Lists that are shorter than the uids are filled up with empty texts: the five stay parallel. */
  append(row: number, action: NormalizedAction): void {
    const { resource_uids: uids } = action;
    for (let place = 0; place < uids.length; place++) {
      this.#uids.appendShortText(uids[place] as string);
      this.#patterns.appendShortText(action.resource_patterns[place] ?? "");
      this.#scopes.appendShortText(action.resource_scopes[place] ?? "");
      this.#types.indices.push(this.#types.dictionary.indexOf(action.resource_types[place] ?? ""));
      this.#accounts.indices.push(this.#accounts.dictionary.indexOf(action.resource_accounts[place] ?? ""));
    }
    this.#offsets[row + 1] = this.#types.indices.length;
  }

  get columns(): readonly TextListColumn[] {
    const offsets = this.#offsets;
    const texts = [this.#uids, this.#patterns, this.#scopes] as const;
    return [...textColumns.map((name, place) => ({ name, offsets, texts: texts[place] as ByteColumn })), this.#types, { ...this.#accounts, offsets }];
  }
}
