// The five list columns of an action's resources. What belongs to one resource (type, account, pattern, scope) comes together,
// so its indices are remembered under the resource's uid: one look-up for a resource instead of five.
import type { actionTextListColumns, NormalizedAction } from "../model/identity-action.ts";
import { Dictionary } from "./dictionary.ts";

export interface TextListColumn {
  readonly name: (typeof actionTextListColumns)[number];
  /** Numbered in the order in which `indices` names them. */
  readonly dictionary: { readonly values: readonly string[] };
  readonly offsets: Int32Array<ArrayBuffer>;
  readonly indices: number[];
}

export function makeListColumn(name: TextListColumn["name"], rowCapacity: number): TextListColumn & { readonly dictionary: Dictionary } {
  return { name, dictionary: new Dictionary(), offsets: new Int32Array(rowCapacity + 1), indices: [] };
}

export class ResourceColumns {
  readonly #uids = new Dictionary();
  readonly #types = new Dictionary();
  readonly #accounts = new Dictionary();
  readonly #patterns = new Dictionary();
  readonly #scopes = new Dictionary();
  readonly #offsets: Int32Array<ArrayBuffer>;
  /** Each resource with each type and account that came with it, numbered; the lists below say what belongs to a number. */
  readonly #numbers = new Map<string, number>();
  readonly #uidOf: number[] = [];
  readonly #typeOf: number[] = [];
  readonly #accountOf: number[] = [];
  readonly #patternOf: number[] = [];
  readonly #scopeOf: number[] = [];
  /** The resources of all rows, one after the other. */
  readonly #rows: number[] = [];

  constructor(rowCapacity: number) {
    this.#offsets = new Int32Array(rowCapacity + 1);
  }

  append(row: number, action: NormalizedAction): void {
    const { resource_uids: uids } = action;
    for (let place = 0; place < uids.length; place++) this.#rows.push(this.#numberOf(action, place, uids[place] as string));
    this.#offsets[row + 1] = this.#rows.length;
  }

  /** One after the other, as the block writes them. */
  get columns(): readonly TextListColumn[] {
    const column = (name: TextListColumn["name"], values: readonly string[], of: readonly number[]): TextListColumn => ({
      name,
      dictionary: { values },
      offsets: this.#offsets,
      indices: this.#rows.map((number) => of[number] as number),
    });
    return [
      column("resource_uids", this.#uids.values, this.#uidOf),
      column("resource_types", this.#types.values, this.#typeOf),
      column("resource_accounts", this.#accounts.values, this.#accountOf),
      column("resource_patterns", this.#patterns.values, this.#patternOf),
      column("resource_scopes", this.#scopes.values, this.#scopeOf),
    ];
  }

  /** Lists that are shorter than the uids are filled up with empty texts: the five stay parallel. */
  #numberOf(action: NormalizedAction, place: number, uid: string): number {
    const type = this.#types.indexOf(action.resource_types[place] ?? "");
    const account = this.#accounts.indexOf(action.resource_accounts[place] ?? "");
    const known = this.#numbers.get(uid);
    if (known !== undefined && this.#typeOf[known] === type && this.#accountOf[known] === account) return known;
    // A second type or account of one uid gets a number of its own, and takes the uid's place: they come in runs.
    const number = this.#uidOf.length;
    this.#numbers.set(uid, number);
    // Not the number itself: a dictionary that held the uid twice would be refused with all of its block.
    this.#uidOf.push(this.#uids.indexOf(uid));
    this.#typeOf.push(type);
    this.#accountOf.push(account);
    this.#patternOf.push(this.#patterns.indexOf(action.resource_patterns[place] ?? ""));
    this.#scopeOf.push(this.#scopes.indexOf(action.resource_scopes[place] ?? ""));
    return number;
  }
}
