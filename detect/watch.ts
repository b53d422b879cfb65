// Detection as a fold over reception: day by day, tick by tick, windows are scored as they fill against what was learned from days before. Live
// and past are the same fold with another clock. It stands alone because the order of its steps is what keeps it from looking ahead.
import { AlertBudget } from "./alert-budget.ts";
import { AlertCollapse, clearlyOdder, type RaisedWindow, type Told } from "./alert-collapse.ts";
import { bitsOfFact, type CertainCounts, Certainty } from "./certainty.ts";
import { usualMostIdentities, withoutCrowd } from "./crowd.ts";
import type { Decision } from "./decision.ts";
import type { Detector } from "./detector.ts";
import { unpacked, type Window, windowSince, windowsOf } from "./evidence.ts";
import { type Change, FillingHour } from "./filling-hour.ts";
import { LearningQueue } from "./learning-queue.ts";
import { EstateMemory, type Maturity } from "./memory/estate-memory.ts";
import type { ParkedOnDay } from "./parking.ts";
import { calibrationDays, type Judged, type Reason, Scoring } from "./scoring.ts";
import { type GateSettings, isOldEnough, sensitivityOf, usualSettings } from "./settings.ts";
import { type Silence, silentWindows } from "./silence.ts";
import type { EstateState, WatchedIdentity, WatchState } from "./watch-state.ts";

export interface WatchOptions {
  readonly detectors: readonly Detector[];
  /** How many alerts a day the operator wants to see. */
  readonly budget: number;
  /** What an operator decided of identities; default: nothing. */
  readonly gates?: GateSettings;
  /** What people decided about findings, in the order of time; `hear` brings more. Default: nothing. */
  readonly decisions?: readonly Decision[];
  /** A clock that only runs forward, to see how long detectors take. */
  readonly nowMs?: () => number;
  /** So many are remembered by themselves; see crowd.ts. */
  readonly mostIdentities?: number;
}

/** A window that is odd enough for the budget, by what came of it until then. */
export interface Raised {
  /** The hour of reception, as far as it was received. */
  readonly window: Window;
  /** When that was known: the end of a step within the hour, or of the hour. */
  readonly asOfMs: number;
  readonly maturity: Maturity;
  /** Of everything together: minus log2 of its p-value. */
  readonly bits: number;
  readonly reasons: readonly Reason[];
}

/** Of a step in an hour of which something was read before, or will be once more. */
export interface Rereading {
  /**
   * The parts are all that is there now of what was received after that moment of the hour, also where some of it was read before: rows that
   * were still being written then, or that count as received at another time since.
   */
  readonly readFromMs?: number;
  /** What was received after that moment may come once more. Default: nothing. */
  readonly againFromMs?: number;
}

/** What found no room. */
export interface Untold extends CertainCounts {
  /** Those that wait for a day with room. */
  readonly silence: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Of the places, so many are kept when a day is over: whom the next one brings shall find some. */
const shareKept = 0.9;
/** Days without any record that are asked afterwards for whom they missed. */
const mostSilentDays = 60;

export class Watch {
  readonly #memory = new EstateMemory();
  readonly #scoring: Scoring;
  readonly #budget: AlertBudget;
  readonly #gates: GateSettings;
  readonly #mostIdentities: number;
  readonly #certainty: Certainty;
  #today: number | undefined;
  /** The hour that goes on, and what was told of its windows. */
  #hour: FillingHour | undefined;
  #toldOfHour = new Map<string, number>();
  readonly #learning = new LearningQueue();
  #days = 0;
  /** Late, and not told yet: there was no room. */
  readonly #silences = new Map<string, Silence>();
  readonly #collapse = new AlertCollapse();
  #decisions: readonly Decision[];
  /** Decisions up to here have been heard. */
  #heardMs = 0;

  constructor({ detectors, budget, gates = usualSettings, decisions = [], nowMs, mostIdentities = usualMostIdentities }: WatchOptions) {
    this.#mostIdentities = mostIdentities;
    this.#gates = gates;
    this.#decisions = decisions;
    this.#scoring = new Scoring(detectors, this.#memory, gates, nowMs);
    this.#budget = new AlertBudget(budget);
    this.#certainty = new Certainty(budget);
  }

  /** Detectors that failed on the day that goes on, and why: the others went on. */
  get parked(): readonly ParkedOnDay[] {
    return this.#scoring.parking.parked.map((each) => ({ ...each, dayMs: (this.#today ?? 0) * dayMs }));
  }

