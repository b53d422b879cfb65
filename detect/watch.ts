// Detection as a fold over reception: day by day, moment by moment, windows are scored against what was learned from days before. Live
// and past are the same fold with another clock. It stands alone because the order of its steps is what keeps it from looking ahead.
import { identityHours } from "../queries/identity-hours.ts";
import { receptionBounds } from "../queries/reception-bounds.ts";
import type { Alert, AlertSource, AsOfView, Moments } from "./alert-source.ts";
import { Calibration } from "./calibration.ts";
import { type Aspect, aspects, type Detector, type Surprise } from "./detector.ts";
import { type Window, windowsOf } from "./evidence.ts";
import { EstateMemory, type Maturity } from "./memory/estate-memory.ts";
import { ScoreMemory } from "./memory/score-memory.ts";

export interface WatchOptions {
  readonly detectors: readonly Detector[];
  /** How many alerts a day the operator wants to see. */
  readonly budget: number;
}

export interface Reason extends Surprise {
  readonly detector: Detector;
  /** Share of past scores of the detector at least as high. */
  readonly probability: number;
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
/** Surprise of one aspect beyond which more of it says nothing more. */
const mostBitsOfAspect = 24;
/** What an identity does within so long of what was told is the same finding, */
const collapseMs = 24 * 3_600_000;
/** unless it is odder by so many bits. */
const clearlyOdder = 2;
/** The week over which windows and alerts are averaged. */
const averagedDays = 7;
/** How fast the threshold follows what came: half of a lasting miss is gone in two to three days. */
const correctionSpeed = 0.3;
const mostCorrection = 16;
/** However large the budget, what one window in so many would exceed is nothing to tell. */
const loosest = 0.05;
/** Windows that were raised are not learned from for so long: who decides about them has to have the time. */
const learningDelayDays = 3;
/** Days of scores before they calibrate anything. */
const calibrationDays = 3;
/** A question by reception reads the whole table: as many days are asked for at once as come to so many rows, */
const rowsAQuestion = 20_000;
/** at most so many. */
const mostDaysAtOnce = 30;
/** A reason is told where so few of its detector's scores are as high. */
const tellingProbability = 0.05;

export class Watch {
  readonly #options: WatchOptions;
  readonly #memory = new EstateMemory();
  readonly #byDetector = new Calibration();
  readonly #whole = new Calibration();
  #today: number | undefined;
  #windows: Window[] = [];
  /** Held back from learning, until the day. */
  #heldBack: { window: Window; untilDay: number }[] = [];
  readonly #windowsByDay: number[] = [];
  #days = 0;
  /** What was told of an identity lately, and until when that stands. */
  readonly #told = new Map<string, { readonly bits: number; readonly untilMs: number }>();
  /** Alerts of the last days, to be held against the budget. */
  readonly #alertsByDay: number[] = [];
  #alertsToday = 0;
  #correction = 1;
  readonly #ownScoresByIdentity = new Map<string, ScoreMemory>();
  #scoresToday: { readonly own: ScoreMemory; readonly sum: number }[] = [];

