// The detectors of this version as a person asks for them: what each says of itself, in which mode it is, and whether its cases hold here.
import { type Aspect, aspects, type Detector } from "../detect/detector.ts";
import { type DetectorCase, quietBits, raisingBits, surprisesOf } from "../detect/detector-case.ts";
import { detectorCases } from "../detect/detectors/case-registry.ts";
import { detectors } from "../detect/detectors/registry.ts";
import { type DetectionSettings, type DetectorMode, modeOf } from "../detect/settings.ts";
import { PermanentError } from "../model/errors.ts";
import { suggest } from "../runtime/suggest.ts";

export type DescribedDetector = Omit<Detector, "score"> & { readonly mode: DetectorMode };

export interface TriedCase {
  readonly detector: string;
  readonly expected: "raises" | "stays quiet";
  readonly says: string;
  readonly because: string;
  /** Of the case's window: minus log2 of how probable the oddest of it was; 0 where the detector says nothing. */
  readonly bits: number;
  /** At least that many, or at most. */
  readonly limit: number;
  readonly holds: boolean;
}

/** By aspect, then by id. */
export function describedDetectors(settings: DetectionSettings): DescribedDetector[] {
  const place = ({ aspect }: { readonly aspect: Aspect }) => aspects.indexOf(aspect);
  return detectors
    .map(({ score: _, ...about }) => ({ ...about, mode: modeOf(settings, about.id) }))
    .sort((left, right) => place(left) - place(right));
}

/** @throws PermanentError naming the one that may be meant. */
export function checkDetectorId(id: string): void {
  const known = detectors.map((detector) => detector.id);
  if (known.includes(id)) return;
  const near = suggest(id, known);
  throw new PermanentError(
    `detector ${id}: there is none of this id; ${near === undefined ? "`machinetrail detectors` lists them" : `did you mean ${near}?`}`,
  );
}

export function casesOf(id: string): { readonly raises: readonly DetectorCase[]; readonly staysQuiet: readonly DetectorCase[] } {
  return detectorCases[id] ?? { raises: [], staysQuiet: [] };
}

/** Runs the cases of one detector, or of all, each folded by the watch itself. Only what they show is handed out. */
export function* tryCases(id?: string): Generator<TriedCase> {
  for (const detector of detectors) {
    if (id !== undefined && detector.id !== id) continue;
    const { raises, staysQuiet } = casesOf(detector.id);
    for (const each of raises) yield tryCase(detector, each, "raises");
    for (const each of staysQuiet) yield tryCase(detector, each, "stays quiet");
  }
}

function tryCase(detector: Detector, tried: DetectorCase, expected: TriedCase["expected"]): TriedCase {
  const bits = Math.round((surprisesOf(detector, tried)[0]?.bits ?? 0) * 10) / 10;
  const limit = expected === "raises" ? raisingBits : quietBits;
  const holds = expected === "raises" ? bits >= limit : bits <= limit;
  return { detector: detector.id, expected, says: tried.says, because: tried.because, bits, limit, holds };
}
