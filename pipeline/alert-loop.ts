// Alerts as they go on beside detection: plan what was found and decided, send what is due, for as long as the process runs. One process does it: the one that
// has the lease of detection.
import { type Lease, Outbox, type OutboxSink } from "../alert/outbox.ts";
import { TransientError } from "../model/errors.ts";
import { sinkHealth } from "../queries/sink-health.ts";
import { pause } from "../runtime/pause.ts";
import type { Store } from "../storage/store.ts";
import type { AlertSettings } from "./alert-config.ts";
import { AlertPlanner, type SinkNotice } from "./alert-planner.ts";
import { renderAlerts } from "./alert-rendering.ts";
import { openSinks, unreachableHosts } from "./alert-sinks.ts";
import { storedDeliveryLog } from "./delivery-log.ts";

interface AlertLoopOptions {
  readonly store: Store;
  readonly settings: AlertSettings;
  /** Of this program; stands in what is sent. */
  readonly productVersion: string;
  readonly signal: AbortSignal;
  /** Default: this process is the only one, and later than any before it. */
  readonly lease?: Lease;
  /** One sentence, without secrets, for the log of the program. */
  readonly onProblem: (message: string) => void;
  /** Between two looks at what was found. Default: a second. */
  readonly tickMs?: number;
}

export interface AlertLoop {
  /** Something was found or decided: looks now instead of at the next tick. */
  wake(): void;
  /** Ends after the signal was raised, once all that is being sent is marked. Never rejects. */
  readonly ended: Promise<void>;
}

const usualTickMs = 1_000;
/** Between two plans, however often something is found; longer where a plan takes long, so that it takes a third of the time at most. */
const leastPlanMs = 500;
const pauseByPlan = 2;
const problemPauseMs = 10_000;
/** Between two looks at what `alerts test` wrote about sinks. */
const hearMs = 60_000;

/** Undefined where the configuration names no sinks. @throws ConfigError where a sink cannot be opened, TransientError where the store cannot be asked. */
export async function startAlerts(options: AlertLoopOptions): Promise<AlertLoop | undefined> {
  if (options.settings.sinks.length === 0) return undefined;
  const lease = options.lease ?? { fence: Date.now(), isHeld: () => true };
  const parts = await assembleAlerts({ ...options, lease }, await openSinks(options.settings));
  // Said, and no error: names come and go, and what is meant for it waits.
  void unreachableHosts(options.settings).then((problems) => problems.map(options.onProblem));
  const bell = new Bell();
  const ended = run(options, parts, lease, bell).finally(() => parts.outbox.close());
  return { wake: () => bell.ring(), ended };
}

interface AlertParts {
  readonly planner: AlertPlanner;
  readonly outbox: Outbox;
}

interface AssemblyOptions extends Omit<AlertLoopOptions, "lease" | "tickMs"> {
  readonly lease: Lease;
  readonly now?: () => number;
}

/** The two that the loop turns: for whoever turns them by another clock. */
export async function assembleAlerts(options: AssemblyOptions, opened: readonly OutboxSink[]): Promise<AlertParts> {
  const { store, settings, signal, lease, onProblem, now = Date.now } = options;
  const followUps = new Map(opened.map(({ sink }) => [sink.id, sink.followUps]));
  const planner = await AlertPlanner.start({ store, settings, followUps }, now());
  const tell = async (sinkId: string, notice: SinkNotice): Promise<void> => {
    const other = tellOther(sinkId, outbox.deliveringSinks, settings);
    if (other !== undefined) await planner.planSinkNotice(notice, other, now());
  };
  const outbox: Outbox = new Outbox({
    ...{ sinks: opened, log: storedDeliveryLog(store), lease, signal, onProblem, now },
    health: await store.query(sinkHealth, {}),
    render: (sink, deliveries) => renderAlerts(sink, deliveries, { ...options, nowMs: now() }),
    onParked: async ({ sink_id, state, configuration }, beforeMs) => {
      const what = state === "disabled" ? state : "parked";
      await tell(sink_id, `${what}:${sink_id}:${configuration}-${beforeMs}`);
    },
    onGivenUp: async (sinkId) => tell(sinkId, `given-up:${sinkId}:${new Date(now()).toISOString().slice(0, 10)}`),
  });
  return { planner, outbox };
}

async function run(
  { store, signal, onProblem, tickMs = usualTickMs }: AlertLoopOptions,
  { planner, outbox }: AlertParts,
  lease: Lease,
  bell: Bell,
): Promise<void> {
  let heardMs = Date.now();
  let plannedMs = 0;
  let betweenPlansMs = leastPlanMs;
  while (!signal.aborted) {
    try {
      if (await lease.isHeld()) {
        if (Date.now() - heardMs >= hearMs) {
          heardMs = Date.now();
          outbox.hear(await store.query(sinkHealth, {}));
        }
        let planning: unknown;
        // What has arrived needs no new plan; what was found does, but not one for each.
        const sinceMs = Date.now() - plannedMs;
        if (sinceMs >= tickMs || (bell.isRung && sinceMs >= betweenPlansMs)) {
          const startedMs = Date.now();
          bell.isRung = false;
          await planner.plan(startedMs).catch((error: unknown) => {
            planning = error;
          });
          plannedMs = Date.now();
          betweenPlansMs = Math.max(leastPlanMs, pauseByPlan * (plannedMs - startedMs));
        }
        // What is planned already goes out, whatever becomes of the rest.
        // Twice: who takes two batches side by side gets the second one. Then others are planned for.
        if ((await outbox.step()) > 0) await outbox.step();
        if (planning !== undefined) throw planning;
      }
      const turn = new AbortController();
      await Promise.race([
        bell.rung(),
        outbox.nextArrival(),
        pause(bell.isRung ? Math.min(tickMs, betweenPlansMs) : tickMs, AbortSignal.any([signal, turn.signal])),
      ]);
      turn.abort();
    } catch (error) {
      onProblem(`alerts: ${error instanceof Error ? error.message : "failed"}${error instanceof TransientError ? "; tried again" : ""}`);
      await pause(problemPauseMs, signal);
    }
  }
}

/** Who is told of a sink that takes nothing: the one that is named for it, else one for people, else any that delivers. */
function tellOther(sinkId: string, delivering: readonly string[], { tell, sinks }: AlertSettings): string | undefined {
  const others = sinks.filter(({ id }) => id !== sinkId && delivering.includes(id));
  const wanted = others.find(({ id }) => id === tell) ?? others.find(({ isForPeople }) => isForPeople) ?? others[0];
  return wanted?.id;
}

/** Somebody rang since it was last looked at; who waits for it is woken. */
class Bell {
  isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.isRung = true;
    this.#wake?.();
  }

  /** From now on: what was rung before is seen in `isRung`. */
  rung(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
