// Detection as it goes on: from the last checkpoint through what was received since, then a tick a minute. What was found is written before
// anything moves on, so that whatever breaks in between is found again, under the same ids.
import type { Told } from "../detect/alert-collapse.ts";
import type { AsOfView } from "../detect/alert-source.ts";
import { asOfView } from "../detect/as-of-view.ts";
import type { Decision } from "../detect/decision.ts";
import type { Window } from "../detect/evidence.ts";
import { FillingHour } from "../detect/filling-hour.ts";
import type { ParkedOnDay } from "../detect/parking.ts";
import { type ReceivedHours, receivedHours } from "../detect/received-hours.ts";
import { type DetectionSettings, usualSettings } from "../detect/settings.ts";
import { SettledReceptions } from "../detect/settled-receptions.ts";
import { type Untold, Watch, type WatchOptions } from "../detect/watch.ts";
import { watchParts } from "../detect/watched-days.ts";
import type { Finding } from "../model/finding.ts";
import { receptionBounds } from "../queries/reception-bounds.ts";
import { receptionCounts } from "../queries/reception-counts.ts";
import { boundHeap, giveHeapBack } from "../runtime/collector.ts";
import { pause } from "../runtime/pause.ts";
import { retryTransient } from "../runtime/retry.ts";
import { Turns } from "../runtime/turns.ts";
import type { Store } from "../storage/store.ts";
import { CheckpointStore, type JudgedHour } from "./checkpoint.ts";
import { decisionsUntil } from "./finding-decision.ts";
import { writeTold } from "./finding-writer.ts";
import { configurationOf } from "./make-findings.ts";
import { versionOf } from "./model-version.ts";
import { parkedSeen } from "./source-finding.ts";
import { writeProblems } from "./source-watch.ts";
import { watchOptions } from "./watch-options.ts";

export interface LiveOptions {
  readonly store: Store;
  readonly watch: WatchOptions;
  /** Keeps what was told. Called again with the same where it failed; nothing moves on before it returns. `view`: as of what was told. */
  readonly onTold: (told: readonly Told[], view: AsOfView) => Promise<void>;
  /** Keeps what detectors failed. Called with the same again, at least once a tick while they are left out. */
  readonly onParked?: (parked: readonly ParkedOnDay[]) => Promise<void>;
  readonly signal: AbortSignal;
  /** A whole part of an hour. Default: a minute. */
  readonly tickMs?: number;
  /** Rows may become visible so much later than they were received, and are still seen at the next tick. Default: two minutes. */
  readonly graceMs?: number;
  /** Rows of detection's question that are read at once where there is much to catch up with, about. Default: 20,000. */
  readonly rowsAtOnce?: number;
}

/** What a tick did. */
export interface TickReport {
  /** All that was received by then is judged as hours that are over, */
  readonly judgedMs: number;
  /** and by then as an hour that goes on. */
  readonly askedMs: number;
  readonly told: number;
  /** Hours that were judged again, since rows of theirs became visible later than after the grace. */
  readonly hoursAgain: number;
  /** Detectors that failed on the day of reception that goes on. */
  readonly parked: readonly ParkedOnDay[];
  /** What found no room on that day yet. */
  readonly untold: Untold;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const usualTickMs = 60_000;
const usualGraceMs = 120_000;
/** So long after its end a tick is asked for, by when nearly all of its rows are visible: what shows later is read again. */
const settleMs = 10_000;
const usualRowsAtOnce = 20_000;
/** What is read at once: at most so many times what was read before, and at most a day. */
const mostGrowth = 8;
/** Days of one catching up after which a checkpoint is written; of the last two one each, which hours can go back to. */
const daysACheckpoint = 14;

export class LiveDetection {
  readonly #options: LiveOptions;
  readonly #tickMs: number;
  readonly #graceMs: number;
  readonly #checkpoints: CheckpointStore;
  #watch: Watch;
  /** Undefined until something was received. */
  #judgedMs: number | undefined;
  #askedMs = 0;
  #hours: JudgedHour[] = [];
  /** End of the day that the last checkpoint was written after. */
  #checkpointMs = 0;
  /** Told, and not kept yet. */
  #pending: Told[] = [];
  /** By detector and day: failed, and not kept yet. */
  readonly #failed = new Map<string, ParkedOnDay>();
  #ticksAtOnce = 1;
  readonly #settled: SettledReceptions;
  /** End of an hour to the number of actions in it that detection went back for: once, whatever the number that it then finds itself. */
  readonly #goneBackFor = new Map<number, number>();
  #decisions: readonly Decision[] = [];

