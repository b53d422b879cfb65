// More identities than can be remembered: callers whom nobody authenticated, and subjects that a federation vouches for, are as many as somebody
// likes to invent. Those that find no place are one identity of their provider and type. It stands alone because who has a place must not depend
// on the order in which they came, and nobody who has one may lose it to a crowd.
import { mergedWindow, type Window } from "./evidence.ts";

/** So many are remembered; what one takes is in docs/performance.md. */
export const usualMostIdentities = 20_000;

const name = "other identities";

export function isCrowd(identityUid: string): boolean {
  return identityUid.startsWith(`${name} (`);
}

/**
 * Windows of whom has a place (`isKnown`) and, by their names, of so many others as there are places; all that are left as one window of each
 * moment, provider and type, under a name that says so.
 */
export function withoutCrowd(windows: readonly Window[], isKnown: (identityUid: string) => boolean, places: number): Window[] {
  const strangers = new Set(windows.map(({ identityUid }) => identityUid).filter((uid) => !isKnown(uid) && !isCrowd(uid)));
  if (strangers.size <= places) return [...windows];
  const left = new Set([...strangers].sort().slice(Math.max(places, 0)));
  const isLeft = ({ identityUid }: Window) => left.has(identityUid);
  const crowds = Map.groupBy(windows.filter(isLeft), ({ momentMs, provider, principalType }) => `${momentMs} ${provider}, ${principalType}`);
  return [...windows.filter((window) => !isLeft(window)), ...[...crowds.values()].map(asOne)];
}

function asOne(members: readonly Window[]): Window {
  const { provider, principalType, momentMs } = members[0] ?? { provider: "", principalType: "", momentMs: 0 };
  const identityUid = `${name} (${provider}, ${principalType})`;
  const [first, ...others] = members.map(({ hours }) => ({ identityUid, hours: hours.map((row) => ({ ...row, identity_uid: identityUid })) }));
  if (first === undefined) throw new RangeError("a crowd of nobody");
  return mergedWindow([first, ...others], momentMs);
}
