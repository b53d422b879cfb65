// How one window becomes bits, reasons and a p-value: detectors, their calibration, aspects, the sum's calibration, the identity's own scores. It
// stands apart from the fold (watch.ts), which decides when windows are asked, what is raised and when days are learned.
import { Calibration, type CalibrationState } from "./calibration.ts";
import { type Aspect, aspects, type Detector, type Past, type Surprise } from "./detector.ts";
import type { Window } from "./evidence.ts";
import type { EstateMemory, Maturity } from "./memory/estate-memory.ts";
import { ScoreMemory, type ScoreState } from "./memory/score-memory.ts";
import { Parking, type ParkingState } from "./parking.ts";
import { exceptionsFor, type GateSettings, isExcepted, usualSettings } from "./settings.ts";

export interface Reason extends Surprise {
  readonly detector: Detector;
  /** Share of past scores of the detector at least as high. */
  readonly probability: number;
}

export interface Judged {
  readonly window: Window;
  readonly maturity: Maturity;
  /** What its scores are compared with: of those without any past, or of all others. */
  readonly group: string;
  /** Highest bits of each detector, in the order of the detectors; undefined of one that is parked. */
  readonly tops: readonly (number | undefined)[];
  /** Of all aspects. */
  readonly sum: number;
  /** Of the sum: 1 where too little is known to say. */
  readonly probability: number;
  readonly reasons: readonly Reason[];
}

export interface ScoringState {
  readonly byDetector: readonly CalibrationState[];
  readonly whole: readonly CalibrationState[];
  readonly days: number;
  readonly parking: ParkingState;
}

/** How odd one identity was, before today and today. */
export interface OwnScores {
  readonly past: ScoreState | null;
  readonly today: readonly number[];
}

/** Surprise of one aspect beyond which more of it says nothing more. */
const mostBitsOfAspect = 24;
/**
 * A detector that seldom speaks is rare with whatever it says, also with what it holds for likely: calibration doubles its own
 * bits at most.
 */
const mostGain = 2;
/** Days of scores before they calibrate anything. */
export const calibrationDays = 3;
/** A reason is told where so few of its detector's scores are as high. */
const tellingProbability = 0.05;

export class Scoring {
  readonly #detectors: readonly Detector[];
  readonly #memory: EstateMemory;
  readonly #gates: GateSettings;
  readonly parking: Parking;
  #byDetector = new Calibration();
  #whole = new Calibration();
  readonly #ownScoresByIdentity = new Map<string, ScoreMemory>();
  readonly #scoresToday = new Map<string, number[]>();
  #days = 0;

  constructor(detectors: readonly Detector[], memory: EstateMemory, gates: GateSettings = usualSettings, nowMs = () => performance.now()) {
    this.parking = new Parking(nowMs);
    this.#detectors = detectors;
    this.#gates = gates;
    this.#memory = memory;
  }

