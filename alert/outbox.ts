// The outbox: what is due is leased, sent and marked, for each sink by itself, so that a receiver that fails or hangs holds up no other. It knows no store
// and no clock: both are handed in.
import type { Delivery, SinkHealth } from "../model/delivery.ts";
import type { Alert } from "./alert.ts";
import { nextTry, restAfter } from "./retry-schedule.ts";
import type { Outcome, Sink } from "./sink.ts";

/** Where deliveries are kept. */
export interface DeliveryLog {
  /** Due by then, the earliest planned first, at most `limit` for each sink. */
  due(asked: { readonly sinkIds: readonly string[]; readonly nowMs: number; readonly fence: number; readonly limit: number }): Promise<Delivery[]>;
  /** Returns once they are durable. Of two rows of one delivery the one of the greater version stays. */
  write(deliveries: readonly Delivery[]): Promise<void>;
  writeHealth(health: SinkHealth): Promise<void>;
}

/** The right to deliver: one process has it. */
export interface Lease {
  /** Greater in each process that gets it. */
  readonly fence: number;
  /** Asked before each write and before anything is sent. */
  isHeld(): boolean | Promise<boolean>;
}

export interface OutboxSink {
  readonly sink: Sink;
  /** Digest of its settings. */
  readonly configuration: string;
}

export interface OutboxOptions {
  readonly sinks: readonly OutboxSink[];
  readonly log: DeliveryLog;
  readonly lease: Lease;
  /** As of the start. */
  readonly health: readonly SinkHealth[];
  /** Alerts of these deliveries to one sink, in their order; undefined where there is nothing to tell any more. */
  readonly render: (sink: Sink, deliveries: readonly Delivery[]) => Promise<readonly (Alert | undefined)[]>;
  /** A sink has failed for long, or wants no more: others are to be told. May be called again for the same; `beforeMs`: since when it was what it was before. */
  readonly onParked: (health: SinkHealth, beforeMs: number) => Promise<void>;
  /** Messages to it were given up: others are to be told. */
  readonly onGivenUp: (sinkId: string) => Promise<void>;
  /** What is wrong, for the log of the program. */
  readonly onProblem: (message: string) => void;
  readonly now?: () => number;
  /** 0 to 1. */
  readonly random?: () => number;
  readonly signal: AbortSignal;
}

const leaseMs = 10 * 60_000;
/** What is being sent when the process is to end has so long. */
const graceMs = 5_000;
const probeParkedMs = 60 * 60_000;
/** A sink that has failed so long is parked. */
const parkAfterMs = 12 * 60 * 60_000;
/** A receiver that refused so many messages since it took one is not well, though it answers. */
const mostRefused = 3;
/** Bits of a version below the fence: so many writes of one delivery by one process. */
const versionBits = 20n;
const longestReason = 500;

