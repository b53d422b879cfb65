// The port of a detector: what it is about, for the people who read its findings, and a score. One file under detectors/ and its cases
// beside it add one.
import type { Window } from "./evidence.ts";
import type { EstateMemory } from "./memory/estate-memory.ts";

/**
 * What a score speaks of. Scores of one aspect see the same oddity from several sides, so that only the highest counts; those of
 * different aspects add up.
 */
export const aspects = ["caller", "action", "object", "amount", "time", "lineage"] as const;
export type Aspect = (typeof aspects)[number];

export interface Detector {
  /** Its file's name; unique, never reused. */
  readonly id: string;
  readonly title: string;
  readonly aspect: Aspect;
  /** Techniques of ATT&CK Enterprise: T1078.004. */
  readonly techniques: readonly string[];
  /** Of the OWASP Non-Human Identities Top 10 (2025): NHI2. */
  readonly nonHumanIdentityRisks: readonly string[];
  /** What the logs must show for it to see anything. */
  readonly needs: string;
  /** What is benign and raises it. */
  readonly falsePositives: readonly string[];
  /** What it cannot see. */
  readonly blindSpots: readonly string[];
  /** What to look at next, for whoever has to decide. */
  readonly checks: readonly string[];
  /** It tells what stands behind an odd window, and makes none odd: measured, its bits raised more that is benign than they found. */
  readonly isContext?: boolean;
  /** It is asked of identities that fell silent (silence.ts), with a window without hours at the end of a day. */
  readonly isOfSilence?: boolean;
  /** How odd the window is for its identity; empty where there is nothing to say. Reads the past and changes nothing. */
  score(window: Window, past: Past): readonly Surprise[];
}

export interface Past {
  readonly memory: EstateMemory;
  /** Day of reception, since the epoch (UTC): days before it are what is remembered. */
  readonly today: number;
  /** Days that a static key may be in use, by the operator's policy. */
  readonly keyAgeDays: number;
}

export interface Surprise {
  /** Minus log2 of how probable something this odd was, from the identity's own past. */
  readonly bits: number;
  /** What is odd, stable over windows: a repeated surprise is no second finding. */
  readonly what: string;
  /** In words: what was seen, and what is normal. */
  readonly observed: string;
  readonly baseline: string;
  /**
   * Told without calibration, once for each `what` of an identity, within an allowance of the budget (certainty.ts). mechanism: what shows is no
   * way in which the machine could work, so that no past is needed to say so. fact: nothing odd, but a rule is broken.
   */
  readonly certainty?: Certain | undefined;
  /** Of a value that is new or rare: how it was known. */
  readonly past?: PastOfValue;
}

/** What was known of a value before today. Days are since the epoch (UTC). */
export interface PastOfValue {
  /** Distinct days on which the identity showed it. */
  readonly days: number;
  /** Undefined where there was none; the first one also where it is too long ago to be told. */
  readonly firstDay: number | undefined;
  readonly lastDay: number | undefined;
  /** Other identities that ever showed it. */
  readonly others: number;
  /** Values of the dimension that the identity is known by, and their distinct pairs of value and day. */
  readonly knownValues: number;
  readonly valueDays: number;
}

export type Certain = "mechanism" | "fact";
