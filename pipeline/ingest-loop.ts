// The main thread's half of ingest: starts the workers, writes what they hand over, and only then lets them go on. The order
// is the guarantee: records, then actions, then cursors, then the source's own acknowledgement; a crash anywhere means read again, never lose.
import type { Writable } from "node:stream";
import { Worker } from "node:worker_threads";
import type { SourceObserver } from "../ingest/source-type.ts";
import { standardInput } from "../ingest/sources/file-listing.ts";
import { ConfigError, PermanentError, TransientError } from "../model/errors.ts";
import { readCursors } from "../queries/cursor-read.ts";
import { countBuffersWithHeap } from "../runtime/collector.ts";
import { type RetryOptions, retryTransient } from "../runtime/retry.ts";
import type { ArrowBlock, Store } from "../storage/store.ts";
import { timeText } from "../storage/time-text.ts";
import { nextCursorTime } from "./cursor-clock.ts";
import {
  buffersOf,
  emptyCounts,
  type FromWorker,
  type IngestCounts,
  type IngestWorkerData,
  type IngestWrite,
  type ToWorker,
} from "./ingest-messages.ts";
import { quarantineRows } from "./quarantine-rows.ts";

export interface IngestOptions {
  readonly store: Store;
  readonly workers: readonly IngestWorkerData[];
  /** After an abort each worker finishes its batch; what is not written yet is read again next time. */
  readonly signal: AbortSignal;
  readonly onProgress?: (counts: IngestCounts) => void;
}

export interface IngestOutcome {
  readonly counts: IngestCounts;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly isInterrupted: boolean;
}

/** @throws the first error of any worker or of the store; the others are stopped first. */
export async function ingest({ store, workers, signal, onProgress }: IngestOptions): Promise<IngestOutcome> {
  const latest: IngestCounts[] = workers.map(() => emptyCounts());
  const stop = new AbortController();
  const signals = { signal: AbortSignal.any([signal, stop.signal]) };
  const runs = workers.map((data, index) =>
    runWorker(store, data, signals, {
      onCounts: (counts) => {
        latest[index] = counts;
        onProgress?.(sumCounts(latest));
      },
    }).catch((error: unknown) => {
      stop.abort();
      throw error;
    }),
  );
  const settled = await Promise.allSettled(runs);
  for (const result of settled) if (result.status === "rejected") throw result.reason;
  const skipped = settled.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  return { counts: sumCounts(latest), skipped, isInterrupted: signal.aborted };
}

/** Records die young, but not within 16 MiB of others: with Node's default each scavenge copies a batch that is about to die. */
const youngGenerationMb = 32;

/** kafkajs sets a timer into the past now and then, and Node says so once a thread, between the lines of our log. */
const quietOptions = ["--disable-warning=TimeoutNegativeWarning"];

/** How long a worker that is done may take to end: what a library of a source still waits for keeps no process from its end. */
const workerEndMs = 1000;

type Skipped = readonly { readonly path: string; readonly reason: string }[];

export interface WorkerEvents {
  readonly onCounts: (counts: IngestCounts) => void;
  /** After each write: `rows` of actions are in the store, and what was read before is acknowledged next. */
  readonly onDurable?: (rows: number) => void;
  readonly onState?: SourceObserver["onState"];
  readonly onLag?: SourceObserver["onLag"];
  readonly onGap?: SourceObserver["onGap"];
}

export interface WorkerSignals {
  /** After it nothing more is read. */
  readonly signal: AbortSignal;
  /** After it nothing more is waited for: the worker ends with what it has not written. Without one no write is tried again after `signal`. */
  readonly givenUp?: AbortSignal;
}

/** One worker, until its source ends or a signal is raised. @throws what it or the store failed with. */
export function runWorker(store: Store, data: IngestWorkerData, { signal, givenUp }: WorkerSignals, events: WorkerEvents): Promise<Skipped> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  countBuffersWithHeap();
  const worker = new Worker(new URL(`./ingest-worker.${extension}`, import.meta.url), {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    // Options of this process that a thread may not have (V8's) are refused, so these take nobody's place.
    ...(process.execArgv.length === 0 && { execArgv: quietOptions }),
    stdin: data.source.kind === "scan" && data.source.options.paths.includes(standardInput),
  });
  if (worker.stdin !== null) feedStandardInput(worker.stdin, signal);
  const send = (message: ToWorker, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer);
  const stop = () => send({ type: "stop" });
  // A live source holds what it gave for as long as the store takes; a worker that is given up gives it back, and queues count how often they give.
  const waiting = new WaitingForStore(events);
  const retrying = (lane: Lane) => (data.source.kind === "live" ? waiting.retrying(lane) : {});
  let giveUp: () => void = () => undefined;
  return new Promise<Skipped>((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error);
      void worker.terminate();
    };
    giveUp = () => fail(new TransientError("what was read was not stored in time"));
    const answer = async (message: FromWorker): Promise<void> => {
      switch (message.type) {
        case "progress":
          return events.onCounts(message.counts);
        case "state":
          return waiting.sourceTold(message.state, message.detail);
        case "lag":
          return events.onLag?.(message.partition, message.waiting);
        case "gap":
          return events.onGap?.(message.gap);
        case "cursors": {
          const rows = await store.query(readCursors, { source_id: data.source.id, partitions: [...message.partitions] });
          return send({ type: "cursors", entries: rows.map(({ partition, position }) => [partition, position]) });
        }
        case "write-records":
          await retryTransient(() => store.insertRecords(message.records), { signal: givenUp ?? signal, ...retrying("records") });
          waiting.end("records");
          return sendBack(message.records, send);
        case "write":
          await writeAll(store, data.source.id, message.write, { signal: givenUp ?? signal, ...retrying("actions") });
          waiting.end("actions");
          events.onDurable?.(message.write.actions.rows);
          release(buffersOf(message.write.actions));
          return send({ type: "durable" });
        case "failed":
          return fail(revive(message));
        case "done":
          events.onCounts(message.counts);
          setTimeout(() => void worker.terminate(), workerEndMs).unref();
          return resolve(message.skipped);
      }
    };
    worker.on("message", (message: FromWorker) => void answer(message).catch(fail));
    worker.on("error", fail);
    worker.on("exit", (code) => reject(new PermanentError(`the ingest worker ended by itself with code ${code}; this is a bug`)));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    givenUp?.addEventListener("abort", giveUp, { once: true });
  }).finally(() => {
    signal.removeEventListener("abort", stop);
    givenUp?.removeEventListener("abort", giveUp);
  });
}

