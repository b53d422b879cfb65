// The five list columns of an action's resources. What belongs to one resource (type, account, pattern, scope) comes together,
// so its indices are remembered under the resource's uid: one look-up for a resource instead of five.
import type { actionTextListColumns, NormalizedAction } from "../model/identity-action.ts";
import { Dictionary } from "./dictionary.ts";

export interface TextListColumn {
  readonly name: (typeof actionTextListColumns)[number];
  readonly dictionary: Dictionary;
  readonly offsets: Int32Array<ArrayBuffer>;
  readonly indices: number[];
}

export function makeListColumn(name: TextListColumn["name"], rowCapacity: number): TextListColumn {
  return { name, dictionary: new Dictionary(), offsets: new Int32Array(rowCapacity + 1), indices: [] };
}

interface KnownResource {
  readonly type: string;
  readonly account: string;
  readonly indices: readonly [uid: number, type: number, account: number, pattern: number, scope: number];
}

export class ResourceColumns {
  readonly #uids: TextListColumn;
  readonly #types: TextListColumn;
  readonly #accounts: TextListColumn;
  readonly #patterns: TextListColumn;
  readonly #scopes: TextListColumn;
  readonly #known = new Map<string, KnownResource>();

  constructor(rowCapacity: number) {
    this.#uids = makeListColumn("resource_uids", rowCapacity);
    this.#types = makeListColumn("resource_types", rowCapacity);
    this.#accounts = makeListColumn("resource_accounts", rowCapacity);
    this.#patterns = makeListColumn("resource_patterns", rowCapacity);
    this.#scopes = makeListColumn("resource_scopes", rowCapacity);
  }

  get columns(): readonly TextListColumn[] {
    return [this.#uids, this.#types, this.#accounts, this.#patterns, this.#scopes];
  }

  /** Lists that are shorter than the uids are filled up with empty texts: the five stay parallel. */
  append(row: number, action: NormalizedAction): void {
    const { resource_uids: uids, resource_types: types, resource_accounts: accounts } = action;
    for (let place = 0; place < uids.length; place++) {
      const uid = uids[place] as string;
      const type = types[place] ?? "";
      const account = accounts[place] ?? "";
      let known = this.#known.get(uid);
      if (known === undefined || known.type !== type || known.account !== account) {
        known = this.#remember(uid, type, account, action.resource_patterns[place] ?? "", action.resource_scopes[place] ?? "");
      }
      const { indices } = known;
      this.#uids.indices.push(indices[0]);
      this.#types.indices.push(indices[1]);
      this.#accounts.indices.push(indices[2]);
      this.#patterns.indices.push(indices[3]);
      this.#scopes.indices.push(indices[4]);
    }
    const end = this.#uids.indices.length;
    this.#uids.offsets[row + 1] = end;
    this.#types.offsets[row + 1] = end;
    this.#accounts.offsets[row + 1] = end;
    this.#patterns.offsets[row + 1] = end;
    this.#scopes.offsets[row + 1] = end;
  }

  /** Pattern and scope follow from the uid alone, so type and account decide whether a known one fits. */
  #remember(uid: string, type: string, account: string, pattern: string, scope: string): KnownResource {
    const known: KnownResource = {
      type,
      account,
      indices: [
        this.#uids.dictionary.indexOf(uid),
        this.#types.dictionary.indexOf(type),
        this.#accounts.dictionary.indexOf(account),
        this.#patterns.dictionary.indexOf(pattern),
        this.#scopes.dictionary.indexOf(scope),
      ],
    };
    this.#known.set(uid, known);
    return known;
  }
}