  constructor(options: WatchOptions) {
    this.#options = options;
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
    const raised = windows.filter((window) => this.#isOurs(window)).flatMap((window) => this.#score(window, day) ?? []);
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

  #ownScores(uid: string): ScoreMemory {
    let own = this.#ownScoresByIdentity.get(uid);
    if (own === undefined) {
      own = new ScoreMemory();
      this.#ownScoresByIdentity.set(uid, own);
    }
    return own;
  }

  #score(window: Window, today: number): Raised | undefined {
    const past = { memory: this.#memory, today };
    const maturity = this.#memory.maturity(window.identityUid, today);
    // The young are scored by their kind's rates already; only those without any past are compared among themselves.
    const group = maturity === "learning" ? "learning" : "known";
    const reasons: Reason[] = [];
    const bitsByAspect = new Map<Aspect, number>();
    for (const detector of this.#options.detectors) {
      const surprises = detector.score(window, past);
      const top = surprises.reduce((most, { bits }) => Math.max(most, bits), 0);
      const key = `${detector.id} ${group}`;
      this.#byDetector.add(key, top);
      const probability = top === 0 ? 1 : this.#byDetector.probability(key, top);
      for (const surprise of surprises) {
        const own = surprise.bits === top ? probability : this.#byDetector.probability(key, surprise.bits);
        if (own < tellingProbability) reasons.push({ ...surprise, detector, probability: own });
      }
      const bits = Math.min(-Math.log2(probability), mostBitsOfAspect);
      bitsByAspect.set(detector.aspect, Math.max(bitsByAspect.get(detector.aspect) ?? 0, bits));
    }
    const sum = aspects.reduce((total, aspect) => total + (bitsByAspect.get(aspect) ?? 0), 0);
    // Sums of uncalibrated scores would say for a month that nothing is ever odd.
    if (this.#days < calibrationDays) return undefined;
    this.#whole.add(group, sum);
    const own = this.#ownScores(window.identityUid);
    if (this.#memory.hasHabits(window.identityUid, today)) this.#scoresToday.push({ own, sum });
    if (this.#whole.daysOf(group) < calibrationDays) return undefined;
    const probability = Math.max(this.#whole.probability(group, sum), 2 ** -(own.bits(sum) ?? Number.POSITIVE_INFINITY));
    if (probability > this.#threshold()) return undefined;
    const ordered = reasons.sort((left, right) => left.probability - right.probability || right.bits - left.bits);
    return { window, maturity, bits: -Math.log2(probability), reasons: ordered };
  }

  /**
   * Of so many windows a day as there lately were, so many may be raised; corrected, since several windows make one finding, by what came
   * of it in the days before.
   */
  #threshold(): number {
    return Math.min(loosest, (this.#options.budget * this.#correction) / Math.max(mean(this.#windowsByDay), 1));
  }

  /** Whether the finding is one that was not told of the identity lately, or is clearly odder than that one. Notes it. */
  isNews({ window, bits }: Raised): boolean {
    const told = this.#told.get(window.identityUid);
    const isNews = told === undefined || told.untilMs < window.momentMs || bits >= told.bits + clearlyOdder;
    if (isNews) this.#told.set(window.identityUid, { bits, untilMs: window.momentMs + collapseMs });
    if (isNews) this.#alertsToday++;
    return isNews;
  }

  #closeDay(day: number): void {
    const released = this.#heldBack.filter(({ untilDay }) => untilDay <= day).map(({ window }) => window);
    this.#heldBack = this.#heldBack.filter(({ untilDay }) => untilDay > day);
    const today = this.#today ?? day;
    push(this.#windowsByDay, this.#windows.length);
    if (this.#days > 2 * calibrationDays) {
      push(this.#alertsByDay, this.#alertsToday);
      const { budget } = this.#options;
      const wanted = ((budget + 1) / (mean(this.#alertsByDay) + 1)) ** correctionSpeed;
      this.#correction = Math.min(mostCorrection, Math.max(1 / mostCorrection, this.#correction * wanted));
    }
    this.#alertsToday = 0;
    this.#memory.learn([...released, ...this.#windows], today);
    this.#windows = [];
    for (const { own, sum } of this.#scoresToday) own.add(sum);
    this.#scoresToday = [];
    this.#days++;
    this.#byDetector.closeDay();
    this.#whole.closeDay();
  }
}

function push(values: number[], value: number): void {
  values.push(value);
  if (values.length > averagedDays) values.shift();
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}

/** A raised window, and whether it is a finding of its own or belongs to one that was told lately. */
interface Told {
  readonly raised: Raised;
  readonly isNews: boolean;
}

export interface WatchedDay {
  /** Day of reception, its start. */
  readonly startMs: number;
  /** Number of this day, from 1, and of all. */
  readonly day: number;
  readonly days: number;
  /** Windows received in it: identities times hours. */
  readonly windows: number;
  readonly told: readonly Told[];
}

/**
 * The fold over a store: a day of reception at a time, from the first one to `toMs`, days without any included. What the benchmark scores
 * and what a person is shown come out of here. Nothing where nothing was received by then.
 */
export async function* watchedDays(
  view: AsOfView,
  options: WatchOptions,
  { toMs, stepMs }: Pick<Moments, "toMs" | "stepMs">,
): AsyncGenerator<WatchedDay> {
  const [bounds] = await view.query(receptionBounds, {});
  if (bounds === undefined || bounds.last_ms === 0) return;
  const watch = new Watch(options);
  const firstDay = Math.floor((bounds.first_ms - 1) / dayMs);
  const lastDay = Math.floor((toMs - 1) / dayMs);
  let daysAtOnce = 1;
  for (let from = firstDay; from <= lastDay; ) {
    const until = Math.min(from + daysAtOnce, lastDay + 1);
    const rows = await view.query(identityHours, { from_ms: from * dayMs, to_ms: Math.min(until * dayMs, toMs), step_ms: stepMs });
    const byDay = Map.groupBy(byMoment(windowsOf(rows)), ([momentMs]) => Math.floor((momentMs - 1) / dayMs));
    for (let day = from; day < until; day++) {
      const told: Told[] = [];
      let windows = 0;
      for (const [momentMs, each] of byDay.get(day) ?? []) {
        windows += each.length;
        for (const raised of watch.step(momentMs, each)) told.push({ raised, isNews: watch.isNews(raised) });
      }
      yield { startMs: day * dayMs, day: day - firstDay + 1, days: lastDay - firstDay + 1, windows, told };
    }
    daysAtOnce = Math.max(1, Math.min(mostDaysAtOnce, Math.floor((rowsAQuestion * (until - from)) / Math.max(rows.length, 1))));
    from = until;
  }
}

/** Our detection as the benchmark asks it: everything from the first reception on, alerts of the moments asked for. */
export function watchAlerts(id: string, title: string, options: WatchOptions): AlertSource {
  return {
    id,
    title,
    identityKey: "identity_uid",
    async evaluate(view: AsOfView, moments: Moments): Promise<Alert[]> {
      const alerts: Alert[] = [];
      for await (const { told } of watchedDays(view, options, moments)) {
        for (const { raised, isNews } of told) {
          if (isNews && raised.window.momentMs > moments.fromMs) alerts.push(alertOf(id, raised, moments.stepMs));
        }
      }
      return alerts;
    },
  };
}

function byMoment(windows: readonly Window[]): Map<number, Window[]> {
  const moments = new Map<number, Window[]>();
  for (const window of windows) {
    const same = moments.get(window.momentMs);
    if (same === undefined) moments.set(window.momentMs, [window]);
    else same.push(window);
  }
  return moments;
}

function alertOf(detectorId: string, { window, bits, reasons }: Raised, stepMs: number): Alert {
  return {
    detectorId,
    asOfMs: window.momentMs,
    identity: window.identityUid,
    identityUids: [window.identityUid],
    windowFromMs: window.momentMs - stepMs,
    windowToMs: window.momentMs,
    score: bits,
    reason: reasons
      .slice(0, 3)
      .map(({ observed, baseline }) => `${observed} (${baseline})`)
      .join("; "),
    eventUids: [],
  };
}
