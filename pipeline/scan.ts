// A scan: everything in the given paths, once, into a store; what came in and what did not, counted.
import { availableParallelism } from "node:os";
import type { Store } from "../storage/store.ts";
import { recordSettings } from "./build.ts";
import type { Config } from "./config.ts";
import { ingest } from "./ingest-loop.ts";
import type { IngestCounts, IngestWorkerData, ReceivedAt } from "./ingest-messages.ts";

export interface ScanProgress {
  readonly filesTotal: number;
  readonly filesDone: number;
  readonly bytesTotal: number;
  readonly bytesRead: number;
  readonly records: number;
  readonly stored: number;
  readonly ignored: number;
  readonly rejected: number;
  readonly elapsedMs: number;
}

export interface ScanSummary {
  readonly files: number;
  readonly filesSkipped: readonly { readonly path: string; readonly reason: string }[];
  readonly filesAlreadyRead: number;
  readonly bytes: number;
  readonly records: number;
  readonly stored: number;
  /** Records of which a secret was taken out. */
  readonly redacted: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly byFormat: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly interrupted: boolean;
}

export interface ScanOptions {
  readonly store: Store;
  readonly config: Config;
  readonly paths: readonly string[];
  /** Default: now. The others are for archives and for replays of the past. */
  readonly receivedAt?: ReceivedAt;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** Stops cleanly: what is durable stays, and the next scan goes on from there. */
  readonly signal: AbortSignal;
}

/** Names the cursors of all scans, so that a file read once is known by any later scan. */
const scanSourceId = "scan";

export async function scan({ store, config, paths, receivedAt = "now", onProgress, signal }: ScanOptions): Promise<ScanSummary> {
  const startedMs = performance.now();
  const settings = recordSettings(config);
  const count = paths.includes("-") ? 1 : (config.workers ?? defaultWorkers());
  const workers = Array.from(
    { length: count },
    (_, index): IngestWorkerData => ({
      source: {
        kind: "scan",
        id: scanSourceId,
        options: { id: scanSourceId, paths, shard: { index, count }, readsOlderCopies: receivedAt === "file-time" },
      },
      receivedAt,
      settings,
    }),
  );
  const { counts, skipped, isInterrupted } = await ingest({
    store,
    workers,
    signal,
    ...(onProgress && { onProgress: (latest) => onProgress(progressOf(latest, performance.now() - startedMs)) }),
  });
  return {
    files: counts.filesDone + counts.filesAlreadyRead,
    filesSkipped: skipped,
    filesAlreadyRead: counts.filesAlreadyRead,
    bytes: counts.bytesRead,
    records: counts.records,
    stored: counts.stored,
    redacted: counts.redacted,
    ignored: counts.ignored,
    rejected: counts.rejected,
    byFormat: counts.byFormat,
    seconds: (performance.now() - startedMs) / 1000,
    interrupted: isInterrupted,
  };
}

/** One thread inserts; a second worker beside it pays only where there are more than two cores. */
function defaultWorkers(): number {
  return Math.min(Math.max(availableParallelism() - 1, 1), 4);
}

function progressOf(counts: IngestCounts, elapsedMs: number): ScanProgress {
  const { filesTotal, filesDone, filesAlreadyRead, bytesTotal, bytesRead, records, stored } = counts;
  const sum = (byReason: Readonly<Record<string, number>>) => Object.values(byReason).reduce((total, value) => total + value, 0);
  return {
    filesTotal,
    filesDone: filesDone + filesAlreadyRead,
    bytesTotal,
    bytesRead,
    records,
    stored,
    ignored: sum(counts.ignored),
    rejected: sum(counts.rejected),
    elapsedMs,
  };
}
