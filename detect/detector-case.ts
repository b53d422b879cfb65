// Cases of a detector: what an identity did for weeks, and an hour that the detector must raise or must leave alone. They are its tests and
// its documentation. They are folded by the watch itself, so that a case sees the past that a real window sees.
import type { Detector, Surprise } from "./detector.ts";
import { type IdentityHour, type Window, windowsOf } from "./evidence.ts";
import { dayMs, hourOf, type Shown } from "./shown-hour.ts";
import { Watch } from "./watch.ts";

export interface DetectorCase {
  /** Who does what: "A backup job writes to another bucket." */
  readonly says: string;
  /** Why that is odd, or is not. */
  readonly because: string;
  /** Hours before the window's, of the identity and of whoever lives beside it. */
  readonly past: readonly Shown[];
  /** Hours that come together as the last thing that is seen; the first one's identity is the case's. */
  readonly window: readonly [Shown, ...Shown[]];
  /** Who is asked about at the end of the day before the window's, of whom nothing came; in place of the window's identity. */
  readonly missed?: string;
  /** Detectors that are asked as well: what they are certain of is raised, for those that look at what was raised. */
  readonly beside?: readonly Detector[];
}

export interface DetectorCases {
  readonly raises: readonly DetectorCase[];
  readonly staysQuiet: readonly DetectorCase[];
}

/** Bits that a raising case has at least: one in 32. Six weeks have 30 working days: it is rarer than what such a past would have shown once. */
export const raisingBits = 5;
/** Bits that a quiet case has at most: one in eight, what a machine that is seen every day shows every week. */
export const quietBits = 3;

/** Six weeks: the day of most windows, a Monday like the first. */
export const today = 42;

/** The same kind of hour on each of the days. */
export function onDays(days: readonly number[], shownOn: (day: number) => Omit<Shown, "day">): Shown[] {
  return days.map((day) => ({ ...shownOn(day), day }));
}

export const everyDay: readonly number[] = Array.from({ length: today }, (_, day) => day);
export const workdays: readonly number[] = everyDay.filter((day) => day % 7 < 5);

/** What the detector says of the case's window, the oddest first. */
export function surprisesOf(detector: Detector, { past, window, beside = [], missed }: DetectorCase): Surprise[] {
  const identity = hourOf(window[0]).identity_uid;
  const momentMs = Math.max(...window.map((shown) => hourOf(shown).moment_ms));
  const dayEndMs = Math.floor((momentMs - 1) / dayMs) * dayMs;
  const isMissed = (scored: Window) => scored.identityUid === missed && scored.momentMs === dayEndMs && scored.silence !== undefined;
  let said: readonly Surprise[] = [];
  const listening: Detector = {
    ...detector,
    score(scored, known) {
      const surprises = detector.score(scored, known);
      const isAsked = missed === undefined ? scored.momentMs === momentMs && scored.identityUid === identity : isMissed(scored);
      if (isAsked) said = surprises;
      return surprises;
    },
  };
  // With a budget of nothing only what is certain is raised, and nothing else is held back from learning.
  const watch = new Watch({ detectors: [...beside, listening], budget: 0 });
  const rows = [...past.map(hourOf), ...window.map((shown) => ({ ...hourOf(shown), moment_ms: momentMs }))];
  for (const [moment, hours] of byMoment(rows)) watch.step(moment, windowsOf(hours));
  return said.toSorted((left, right) => right.bits - left.bits);
}

function byMoment(rows: readonly IdentityHour[]): [number, IdentityHour[]][] {
  const moments = Map.groupBy(rows, ({ moment_ms }) => moment_ms);
  for (const hours of moments.values()) hours.sort((left, right) => compare(left.identity_uid, right.identity_uid) || left.hour - right.hour);
  return [...moments].sort(([left], [right]) => left - right);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
