// The measures of detection quality, as pure functions: from alerts and attacks to recall, false findings, precision and time.
// What counts as found: an alert on an identity of the attack, raised between its start and 24 hours after its end.

/** Until when after its end an attack may still be found. */
export const graceMs = 24 * 3_600_000;

export interface ScoredAttack {
  readonly id: string;
  /** Name of the attack's kind. */
  readonly attack: string;
  readonly workloadType: string;
  readonly identityUids: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  /** When the attacker's events happened. */
  readonly eventTimesMs: readonly number[];
}

export interface ScoredAlert {
  readonly asOfMs: number;
  /** Whom it is about, as the detector names it. */
  readonly identity: string;
  readonly identityUids: readonly string[];
  readonly workloadType: string;
  readonly score: number;
}

/** One run of one detector over one estate. */
export interface Run {
  readonly attacks: readonly ScoredAttack[];
  readonly alerts: readonly ScoredAlert[];
  /** Identity-days without attack, by workload type. */
  readonly benignIdentityDays: ReadonlyMap<string, number>;
  readonly span: Span;
}

/** Of the logs: the first reception, and from when until when alerts were asked for. */
interface Span {
  readonly firstMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface CurvePoint {
  /** Alerts with this score or a higher one count. */
  readonly score: number;
  readonly alerts: number;
  readonly trueAlerts: number;
  readonly attacksFound: number;
  readonly precision: number;
  readonly recall: number;
}

export interface Detection {
  readonly attack: ScoredAttack;
  readonly minutes: number;
  /** Attacker events that had happened by then. */
  readonly events: number;
}

/** A ratio is undefined where there was nothing to measure it on. */
export interface Measures {
  readonly attacks: number;
  readonly found: number;
  readonly recall: number | undefined;
  readonly alerts: number;
  readonly falseAlerts: number;
  readonly benignIdentityDays: number;
  readonly falsePerThousandDays: number | undefined;
  readonly precision: number | undefined;
  readonly averagePrecision: number | undefined;
  /** Recall of what scores so high that at most one false alert comes in 1,000 identity-days. */
  readonly recallAtOneFalse: number | undefined;
  readonly minutesToDetect: number | undefined;
  readonly eventsToDetect: number | undefined;
}

/** For each alert, which attacks it finds (by place). */
export function matches({ alerts, attacks }: Pick<Run, "alerts" | "attacks">): number[][] {
  const byIdentity = new Map<string, number[]>();
  for (const [place, { identityUids }] of attacks.entries()) {
    for (const uid of new Set(identityUids)) byIdentity.set(uid, [...(byIdentity.get(uid) ?? []), place]);
  }
  return alerts.map(({ asOfMs, identityUids }) => {
    const candidates = new Set(identityUids.flatMap((uid) => byIdentity.get(uid) ?? []));
    return [...candidates].filter((place) => isDuring(asOfMs, attacks[place]));
  });
}

function isDuring(asOfMs: number, attack: ScoredAttack | undefined): boolean {
  return attack !== undefined && asOfMs >= attack.startMs && asOfMs <= attack.endMs + graceMs;
}

/** Precision over alerts and recall over attacks at each score that an alert has, from the highest down. */
export function precisionRecallCurve(run: Pick<Run, "alerts" | "attacks">): CurvePoint[] {
  const found = new Set<number>();
  const matched = matches(run);
  const order = run.alerts.map((alert, place) => ({ score: alert.score, matched: matched[place] ?? [] })).sort((a, b) => b.score - a.score);
  const points: CurvePoint[] = [];
  let trueAlerts = 0;
  for (const [index, { score, matched: hits }] of order.entries()) {
    if (hits.length > 0) trueAlerts++;
    for (const place of hits) found.add(place);
    if (order[index + 1]?.score === score) continue;
    const alerts = index + 1;
    const recall = run.attacks.length === 0 ? 0 : found.size / run.attacks.length;
    points.push({ score, alerts, trueAlerts, attacksFound: found.size, precision: trueAlerts / alerts, recall });
  }
  return points;
}

/** The sum of precision over steps of recall. A detector without a ranking has one step. */
export function averagePrecision(points: readonly CurvePoint[]): number {
  let sum = 0;
  let recall = 0;
  for (const point of points) {
    sum += (point.recall - recall) * point.precision;
    recall = point.recall;
  }
  return sum;
}

/** The recall of the lowest score that at most so many false alerts have, or a higher one. */
export function recallAt(points: readonly CurvePoint[], mostFalseAlerts: number): number {
  return points.reduce((recall, point) => (point.alerts - point.trueAlerts <= mostFalseAlerts ? Math.max(recall, point.recall) : recall), 0);
}

/** The first true alert of each attack that was found. */
export function detections(run: Pick<Run, "alerts" | "attacks">): Detection[] {
  const first = new Map<number, number>();
  for (const [index, places] of matches(run).entries()) {
    const asOfMs = run.alerts[index]?.asOfMs ?? 0;
    for (const place of places) first.set(place, Math.min(first.get(place) ?? Number.POSITIVE_INFINITY, asOfMs));
  }
  return [...first].flatMap(([place, asOfMs]) => {
    const attack = run.attacks[place];
    if (attack === undefined) return [];
    const events = attack.eventTimesMs.filter((timeMs) => timeMs <= asOfMs).length;
    return [{ attack, minutes: (asOfMs - attack.startMs) / 60_000, events }];
  });
}

/** What is kept of a run, small enough to be resampled a thousand times. */
export interface RunSummary {
  readonly attacks: number;
  readonly alerts: number;
  readonly falseAlerts: number;
  readonly benignIdentityDays: number;
  readonly averagePrecision: number;
  readonly recallAtOneFalse: number;
  readonly detections: readonly Pick<Detection, "minutes" | "events">[];
}

export function summarise(run: Run): RunSummary {
  const curve = precisionRecallCurve(run);
  const benignIdentityDays = sum([...run.benignIdentityDays.values()]);
  return {
    attacks: run.attacks.length,
    alerts: run.alerts.length,
    falseAlerts: matches(run).filter((places) => places.length === 0).length,
    benignIdentityDays,
    averagePrecision: averagePrecision(curve),
    recallAtOneFalse: recallAt(curve, benignIdentityDays / 1000),
    detections: detections(run).map(({ minutes, events }) => ({ minutes, events })),
  };
}

/** Over several runs: counts are summed, times are pooled (the median), average precision and recall at one false are means of the runs that had attacks. */
export function measure(runs: readonly RunSummary[]): Measures {
  const total = (count: (run: RunSummary) => number) => sum(runs.map(count));
  const attacks = total((run) => run.attacks);
  const alerts = total((run) => run.alerts);
  const falseAlerts = total((run) => run.falseAlerts);
  const benignIdentityDays = total((run) => run.benignIdentityDays);
  const found = runs.flatMap((run) => run.detections);
  const withAttacks = runs.filter((run) => run.attacks > 0);
  const median = (values: readonly number[]) => quantile(values, 0.5);
  return {
    attacks,
    found: found.length,
    recall: ratio(found.length, attacks),
    alerts,
    falseAlerts,
    benignIdentityDays,
    falsePerThousandDays: ratio(falseAlerts * 1000, benignIdentityDays),
    precision: ratio(alerts - falseAlerts, alerts),
    averagePrecision: ratio(sum(withAttacks.map((run) => run.averagePrecision)), withAttacks.length),
    recallAtOneFalse: ratio(sum(withAttacks.map((run) => run.recallAtOneFalse)), withAttacks.length),
    minutesToDetect: median(found.map(({ minutes }) => minutes)),
    eventsToDetect: median(found.map(({ events }) => events)),
  };
}

/** Recall and times of one kind of attack. False alerts belong to no kind: those figures are not of this slice. */
export function ofAttack(run: Run, attack: string): Run {
  const attacks = run.attacks.filter((candidate) => candidate.attack === attack);
  const matched = matches({ alerts: run.alerts, attacks });
  return { ...run, attacks, alerts: run.alerts.filter((_, place) => (matched[place] ?? []).length > 0), benignIdentityDays: new Map() };
}

/** Attacks on, alerts about and days of identities of one workload type. */
export function ofWorkload(run: Run, workloadType: string): Run {
  return {
    ...run,
    attacks: run.attacks.filter((attack) => attack.workloadType === workloadType),
    alerts: run.alerts.filter((alert) => alert.workloadType === workloadType),
    benignIdentityDays: new Map([[workloadType, run.benignIdentityDays.get(workloadType) ?? 0]]),
  };
}

export type Pace = "loud" | "slow";
/** What is asked of detection: the median from the first attacker event on. */
const minutesAsked: Readonly<Record<Pace, number>> = { loud: 15, slow: 24 * 60 };

/** Slow is whose events lie over more than a day. */
function paceOf({ startMs, endMs }: Pick<ScoredAttack, "startMs" | "endMs">): Pace {
  return endMs - startMs > 24 * 3_600_000 ? "slow" : "loud";
}

export interface PaceTimes {
  readonly attacks: number;
  readonly found: number;
  /** Median, of those found. */
  readonly minutes: number | undefined;
  /** Found within what is asked. */
  readonly inTime: number;
}

export function timesOf(runs: readonly Pick<Run, "alerts" | "attacks">[], pace: Pace): PaceTimes {
  const ofPace = runs.map((run) => ({ ...run, attacks: run.attacks.filter((attack) => paceOf(attack) === pace) }));
  const minutes = ofPace.flatMap(detections).map((detection) => detection.minutes);
  return {
    attacks: sum(ofPace.map(({ attacks }) => attacks.length)),
    found: minutes.length,
    minutes: quantile(minutes, 0.5),
    inTime: minutes.filter((each) => each <= minutesAsked[pace]).length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

/** By linear interpolation between the two neighbours; undefined of nothing. */
export function quantile(values: readonly number[], share: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}