  /** What was certain today and found no room, and whose silence found none when the day before was over. */
  get untold(): Untold {
    return { ...this.#certainty.untold, silence: this.#silences.size };
  }

  static restore(options: WatchOptions, { estate, identities }: WatchState): Watch {
    const watch = new Watch(options);
    const { today, days, heardMs, hourEndMs, rates, lineage, certainToday, scoring, budget } = estate;
    watch.#today = today ?? undefined;
    watch.#days = days;
    watch.#heardMs = heardMs;
    watch.#hour = hourEndMs === null ? undefined : new FillingHour(hourEndMs);
    watch.#memory.restoreRates(rates);
    watch.#scoring.restore(scoring);
    watch.#budget.restore(budget);
    watch.#memory.lineage.restore(lineage);
    watch.#certainty.restore(certainToday);
    for (const [uid, identity] of identities) watch.#restoreIdentity(uid, identity);
    return watch;
  }

  #restoreIdentity(
    uid: string,
    { remembered, scores, told, toldForCertain, silence, filling, amounts, toldOfHour, ...queued }: WatchedIdentity,
  ): void {
    this.#memory.restore(uid, remembered);
    this.#scoring.restoreScores(uid, scores);
    this.#collapse.restore(uid, told);
    this.#certainty.restoreTold(uid, toldForCertain);
    if (silence !== null) this.#silences.set(uid, silence);
    this.#learning.restore(queued);
    for (const window of windowsOf(filling)) this.#hour?.restore(window, amounts);
    if (toldOfHour !== null) this.#toldOfHour.set(uid, toldOfHour);
  }

  /** As it is now; identities are read off one by one, before the next step. */
  get state(): WatchState {
    const estate: EstateState = {
      today: this.#today ?? null,
      days: this.#days,
      heardMs: this.#heardMs,
      hourEndMs: this.#hour?.endMs ?? null,
      rates: this.#memory.rates,
      lineage: this.#memory.lineage.state,
      certainToday: this.#certainty.today,
      scoring: this.#scoring.state,
      budget: this.#budget.state,
    };
    return { estate, identities: this.#identities() };
  }

  *#identities(): Generator<[string, WatchedIdentity]> {
    const queued = this.#learning.state;
    for (const [uid, remembered] of this.#memory.remembered()) {
      yield [
        uid,
        {
          remembered,
          scores: this.#scoring.scoresOf(uid),
          told: this.#collapse.toldOf(uid),
          toldForCertain: this.#certainty.toldOf(uid),
          silence: this.#silences.get(uid) ?? null,
          ...queued(uid),
          filling: this.#hour?.window(uid)?.hours ?? [],
          amounts: this.#hour?.amounts(uid) ?? [],
          toldOfHour: this.#toldOfHour.get(uid) ?? null,
        },
      ];
    }
  }