  private constructor(options: LiveOptions, checkpoints: CheckpointStore) {
    this.#options = options;
    this.#tickMs = options.tickMs ?? usualTickMs;
    this.#graceMs = options.graceMs ?? usualGraceMs;
    this.#checkpoints = checkpoints;
    this.#settled = new SettledReceptions(options.store, this.#tickMs);
    this.#watch = new Watch(options.watch);
  }

  /** From the last checkpoint of this version, or from the beginning where there is none. */
  static async start(options: LiveOptions): Promise<LiveDetection> {
    const checkpoints = new CheckpointStore(options.store, versionOf(options.watch, options.tickMs ?? usualTickMs));
    const live = new LiveDetection(options, checkpoints);
    await live.#resume(Number.POSITIVE_INFINITY);
    return live;
  }

  async #resume(beforeMs: number): Promise<void> {
    const checkpoint = await this.#checkpoints.read(beforeMs);
    this.#watch = checkpoint === undefined ? new Watch(this.#options.watch) : Watch.restore(this.#options.watch, checkpoint.state);
    this.#watch.hear(this.#decisions);
    this.#judgedMs = checkpoint?.judgedMs;
    this.#askedMs = checkpoint?.judgedMs ?? 0;
    this.#settled.forget();
    this.#hours = [...(checkpoint?.hours ?? [])];
    this.#checkpointMs = checkpoint?.judgedMs ?? 0;
  }

