// Detection as a fold over reception: day by day, moment by moment, windows are scored against what was learned from days before. Live
// and past are the same fold with another clock. It stands alone because the order of its steps is what keeps it from looking ahead.
import { AlertBudget } from "./alert-budget.ts";
import type { Detector } from "./detector.ts";
import type { Window } from "./evidence.ts";
import { EstateMemory, type Maturity } from "./memory/estate-memory.ts";
import { calibrationDays, type Judged, type Reason, Scoring } from "./scoring.ts";

export interface WatchOptions {
  readonly detectors: readonly Detector[];
  /** How many alerts a day the operator wants to see. */
  readonly budget: number;
}

/** A window that is odd enough for the budget. */
export interface Raised {
  readonly window: Window;
  readonly maturity: Maturity;
  /** Of everything together: minus log2 of its p-value. */
  readonly bits: number;
  readonly reasons: readonly Reason[];
}

const dayMs = 86_400_000;
/** What an identity does within so long of what was told is the same finding, */
const collapseMs = 24 * 3_600_000;
/** unless it is odder by so many bits. */
const clearlyOdder = 2;
/** Windows that were raised are not learned from for so long: who decides about them has to have the time. */
const learningDelayDays = 3;

export class Watch {
  readonly #memory = new EstateMemory();
  readonly #scoring: Scoring;
  readonly #budget: AlertBudget;
  #today: number | undefined;
  #windows: Window[] = [];
  /** Held back from learning, until the day. */
  #heldBack: { window: Window; untilDay: number }[] = [];
  #days = 0;
  /** What was told of an identity lately, and until when that stands. */
  readonly #told = new Map<string, { readonly bits: number; readonly untilMs: number }>();

  constructor({ detectors, budget }: WatchOptions) {
    this.#scoring = new Scoring(detectors, this.#memory);
    this.#budget = new AlertBudget(budget);
  }

  /** All windows of one moment. Moments come in order. */
  step(momentMs: number, windows: readonly Window[]): Raised[] {
    const day = Math.floor((momentMs - 1) / dayMs);
    if (this.#today !== undefined && day > this.#today) this.#closeDay(day);
    this.#today = day;
    for (const window of windows) {
      const memory = this.#memory.identity(window.identityUid);
      memory.closeDays(day);
      memory.count(window);
      this.#memory.note(window);
    }
    const judged = windows.filter((window) => this.#isOurs(window)).map((window) => this.#scoring.judge(window, day));
    for (const each of judged) this.#scoring.learn(each, day);
    const raised = judged.filter(({ probability }) => probability <= this.#budget.threshold).map(raisedOf);
    const raisedWindows = new Set(raised.map(({ window }) => window));
    for (const window of windows) {
      if (raisedWindows.has(window)) this.#heldBack.push({ window, untilDay: day + learningDelayDays });
      else this.#windows.push(window);
    }
    return raised;
  }

  /**
   * People are remembered, since their agents and networks are others' novelties, and not judged; a cloud's own services are nobody's to
   * judge. A person is whom the provider calls one, or who never acted as anything else: no record can talk itself out of being judged.
   */
  #isOurs({ identityUid, principalType, workloadType }: Window): boolean {
    if (principalType === "user" || principalType === "aws-service" || principalType === "anonymous") return false;
    return workloadType !== "human" || !this.#memory.identity(identityUid).isPerson;
  }

  /** Whether the finding is one that was not told of the identity lately, or is clearly odder than that one. Notes it. */
  isNews({ window, bits }: Raised): boolean {
    const told = this.#told.get(window.identityUid);
    const isNews = told === undefined || told.untilMs < window.momentMs || bits >= told.bits + clearlyOdder;
    if (isNews) this.#told.set(window.identityUid, { bits, untilMs: window.momentMs + collapseMs });
    if (isNews) this.#budget.countAlert();
    return isNews;
  }

  #closeDay(day: number): void {
    const released = this.#heldBack.filter(({ untilDay }) => untilDay <= day).map(({ window }) => window);
    this.#heldBack = this.#heldBack.filter(({ untilDay }) => untilDay > day);
    this.#budget.closeDay(this.#windows.length, this.#days > 2 * calibrationDays);
    this.#memory.learn([...released, ...this.#windows], this.#today ?? day);
    this.#windows = [];
    this.#scoring.closeDay();
    this.#days++;
  }
}

function raisedOf({ window, maturity, probability, reasons }: Judged): Raised {
  return { window, maturity, bits: -Math.log2(probability), reasons };
}