  /**
   * What was received from the moment of the last step (without) to this one (with): of each identity a window. Moments come in order, and a
   * step lies within one hour. Of the hour that goes on, those are asked of whom something came; it is over with the step that ends
   * with it, or with the first one after it.
   */
  step(momentMs: number, parts: readonly Window[], reading?: Rereading): Told[] {
    const steps = this.stepInTurns(momentMs, parts, reading);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /** The same, identity by identity, so that others may have the thread in between. Nothing else is to be asked of the watch meanwhile. */
  *stepInTurns(momentMs: number, parts: readonly Window[], { readFromMs, againFromMs = momentMs }: Rereading = {}): Generator<undefined, Told[]> {
    const told = this.#begin(momentMs, parts.length === 0);
    const hour = this.#hour;
    if (hour === undefined) return told;
    const bounded = this.#withoutCrowd(parts);
    if (readFromMs !== undefined) this.#take(hour.retain(readFromMs, momentMs, bounded));
    const touched = new Set<string>();
    for (const part of bounded) {
      if (this.#fill(hour, part, againFromMs)) touched.add(part.identityUid);
      yield;
    }
    hour.settle(againFromMs);
    if (momentMs === hour.endMs) return [...told, ...this.#closeHour(hour)];
    // All of a moment are noted before one of them is judged.
    const judged: Judged[] = [];
    for (const uid of [...touched].sort()) {
      const window = hour.window(uid);
      if (window !== undefined && this.#isOurs(window)) judged.push(this.#judge(window));
      yield;
    }
    return [...told, ...this.#tell(judged, momentMs)];
  }

  /** The end of an hour that was asked as it went on: these are its windows, read as a whole, in place of what was read of it until now. */
  stepOver(endMs: number, windows: readonly Window[]): Told[] {
    const told = this.#begin(endMs, windows.length === 0);
    const hour = this.#hour;
    if (hour === undefined) return told;
    const bounded = this.#withoutCrowd(windows);
    for (const { identityUid } of bounded) this.#memory.identity(identityUid).closeDays(this.#today ?? 0);
    this.#take(hour.replace(bounded));
    for (const window of bounded.map(unpacked)) this.#memory.note(window, window);
    return [...told, ...this.#closeHour(hour)];
  }

  /** What the hours and days before tell. Afterwards an hour goes on, unless nothing came and none did. */
  #begin(momentMs: number, isEmpty: boolean): Told[] {
    this.#hearUntil(momentMs);
    const endMs = Math.ceil(momentMs / hourMs) * hourMs;
    const told = this.#hour !== undefined && this.#hour.endMs < endMs ? this.#closeHour(this.#hour) : [];
    if (isEmpty && this.#hour === undefined) return told;
    told.push(...this.#openDay(endMs));
    this.#hour ??= new FillingHour(endMs);
    return told;
  }

  #withoutCrowd(windows: readonly Window[]): Window[] {
    return withoutCrowd(windows, (uid) => this.#memory.knows(uid), this.#mostIdentities - this.#memory.size);
  }

  #take(changes: readonly Change[]): void {
    for (const { before, now } of changes) {
      const uid = (now ?? before)?.identityUid;
      if (uid !== undefined) this.#memory.identity(uid).count(now, before);
    }
  }

  /** All decisions that are known now, in the order of time. Those of a moment count from the first step at or after it. */
  hear(decisions: readonly Decision[]): void {
    this.#decisions = decisions;
  }

  #hearUntil(momentMs: number): void {
    for (const decision of this.#decisions) if (decision.atMs > this.#heardMs && decision.atMs <= momentMs) this.#decide(decision);
    this.#heardMs = Math.max(this.#heardMs, momentMs);
  }

  /** Of what is held back, benign windows teach at once and confirmed ones never; what was learned already stays learned. */
  #decide({ state, placeMs, windows }: Decision): void {
    const places = new Set(windows.map(([identityUid, windowMs]) => `${windowMs} ${identityUid}`));
    const isBenign = state === "benign";
    const decided = this.#learning.decide((window) => places.has(`${window.momentMs} ${window.identityUid}`), isBenign);
    if (isBenign) for (const window of decided) this.#memory.accept(window);
    for (const [identityUid] of windows) {
      if (isBenign) this.#collapse.end(identityUid, placeMs);
      else this.#collapse.confirm(identityUid, placeMs);
    }
  }

  /** Where the hour is the first of its day: the days before are over. */
  #openDay(endMs: number): Told[] {
    const day = Math.floor((endMs - 1) / dayMs);
    const before = this.#today;
    this.#today = day;
    if (before === undefined || day <= before) return [];
    const missed = this.#missed(before, day);
    this.#closeDay(before, day);
    return missed;
  }

  /** Of each day that is over: who did not come. As many a day as have room, besides what is odd, the surest first; the others wait. */
  #missed(from: number, until: number): Told[] {
    const told: Told[] = [];
    for (let day = Math.max(from, until - mostSilentDays); day < until; day++) {
      let left = this.#certainty.mostSilences;
      const silent = silentWindows(this.#memory, day, this.#silences);
      this.#silences.clear();
      for (const window of silent) {
        const reasons = this.#isAwaited(window) ? this.#scoring.missed(window, day) : [];
        if (reasons.length === 0) continue;
        if (left === 0) {
          if (window.silence !== undefined) this.#silences.set(window.identityUid, window.silence);
          continue;
        }
        left--;
        const raised = { window, asOfMs: window.momentMs, maturity: this.#memory.maturity(window.identityUid, day), bits: bitsOfFact, reasons };
        told.push(this.#collapse.tell({ raised, isRevision: false, isRare: false }, () => true));
      }
    }
    return told;
  }

  /** Nodes come and go by nature. */
  #isAwaited(window: Window): boolean {
    return this.#isOurs(window) && window.principalType !== "k8s-node" && sensitivityOf(this.#gates, window.identityUid) > 0;
  }

  /** Whether anything changed. */
  #fill(hour: FillingHour, kept: Window, againFromMs: number): boolean {
    const part = unpacked(kept);
    const change = hour.fill(part, againFromMs);
    if (change === undefined) return false;
    this.#memory.identity(part.identityUid).closeDays(this.#today ?? 0);
    this.#take([change]);
    if (change.now !== undefined) this.#memory.note(part, change.now);
    return change.now !== undefined;
  }

  /** What is kept of a moment's windows until all are judged is the packed ones. */
  #judge(window: Window): Judged {
    return { ...this.#scoring.judge(unpacked(window), this.#today ?? 0), window };
  }

  /** Each window is scored once more as a whole, and that is what later ones are held against. */
  #closeHour({ endMs, windows }: FillingHour): Told[] {
    const today = this.#today ?? 0;
    const judged = windows.filter((window) => this.#isOurs(window)).map((window) => this.#judge(window));
    const told = this.#tell(judged, endMs);
    // Alarms are no measure of how odd what is normal may be: a week of attacks would hide the next one.
    for (const each of judged) if (!this.#toldOfHour.has(each.window.identityUid)) this.#scoring.learn(each, today);
    for (const window of windows) {
      if (!this.#toldOfHour.has(window.identityUid)) this.#learning.add(window);
      else if (!this.#collapse.isConfirmed(window.identityUid)) this.#learning.holdBack(window, today);
    }
    this.#hour = undefined;
    this.#toldOfHour = new Map();
    return told;
  }

  /**
   * People are remembered, since their agents and networks are others' novelties, and not judged; a cloud's own services are nobody's to
   * judge. A person is whom the provider calls one, or who never acted as anything else: no record can talk itself out of being judged.
   */
  #isOurs({ identityUid, principalType, workloadType }: Window): boolean {
    if (principalType === "user" || principalType === "aws-service" || principalType === "anonymous") return false;
    return workloadType !== "human" || !this.#memory.identity(identityUid).isPerson;
  }

  /** Those of one moment that are odd enough, with the findings that they belong to. */
  #tell(judged: readonly Judged[], asOfMs: number): Told[] {
    const told: Told[] = [];
    for (const each of judged) {
      const raised = this.#raise(each, asOfMs);
      if (raised !== undefined) told.push(this.#note(this.#collapse.tell(raised, (fromMs) => this.#isOddSince(each.window, fromMs))));
    }
    return told;
  }

  #isOddSince(window: Window, fromMs: number): boolean {
    const part = windowSince(window, fromMs);
    if (part === undefined || part.hours.length === window.hours.length) return part !== undefined;
    const { maturity, probability, reasons } = this.#scoring.judge(part, this.#today ?? 0);
    return this.#weighed(window, maturity, probability) <= this.#budget.threshold || this.#certainty.bitsOf(part, reasons) !== undefined;
  }

  #note(told: Told): Told {
    const { raised, isNews, isRevision, isRare } = told;
    this.#certainty.tell(raised.window, raised.reasons, isNews && !isRevision && !isRare);
    this.#noteOddity(raised.window, raised.reasons);
    return told;
  }

  /** Undefined where there is nothing to tell, or nothing more than was told of the window. */
  #raise({ window, maturity, probability, reasons }: Judged, asOfMs: number): RaisedWindow | undefined {
    const before = this.#toldOfHour.get(window.identityUid);
    const isAsked = sensitivityOf(this.#gates, window.identityUid) > 0;
    const certain = isAsked ? this.#certainty.bitsOf(window, reasons) : undefined;
    const bits = Math.max(-Math.log2(probability), certain ?? 0);
    const weighed = this.#weighed(window, maturity, probability);
    this.#budget.see(window.identityUid, certain === undefined ? weighed : 2 ** -bits);
    const isRare = weighed <= this.#budget.threshold;
    if (before === undefined && certain === undefined && !isRare) {
      if (isAsked) this.#certainty.leaveUntold(window, reasons);
      return undefined;
    }
    if (before !== undefined && asOfMs < window.momentMs && bits < before + clearlyOdder) return undefined;
    if (before === undefined) this.#scoring.parking.countTold(reasons.map(({ detector }) => detector));
    this.#toldOfHour.set(window.identityUid, Math.max(bits, before ?? 0));
    return { raised: { window, asOfMs, maturity, bits, reasons }, isRevision: before !== undefined, isRare };
  }

  /** For those to whom it handed something: what was odd, and from where it entered. */
  #noteOddity(window: Window, reasons: readonly Reason[]): void {
    const oddest = reasons.find(({ certainty }) => certainty !== undefined) ?? reasons[0];
    this.#memory.lineage.tell(window, oddest?.observed ?? "");
  }

  /** Its probability as it is held against the budget, by what an operator decided of its identity: 1 where nothing of that is to be raised. */
  #weighed({ identityUid }: Window, maturity: Maturity, probability: number): number {
    const factor = sensitivityOf(this.#gates, identityUid);
    const isRaisable = factor > 0 && isOldEnough(this.#gates, maturity, this.#memory.identity(identityUid).rhythm.activeDays);
    return isRaisable ? Math.min(1, probability / factor) : 1;
  }

  /** The days from `today` on, up to `day`. */
  #closeDay(today: number, day: number): void {
    this.#budget.closeDay(this.#learning.size, this.#days > 2 * calibrationDays);
    this.#memory.learn(this.#learning.due(day), today);
    this.#scoring.closeDay();
    for (const uid of [...this.#memory.forgetSilent(day), ...this.#memory.forgetLeast(Math.floor(this.#mostIdentities * shareKept))]) {
      this.#scoring.forget(uid);
      this.#certainty.forget(uid);
    }
    this.#collapse.forgetBefore(day * dayMs);
    this.#certainty.closeDay();
    this.#days++;
  }
}