  /**
   * Judges what was received by `nowMs`: hours that are over for longer than the grace as a whole, then the part of the one that goes on. May
   * be asked again where it failed. Stops between hours when the signal is raised.
   */
  async tick(nowMs: number): Promise<TickReport> {
    const before = this.#pending.length;
    await this.#keep(nowMs);
    this.#decisions = await decisionsUntil(this.#options.store, nowMs);
    this.#watch.hear(this.#decisions);
    let told = before;
    const overMs = floorTo(nowMs - this.#graceMs, hourMs);
    await this.#begin(nowMs);
    await this.#writeCheckpoint(overMs, nowMs);
    if (this.#judgedMs === undefined) return this.#report(told, 0);
    const isNewHour = this.#judgedMs < overMs;
    const hoursAgain = isNewHour ? await this.#goBack(nowMs) : 0;
    while (this.#judgedMs !== undefined && this.#judgedMs < overMs && !this.#options.signal.aborted) {
      told += await this.#judgeHours(this.#judgedMs, overMs, nowMs);
    }
    const askMs = floorTo(nowMs, this.#tickMs);
    while (this.#judgedMs === overMs && this.#askedMs < askMs && askMs < overMs + hourMs && !this.#options.signal.aborted) {
      told += await this.#ask(overMs, Math.min(this.#askedMs + this.#ticksAtOnce * this.#tickMs, askMs), nowMs);
    }
    return this.#report(told, hoursAgain);
  }

  #report(told: number, hoursAgain: number): TickReport {
    const { parked, untold } = this.#watch;
    return { judgedMs: this.#judgedMs ?? 0, askedMs: this.#askedMs, told, hoursAgain, parked, untold };
  }

  /** At the start of the hour of the first reception, unless something was judged. */
  async #begin(nowMs: number): Promise<void> {
    if (this.#judgedMs === undefined) {
      const [bounds] = await asOfView(this.#options.store, nowMs).query(receptionBounds, {});
      if (bounds === undefined || bounds.last_ms === 0) return;
      this.#judgedMs = floorTo(bounds.first_ms - 1, hourMs);
    }
    this.#askedMs = Math.max(this.#askedMs, this.#judgedMs);
  }

  /** Hours that are over, in order: one of which a part was asked as it went on, or what is read at once of others. A checkpoint after each day. */
  async #judgeHours(fromMs: number, overMs: number, nowMs: number): Promise<number> {
    if (this.#askedMs > fromMs) await this.#judgeAsked(fromMs, nowMs);
    else if (this.#ticksAtOnce * this.#tickMs < hourMs) await this.#judgeLong(fromMs, nowMs);
    else await this.#judgeShort(fromMs, Math.min(overMs, floorTo(fromMs, dayMs) + dayMs), nowMs);
    const told = this.#pending.length;
    await this.#keep(nowMs);
    await this.#writeCheckpoint(overMs, nowMs);
    return told;
  }

  /** As many hours as have few rows together. */
  async #judgeShort(fromMs: number, untilMs: number, nowMs: number): Promise<void> {
    const toMs = Math.min(fromMs + floorTo(this.#ticksAtOnce * this.#tickMs, hourMs), untilMs);
    const { parts, events } = await this.#read(fromMs, toMs, nowMs);
    this.#pending.push(...watchParts(this.#watch, parts, toMs));
    for (let endMs = fromMs + hourMs; endMs <= toMs; endMs += hourMs) this.#over(endMs, eventsIn(events, endMs - hourMs, endMs));
  }

  /** An hour of many rows, part by part. Where that fails in between, the hour was asked until there. */
  async #judgeLong(startMs: number, nowMs: number): Promise<void> {
    const endMs = startMs + hourMs;
    const events = await this.#stepThrough(startMs, endMs, nowMs);
    if (events === undefined) return;
    this.#pending.push(...this.#watch.step(endMs, []));
    this.#over(endMs, events);
  }

  /**
   * What a replay would do: the moments that were not asked yet, and then all of the hour as it is read now. By ticks, for of lists that are longer
   * than the question keeps, a tick's own entries stay.
   */
  async #judgeAsked(startMs: number, nowMs: number): Promise<void> {
    const endMs = startMs + hourMs;
    if ((await this.#stepThrough(this.#askedMs, endMs - this.#tickMs, nowMs)) === undefined) return;
    const whole = new FillingHour(endMs);
    let [readMs, events] = [startMs, 0];
    for await (const { received, untilMs } of this.#readOn(startMs, endMs, nowMs)) {
      for (const part of received.parts) whole.fill(part, endMs);
      [readMs, events] = [untilMs, events + eventsIn(received.events, startMs, endMs)];
    }
    if (readMs < endMs) return;
    this.#pending.push(...this.#watch.stepOver(endMs, whole.windows));
    this.#over(endMs, events);
  }

  /** Moments that are over for longer than the grace. Their events; undefined where it was stopped. */
  async #stepThrough(fromMs: number, toMs: number, nowMs: number): Promise<number | undefined> {
    let events = 0;
    for await (const { received, untilMs } of this.#readOn(fromMs, toMs, nowMs)) {
      this.#pending.push(...watchParts(this.#watch, received.parts, untilMs));
      this.#askedMs = untilMs;
      events += eventsIn(received.events, fromMs, toMs);
    }
    return this.#askedMs < toMs ? undefined : events;
  }

  /** Some ticks at a time, by how many rows those before had. Ends early where it is stopped. */
  async *#readOn(fromMs: number, toMs: number, nowMs: number): AsyncGenerator<{ readonly received: ReceivedHours; readonly untilMs: number }> {
    for (let startMs = fromMs; startMs < toMs && !this.#options.signal.aborted; ) {
      const untilMs = Math.min(startMs + this.#ticksAtOnce * this.#tickMs, toMs);
      yield { received: await this.#read(startMs, untilMs, nowMs), untilMs };
      startMs = untilMs;
    }
  }

  #over(endMs: number, events: number): void {
    this.#hours.push([endMs, events]);
    this.#judgedMs = endMs;
    this.#askedMs = Math.max(this.#askedMs, endMs);
  }

  /** The part of the hour that goes on; with what was received within the grace before, all once more where it is not as it was. */
  async #ask(startMs: number, askMs: number, nowMs: number): Promise<number> {
    // Whole parts: one that is read from its middle on would replace the whole one.
    const graceFromMs = Math.max(startMs, floorTo(this.#askedMs - this.#graceMs, this.#tickMs));
    const look = await this.#settled.look({ fromMs: graceFromMs, askedMs: this.#askedMs, toMs: askMs });
    const fromMs = look.isAsItWas ? this.#askedMs : graceFromMs;
    const { parts } = await this.#read(fromMs, askMs, nowMs);
    const isAsked = ({ momentMs }: Window) => momentMs <= this.#askedMs;
    const again = parts.filter(isAsked);
    const moments = [
      ...Map.groupBy(
        parts.filter((part) => !isAsked(part)),
        ({ momentMs }) => momentMs,
      ),
    ];
    const [[firstMs, first] = [askMs, []], ...others] = moments;
    const againFromMs = floorTo(askMs - this.#graceMs, this.#tickMs);
    this.#pending.push(...(await inTurns(this.#watch.stepInTurns(firstMs, [...again, ...first], { readFromMs: fromMs, againFromMs }))));
    for (const [momentMs, each] of others) this.#pending.push(...(await inTurns(this.#watch.stepInTurns(momentMs, each, { againFromMs }))));
    this.#askedMs = askMs;
    this.#settled.keep(look);
    const told = this.#pending.length;
    await this.#keep(nowMs);
    return told;
  }

  /** Both without the first moment and with the last. */
  async #read(fromMs: number, toMs: number, nowMs: number): Promise<ReceivedHours> {
    const received = await receivedHours(asOfView(this.#options.store, nowMs), { fromMs, toMs, stepMs: this.#tickMs });
    const { rowsAtOnce = usualRowsAtOnce } = this.#options;
    const perTick = (received.rows * this.#tickMs) / (toMs - fromMs);
    this.#ticksAtOnce = Math.max(1, Math.floor(Math.min(rowsAtOnce / perTick, this.#ticksAtOnce * mostGrowth, dayMs / this.#tickMs)));
    return received;
  }

  async #keep(nowMs: number): Promise<void> {
    if (this.#pending.length > 0) {
      await this.#options.onTold(this.#pending, asOfView(this.#options.store, nowMs));
      this.#pending = [];
    }
    for (const each of this.#watch.parked) this.#failed.set(`${each.id} ${each.dayMs}`, each);
    if (this.#failed.size === 0) return;
    await this.#options.onParked?.([...this.#failed.values()]);
    this.#failed.clear();
  }

  /**
   * Where an hour that was judged holds other actions than it did then, detection goes back to the checkpoint before it and judges again from
   * there: the same findings under the same ids, and what the late rows add. Returns how many hours those are.
   */
  async #goBack(nowMs: number): Promise<number> {
    this.#hours = this.#hours.filter(([endMs]) => endMs > this.#checkpoints.oldestMs);
    const [oldest] = this.#hours;
    const judgedMs = this.#judgedMs ?? 0;
    if (oldest === undefined) return 0;
    const asked = { from_ms: oldest[0] - hourMs, to_ms: judgedMs };
    const counts = new Map<number, number>();
    for (const { moment_ms, events } of await asOfView(this.#options.store, nowMs).query(receptionCounts, asked))
      counts.set(moment_ms, (counts.get(moment_ms) ?? 0) + events);
    const changed = this.#hours.filter(([endMs, events]) => {
      const now = counts.get(endMs) ?? 0;
      return now !== events && this.#goneBackFor.get(endMs) !== now;
    });
    const [first] = changed;
    if (first === undefined) return 0;
    for (const endMs of this.#goneBackFor.keys()) if (endMs < oldest[0]) this.#goneBackFor.delete(endMs);
    for (const [endMs] of changed) this.#goneBackFor.set(endMs, counts.get(endMs) ?? 0);
    await this.#resume(first[0] - hourMs);
    await this.#begin(nowMs);
    return (judgedMs - (this.#judgedMs ?? judgedMs)) / hourMs;
  }

  /** Where a day is over, or was when that failed. */
  async #writeCheckpoint(overMs: number, nowMs: number): Promise<void> {
    const judgedMs = this.#judgedMs ?? 0;
    const dayEndMs = floorTo(judgedMs, dayMs);
    const isLate = overMs - judgedMs >= 2 * dayMs;
    if (dayEndMs <= this.#checkpointMs || (isLate && dayEndMs - this.#checkpointMs < daysACheckpoint * dayMs)) return;
    this.#hours = this.#hours.filter(([endMs]) => endMs > this.#checkpoints.oldestMs);
    await this.#checkpoints.write({ judgedMs, hours: this.#hours, state: this.#watch.state }, nowMs);
    this.#checkpointMs = judgedMs;
  }
}

export interface FollowOptions extends Pick<LiveOptions, "store" | "signal" | "tickMs" | "graceMs"> {
  /** What is left out is as usual. */
  readonly settings: Partial<DetectionSettings>;
  /** Those that were stored now: new ones, and revisions. */
  readonly onFindings: (findings: readonly Finding[]) => Promise<void>;
  readonly onTick: (report: TickReport, durationMs: number) => void;
  /** Told before a tick that failed for a passing reason is tried again. */
  readonly onRetry: (error: Error, delayMs: number) => void;
}

/** Ticks until the signal is raised. @throws what is not a passing failure, and one that does not pass. */
export async function followReceptions({ settings, onFindings, onTick, onRetry, ...options }: FollowOptions): Promise<void> {
  const { signal, tickMs = usualTickMs } = options;
  const { store } = options;
  const watch = watchOptions({ ...usualSettings, ...settings });
  const configuration = configurationOf(watch);
  const onTold = async (told: readonly Told[], view: AsOfView) => onFindings(await writeTold(told, { store, view, configuration }));
  const onParked = async (parked: readonly ParkedOnDay[]) => {
    const findings = await writeProblems(store, parked.map(parkedSeen), Date.now());
    if (findings.length > 0) await onFindings(findings);
  };
  const live = await retryTransient(() => LiveDetection.start({ ...options, watch, onTold, onParked }), { signal, onRetry });
  while (!signal.aborted) {
    const startedMs = performance.now();
    const report = await retryTransient(() => live.tick(Date.now()), { signal, onRetry });
    onTick(report, performance.now() - startedMs);
    giveHeapBack();
    await pause(tickMs - ((Date.now() - settleMs) % tickMs), signal);
  }
}

/** Thousands of identities take seconds, in which the process's other work would stand still. */
async function inTurns<Result>(steps: Generator<undefined, Result>): Promise<Result> {
  const turns = new Turns(20);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await turns.take();
    boundHeap();
  }
}

/** Of moments after the first one, up to and with the second one. */
function eventsIn(events: ReceivedHours["events"], fromMs: number, toMs: number): number {
  return [...events].reduce((sum, [momentMs, each]) => (momentMs > fromMs && momentMs <= toMs ? sum + each : sum), 0);
}

function floorTo(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}
