// How detection is configured: what an operator decides over what it learns. Pure functions of the settings and one window, so that the past is
// replayed under the settings as the present is.
import { fitsWildcard } from "../runtime/wildcard.ts";
import type { Maturity } from "./memory/estate-memory.ts";

/** shadow: not asked where findings are raised; replayed with the others where somebody asks what it would add (pipeline/watch-options.ts). */
export const detectorModes = ["on", "shadow", "off"] as const;
export type DetectorMode = (typeof detectorModes)[number];

/** Youngest first. */
export const maturities = ["learning", "peer", "own"] as const satisfies readonly Maturity[];

export interface ApprovedException {
  /** Pattern over identity_uid; `*` stands for any characters. */
  readonly identities: string;
  /** Id of a detector. */
  readonly detector: string;
  /** Pattern over what the detector finds odd: the network, the action, the resource. "*": whatever it is. */
  readonly value: string;
  /** Windows received at that moment or later are judged as if it were not there. */
  readonly untilMs: number;
  readonly reason: string;
}

export interface DetectionSettings {
  /** Findings a day that an operator wants to see. */
  readonly budget: number;
  /** By id of a detector; those that are not named are on. */
  readonly modes: Readonly<Record<string, DetectorMode>>;
  /** The youngest that is raised. */
  readonly fromMaturity: Maturity;
  /** Active days that must be known of an identity before anything of it is raised. */
  readonly activeDays: number;
  /** The first one that fits an identity counts: so many times as improbable a window as others' is raised of it; 0 raises none. */
  readonly sensitivity: readonly { readonly identities: string; readonly factor: number }[];
  readonly exceptions: readonly ApprovedException[];
  /** Days that a static key may be in use: stale-key tells those that are. */
  readonly keyAgeDays: number;
}

export const usualSettings: DetectionSettings = {
  budget: 10,
  modes: {},
  fromMaturity: "learning",
  activeDays: 0,
  sensitivity: [],
  exceptions: [],
  // What CIS benchmarks of AWS (1.14) and Google Cloud (1.7) ask for.
  keyAgeDays: 90,
};

export function modeOf(settings: Pick<DetectionSettings, "modes">, detectorId: string): DetectorMode {
  return Object.hasOwn(settings.modes, detectorId) ? (settings.modes[detectorId] ?? "on") : "on";
}

/** Whether anything may be raised of an identity of that maturity, with so many active days known. */
export function isOldEnough({ fromMaturity, activeDays }: GateSettings, maturity: Maturity, knownDays: number): boolean {
  return maturities.indexOf(maturity) >= maturities.indexOf(fromMaturity) && knownDays >= activeDays;
}

/** What the threshold of an identity's windows is multiplied by. */
export function sensitivityOf({ sensitivity }: GateSettings, identityUid: string): number {
  return sensitivity.find(({ identities }) => fitsWildcard(identities, identityUid))?.factor ?? 1;
}

export type GateSettings = Pick<DetectionSettings, "fromMaturity" | "activeDays" | "sensitivity" | "exceptions" | "keyAgeDays">;

/** Exceptions that hold for a window; asked once a window, since most have none. */
export function exceptionsFor({ exceptions }: GateSettings, identityUid: string, momentMs: number): readonly ApprovedException[] {
  if (exceptions.length === 0) return exceptions;
  return exceptions.filter(({ identities, untilMs }) => momentMs <= untilMs && fitsWildcard(identities, identityUid));
}

export function isExcepted(exceptions: readonly ApprovedException[], detectorId: string, what: string): boolean {
  return exceptions.some(({ detector, value }) => detector === detectorId && fitsWildcard(value, what));
}
