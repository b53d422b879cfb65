// Remembers what a pure function of a few texts answered: records repeat, and a batch of 100,000 names a few thousand
// distinct callers, agents and addresses. Bounded, and safe against forged keys: all arguments are compared, not joined.

type Primitive = string | number | boolean | undefined;

interface Entry<Args extends readonly Primitive[], Result> {
  readonly args: Args;
  readonly result: Result;
}

/** The same for one text: it is the key itself, so nothing is left to compare. */
export function memoizeText<Result>(pure: (text: string) => Result, { capacity = 50_000 }: { capacity?: number } = {}): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = pure(text);
    if (results.size >= capacity) results.clear();
    results.set(text, result);
    return result;
  };
}

/** `primary` is the index of the argument that differs most; at most `capacity` answers are kept, then all are dropped. */
export function memoize<Args extends readonly Primitive[], Result>(
  pure: (...args: Args) => Result,
  { primary = 0, capacity = 50_000 }: { primary?: number; capacity?: number } = {},
): (...args: Args) => Result {
  const entries = new Map<Primitive, Entry<Args, Result>>();
  return (...args) => {
    const key = args[primary];
    const known = entries.get(key);
    if (known !== undefined && sameArgs(known.args, args)) return known.result;
    const result = pure(...args);
    if (entries.size >= capacity && known === undefined) entries.clear();
    entries.set(key, { args, result });
    return result;
  };
}

function sameArgs(left: readonly Primitive[], right: readonly Primitive[]): boolean {
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return left.length === right.length;
}