/** A worker has no standard input of its own. After an abort its input ends, so that it does not wait for more. */
function feedStandardInput(worker: Writable, signal: AbortSignal): void {
  process.stdin.pipe(worker);
  const stop = () => {
    process.stdin.unpipe(worker).destroy();
    worker.end();
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
}

/** The largest buffer goes back to the worker, which writes the next records over it; the others' memory goes at once. */
function sendBack(records: ArrowBlock, send: (message: ToWorker, transfer: ArrayBuffer[]) => void): void {
  const buffers = buffersOf(records);
  let reusable: ArrayBuffer | undefined;
  for (const buffer of buffers) if (buffer.byteLength > (reusable?.byteLength ?? 0)) reusable = buffer;
  release(buffers.filter((buffer) => buffer !== reusable));
  send({ type: "records-durable", reusable }, reusable === undefined ? [] : [reusable]);
}

/** At once, not when the collector comes to it. */
function release(buffers: readonly ArrayBuffer[]): void {
  for (const buffer of buffers) buffer.transfer(0);
}

/** Everything of one write is idempotent, so a retry repeats the whole of it. */
async function writeAll(store: Store, sourceId: string, write: IngestWrite, options: RetryOptions): Promise<void> {
  const writeOnce = async () => {
    await store.insertActions(write.actions);
    await store.insertRows(
      "completions",
      write.completions.map((row) => ({ ...row, completed_at: timeText(row.completed_at) })),
    );
    await store.insertRows("quarantine", quarantineRows(write.quarantine));
    await store.insertRows(
      "cursors",
      write.cursors.map((row) => ({ ...row, source_id: sourceId, updated_at: nextCursorTime() })),
    );
  };
  await retryTransient(writeOnce, options);
}

const longestStoreDelayMs = 10_000;

/** What is written beside what. */
type Lane = "records" | "actions";

/** Says that the store is waited for, and, once nothing waits for it, what the source said of itself last. */
class WaitingForStore {
  readonly #onState: WorkerEvents["onState"];
  #ofSource: Parameters<SourceObserver["onState"]> = ["ready", ""];
  readonly #waiting = new Set<Lane>();

  constructor({ onState }: WorkerEvents) {
    this.#onState = onState;
  }

  /** Until the signal is raised. */
  retrying(lane: Lane): Omit<RetryOptions, "signal"> {
    const onRetry = ({ message }: TransientError) => {
      this.#waiting.add(lane);
      this.#onState?.("failing", `the store does not take what was read, which waits: ${message}`);
    };
    return { tries: Number.POSITIVE_INFINITY, longestDelayMs: longestStoreDelayMs, onRetry };
  }

  sourceTold(...told: Parameters<SourceObserver["onState"]>): void {
    this.#ofSource = told;
    if (this.#waiting.size === 0) this.#onState?.(...told);
  }

  end(lane: Lane): void {
    if (!this.#waiting.delete(lane) || this.#waiting.size > 0) return;
    this.#onState?.(...this.#ofSource);
  }
}

/** Errors lose their class between threads. */
function revive({ errorName, message, stack }: Extract<FromWorker, { type: "failed" }>): Error {
  const classes = { ConfigError, PermanentError, TransientError } as const;
  const error = errorName in classes ? new classes[errorName as keyof typeof classes](message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

export function sumCounts(all: readonly IngestCounts[]): IngestCounts {
  const sum = emptyCounts();
  for (const counts of all) {
    for (const key of ["filesTotal", "filesDone", "filesAlreadyRead", "bytesTotal", "bytesRead", "records", "stored", "redacted"] as const) {
      sum[key] += counts[key];
    }
    for (const key of ["ignored", "rejected", "byFormat"] as const) {
      for (const [reason, count] of Object.entries(counts[key])) sum[key][reason] = (sum[key][reason] ?? 0) + count;
    }
  }
  return sum;
}