interface SinkRun {
  readonly sink: Sink;
  readonly configuration: string;
  health: SinkHealth;
  failures: number;
  /** Ids of what it refused since it took something; no more than count. */
  readonly refused: Set<string>;
  restUntilMs: number;
  /** The last batch was as large as one may be: there is more. */
  isBehind: boolean;
  readonly inFlight: Set<Promise<void>>;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #runs: readonly SinkRun[];
  /** Raised a little after the signal: what is being sent then may still arrive, and be marked. */
  readonly #late = new AbortController();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
    options.signal.addEventListener("abort", () => setTimeout(() => this.#late.abort(), graceMs).unref(), { once: true });
    this.#runs = options.sinks.map(({ sink, configuration }) => {
      const known = options.health.find((health) => health.sink_id === sink.id && health.configuration === configuration);
      const active: SinkHealth = { sink_id: sink.id, configuration, state: "active", since_ms: 0, reason: "", version: 0n };
      return {
        sink,
        configuration,
        health: known ?? active,
        failures: known?.state === "failing" ? 1 : 0,
        refused: new Set(),
        restUntilMs: 0,
        isBehind: false,
        inFlight: new Set(),
      };
    });
  }

  /** Sinks that take what they are sent, or may again: for whoever looks for one to tell of another. */
  get deliveringSinks(): readonly string[] {
    return this.#runs.filter(({ health }) => health.state === "active" || health.state === "failing").map(({ sink }) => sink.id);
  }

  /**
   * Leases what is due for the sinks that are free and begins to send it; returns before that has arrived. Returns how many it began with. Nothing is
   * begun where the lease is lost.
   * @throws what the log throws: the same call may be made again.
   */
  async step(): Promise<number> {
    const nowMs = this.#now();
    const free = this.#runs.filter((run) => isFree(run) && run.restUntilMs <= nowMs && run.health.state !== "disabled");
    if (free.length === 0 || this.#options.signal.aborted) return 0;
    const { log, lease } = this.#options;
    for (const run of free) {
      const { state, since_ms, reason } = run.health;
      if (state === "failing" && nowMs - since_ms >= parkAfterMs && (await lease.isHeld())) await this.#setHealth(run, "parked", reason, nowMs);
    }
    const limits = Map.groupBy(free, ({ sink, failures }) => (failures > 0 ? 1 : sink.batchSize));
    const due: Delivery[] = [];
    for (const [limit, runs] of limits) due.push(...(await log.due({ sinkIds: runs.map(({ sink }) => sink.id), nowMs, fence: lease.fence, limit })));
    if (due.length === 0 || !(await lease.isHeld())) return 0;
    const leased = due.map((delivery) =>
      this.#next(delivery, { state: "leased", attempts: delivery.attempts + 1, fence: lease.fence, lease_until_ms: nowMs + leaseMs }),
    );
    await log.write(leased);
    for (const [sinkId, deliveries] of Map.groupBy(leased, ({ sink_id }) => sink_id)) {
      const run = free.find(({ sink }) => sink.id === sinkId);
      if (run === undefined) continue;
      const delivering = this.#deliver(run, deliveries)
        .catch((error: unknown) => this.#options.onProblem(`alerts to ${sinkId}: ${error instanceof Error ? error.message : "failed"}`))
        .finally(() => run.inFlight.delete(delivering));
      run.inFlight.add(delivering);
      run.isBehind = deliveries.length === run.sink.batchSize;
    }
    return leased.length;
  }

  /** What was written about sinks since: one that was parked or disabled, and that somebody tried and found well, is sent to again. */
  hear(health: readonly SinkHealth[]): void {
    for (const run of this.#runs) {
      const known = health.find(({ sink_id, configuration }) => sink_id === run.sink.id && configuration === run.configuration);
      if (known === undefined || known.version <= run.health.version || known.state !== "active") continue;
      run.health = known;
      run.failures = 0;
      run.restUntilMs = 0;
    }
  }

  /** When the next batch is through; never where there is none. */
  nextArrival(): Promise<void> {
    return Promise.race(this.#runs.flatMap(({ inFlight }) => [...inFlight]));
  }

  /** When all that is being sent is through, and marked. */
  async idle(): Promise<void> {
    await Promise.all(this.#runs.flatMap(({ inFlight }) => [...inFlight]));
  }

  /** Waits for what is being sent: five seconds, and what the sinks need to end, once the signal is raised. */
  async close(): Promise<void> {
    await this.idle();
    for (const { sink } of this.#runs) await sink.close();
  }

  async #deliver(run: SinkRun, deliveries: readonly Delivery[]): Promise<void> {
    const { log, lease, render, onGivenUp, onProblem } = this.#options;
    const alerts = await render(run.sink, deliveries);
    const told = deliveries.flatMap((delivery, place) => {
      const alert = alerts[place];
      return alert === undefined ? [] : [{ delivery, alert }];
    });
    const sent = await run.sink.send(
      told.map(({ alert }) => alert),
      this.#late.signal,
    );
    // What we broke off ourselves says nothing of the receiver.
    const outcomes = sent.map((outcome): Outcome => (this.#late.signal.aborted && outcome.kind === "failed" ? { kind: "untried" } : outcome));
    const nowMs = this.#now();
    const settled = told.map(({ delivery }, place) => this.#settled(run, delivery, outcomes[place] ?? { kind: "untried" }, nowMs));
    const untold = deliveries.filter((_, place) => alerts[place] === undefined);
    const gone = untold.map((delivery) => this.#next(delivery, { state: "failed", reason: "there is no such finding any more", ended_ms: nowMs }));
    // Somebody else delivers by now: what this one found out is theirs to find out again, under the same ids.
    if (!(await lease.isHeld())) return onProblem(`alerts to ${run.sink.id}: another process delivers by now`);
    const givenUp = settled.filter(({ state }) => state === "failed");
    // Told first, as of a sink that is parked.
    if (givenUp.length > 0) await onGivenUp(run.sink.id);
    await log.write([...settled, ...gone]);
    const [first] = givenUp;
    if (first !== undefined) onProblem(`alerts to ${run.sink.id}: ${givenUp.length} given up, such as ${first.delivery_id}: ${first.reason}`);
    noteRefusals(
      run.refused,
      told.map(({ delivery }) => delivery.delivery_id),
      outcomes,
    );
    await this.#judge(run, outcomes, nowMs);
  }

  #settled(run: SinkRun, delivery: Delivery, outcome: Outcome, nowMs: number): Delivery {
    const back = { state: "pending", attempts: delivery.attempts - 1, lease_until_ms: 0 } as const;
    if (outcome.kind === "delivered") {
      const { receipt = "" } = outcome;
      return this.#next(delivery, { state: "delivered", reason: "", receipt, ended_ms: nowMs, lease_until_ms: 0 });
    }
    if (outcome.kind === "untried") return this.#next(delivery, back);
    const reason = outcome.reason.slice(0, longestReason).toWellFormed();
    if (outcome.kind === "gone") return this.#next(delivery, { ...back, reason });
    const { retryAfterMs, scope } = outcome;
    // A sink that is parked is looked at for its own sake: no delivery is used up by that. Nor by what the receiver put off.
    const isCounted = retryAfterMs === undefined && !(scope === "sink" && run.health.state === "parked");
    const attempts = isCounted ? delivery.attempts : delivery.attempts - 1;
    const nextMs = nextTry({ attempts: Math.max(1, attempts), createdMs: delivery.created_ms, nowMs, retryAfterMs, random: this.#random });
    if (nextMs === undefined && (scope === "message" || run.health.state !== "parked"))
      return this.#next(delivery, { state: "failed", reason, attempts, ended_ms: nowMs, lease_until_ms: 0 });
    return this.#next(delivery, { state: "pending", reason, attempts, next_ms: nextMs ?? nowMs, lease_until_ms: 0 });
  }

  #next(delivery: Delivery, change: Partial<Delivery>): Delivery {
    return { ...delivery, ...change, version: nextVersion(delivery.version, this.#options.lease.fence) };
  }

  /** What the outcomes say of the sink itself. */
  async #judge(run: SinkRun, outcomes: readonly Outcome[], nowMs: number): Promise<void> {
    const gone = outcomes.find(({ kind }) => kind === "gone");
    if (gone?.kind === "gone") return this.#setHealth(run, "disabled", gone.reason, nowMs);
    const failure = outcomes.findLast((outcome) => outcome.kind === "failed" && outcome.scope === "sink");
    if (failure?.kind !== "failed") {
      const isTaken = outcomes.some(({ kind }) => kind === "delivered");
      const refusal = outcomes.findLast((outcome) => outcome.kind === "failed");
      if (!isTaken && refusal?.kind !== "failed") return;
      // A message that was refused was read: others may pass. But who takes none is not well.
      run.failures = 0;
      run.restUntilMs = !isTaken && run.health.state === "parked" ? nowMs + probeParkedMs : 0;
      if (isTaken) return run.health.state === "active" ? undefined : this.#setHealth(run, "active", "", nowMs);
      if (run.health.state === "active" && run.refused.size >= mostRefused && refusal?.kind === "failed")
        await this.#setHealth(run, "failing", refusal.reason, nowMs);
      return;
    }
    run.failures = outcomes.some(({ kind }) => kind === "delivered") ? 1 : run.failures + 1;
    run.restUntilMs = nowMs + (run.health.state === "parked" ? probeParkedMs : restAfter(run.failures, failure.retryAfterMs, this.#random));
    if (run.health.state === "active") await this.#setHealth(run, "failing", failure.reason, nowMs);
  }

  async #setHealth(run: SinkRun, state: SinkHealth["state"], reason: string, nowMs: number): Promise<void> {
    const { sink, configuration } = run;
    const { version } = run.health;
    const said = reason.slice(0, longestReason).toWellFormed();
    const health: SinkHealth = {
      sink_id: sink.id,
      configuration,
      state,
      since_ms: nowMs,
      reason: said,
      version: nextVersion(version, this.#options.lease.fence),
    };
    // Told first: a crash in between tells again, under the same id, and does not keep it back.
    if (state === "parked" || state === "disabled") await this.#options.onParked(health, run.health.since_ms);
    await this.#options.log.writeHealth(health);
    run.health = health;
    if (state !== "active") this.#options.onProblem(`the alert sink ${sink.id} is ${state}: ${said}`);
  }
}

/** Who is not well gets one batch, and then the next. */
function isFree({ sink, health, failures, isBehind, inFlight }: SinkRun): boolean {
  if (inFlight.size === 0) return true;
  return isBehind && health.state === "active" && failures === 0 && inFlight.size < (sink.batchesAtOnce ?? 1);
}

function noteRefusals(refused: Set<string>, ids: readonly string[], outcomes: readonly Outcome[]): void {
  for (const [place, outcome] of outcomes.entries())
    if (outcome.kind === "failed" && outcome.scope === "message" && refused.size < mostRefused) refused.add(ids[place] ?? "");
  if (outcomes.some(({ kind }) => kind === "delivered")) refused.clear();
}

/** Greater than the one before, and than all of processes that had the lease before. */
export function nextVersion(version: bigint, fence: number): bigint {
  const least = BigInt(fence) << versionBits;
  return version + 1n > least ? version + 1n : least;
}