  /** What does not belong to one identity. */
  get state(): ScoringState {
    return { byDetector: this.#byDetector.state, whole: this.#whole.state, days: this.#days, parking: this.parking.state };
  }

  restore({ byDetector, whole, days, parking }: ScoringState): void {
    this.parking.restore(parking);
    this.#byDetector = Calibration.restore(byDetector);
    this.#whole = Calibration.restore(whole);
    this.#days = days;
  }

  scoresOf(uid: string): OwnScores {
    return { past: this.#ownScoresByIdentity.get(uid)?.state ?? null, today: this.#scoresToday.get(uid) ?? [] };
  }

  restoreScores(uid: string, { past, today }: OwnScores): void {
    if (past !== null) this.#ownScoresByIdentity.set(uid, ScoreMemory.restore(past));
    if (today.length > 0) this.#scoresToday.set(uid, [...today]);
  }

  forget(uid: string): void {
    this.#ownScoresByIdentity.delete(uid);
  }

  /** How odd the window is against days before `today`. Changes nothing. */
  judge(window: Window, today: number): Judged {
    const past = this.#pastOf(today);
    const maturity = this.#memory.maturity(window.identityUid, today);
    // The young are scored by their kind's rates already; only those without any past are compared among themselves.
    const group = maturity === "learning" ? "learning" : "known";
    const exceptions = exceptionsFor(this.#gates, window.identityUid, window.momentMs);
    const reasons: Reason[] = [];
    const tops: (number | undefined)[] = [];
    const bitsByAspect = new Map<Aspect, number>();
    for (const detector of this.#detectors) {
      const said = this.parking.ask(detector, window, past);
      if (said === undefined) {
        tops.push(undefined);
        continue;
      }
      const surprises = said.filter(({ what }) => !isExcepted(exceptions, detector.id, what));
      const top = surprises.reduce((most, { bits }) => Math.max(most, bits), 0);
      tops.push(top);
      const key = keyOf(detector, group);
      const probability = top === 0 ? 1 : this.#byDetector.probability(key, top);
      for (const surprise of surprises) {
        const own = surprise.bits === top ? probability : this.#byDetector.probability(key, surprise.bits);
        if (own < tellingProbability || surprise.certainty !== undefined) reasons.push({ ...surprise, detector, probability: own });
      }
      if (detector.isContext === true) continue;
      const bits = Math.min(-Math.log2(probability), mostGain * top, mostBitsOfAspect);
      bitsByAspect.set(detector.aspect, Math.max(bitsByAspect.get(detector.aspect) ?? 0, bits));
    }
    const sum = aspects.reduce((total, aspect) => total + (bitsByAspect.get(aspect) ?? 0), 0);
    reasons.sort((left, right) => rankOf(left) - rankOf(right) || left.probability - right.probability || right.bits - left.bits);
    return { window, maturity, group, tops, sum, probability: this.#probability(window.identityUid, group, sum), reasons };
  }

  /** What is said of somebody of whom nothing came. Each silence is asked of once, so that nothing is there to calibrate it with. */
  missed(window: Window, today: number): Reason[] {
    const exceptions = exceptionsFor(this.#gates, window.identityUid, window.momentMs);
    return this.#detectors
      .filter(({ isOfSilence }) => isOfSilence === true)
      .flatMap((detector) =>
        (this.parking.ask(detector, window, this.#pastOf(today)) ?? [])
          .filter(({ what }) => !isExcepted(exceptions, detector.id, what))
          .map((surprise) => ({ ...surprise, detector, probability: 2 ** -surprise.bits })),
      );
  }

  #pastOf(today: number): Past {
    return { memory: this.#memory, today, keyAgeDays: this.#gates.keyAgeDays };
  }

  #probability(identityUid: string, group: string, sum: number): number {
    if (!this.#isCalibrated || this.#whole.daysOf(group) < calibrationDays) return 1;
    const own = this.#ownScoresByIdentity.get(identityUid)?.bits(sum) ?? Number.POSITIVE_INFINITY;
    return Math.max(this.#whole.probability(group, sum), 2 ** -own);
  }

  /** Sums of uncalibrated scores would say for a month that nothing is ever odd. */
  get #isCalibrated(): boolean {
    return this.#days >= calibrationDays;
  }

  /** Counts a window among those that later ones are held against, from the end of the day on. */
  learn({ window: { identityUid }, group, tops, sum }: Judged, today: number): void {
    for (const [place, detector] of this.#detectors.entries()) {
      const top = tops[place];
      if (top !== undefined) this.#byDetector.add(keyOf(detector, group), top);
    }
    if (!this.#isCalibrated) return;
    this.#whole.addCut(group, sum);
    if (!this.#memory.hasHabits(identityUid, today)) return;
    const scores = this.#scoresToday.get(identityUid);
    if (scores === undefined) this.#scoresToday.set(identityUid, [sum]);
    else scores.push(sum);
  }

  closeDay(): void {
    for (const [uid, scores] of this.#scoresToday) for (const score of scores) this.#ownScores(uid).add(score);
    this.#scoresToday.clear();
    this.#days++;
    this.parking.closeDay();
    this.#byDetector.closeDay();
    this.#whole.closeDay();
  }

  #ownScores(uid: string): ScoreMemory {
    let own = this.#ownScoresByIdentity.get(uid);
    if (own === undefined) {
      own = new ScoreMemory();
      this.#ownScoresByIdentity.set(uid, own);
    }
    return own;
  }
}

/** What shows a mechanism is said before what is rare. */
function rankOf({ certainty }: Surprise): number {
  return certainty === "mechanism" ? 0 : 1;
}

function keyOf({ id }: Detector, group: string): string {
  return `${id} ${group}`;
}
