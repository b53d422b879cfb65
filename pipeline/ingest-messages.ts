// What the ingest worker and the main thread say to each other. Everything here is copied or transferred between threads.
import type { SourceGap, SourceState } from "../ingest/source-type.ts";
import type { FilesSourceOptions } from "../ingest/sources/files.ts";
import type { Completion } from "../model/completion.ts";
import type { FormatId } from "../model/identity-action.ts";
import type { NetworkRange } from "../normalize/network.ts";
import type { ArrowBlock } from "../storage/store.ts";
import type { SourceConfig } from "./config.ts";

/** What decides how a record is read. */
export interface RecordSettings {
  /** Key of the digests that stand in for secrets, as normalize/redaction/redaction-key.ts writes it. */
  readonly redactionKey: string;
  readonly networkRanges: readonly NetworkRange[];
  readonly clusters: readonly { readonly name: string; readonly oidcIssuer: string }[];
  readonly defaultAccount: string;
  /** The one that is taken; absent: whichever the record's shape says. */
  readonly format?: FormatId | undefined;
}

/** What a record's `received_at` is: our clock, the modification time of its file, or (where that was lost) its own time. */
export const receivedAtChoices = ["now", "file-time", "event-time"] as const;
export type ReceivedAt = (typeof receivedAtChoices)[number];

/** A scan has an end; a live source has none, and what it read is written after a moment, however little it is. */
type WorkerSource =
  | { readonly kind: "scan"; readonly id: string; readonly options: FilesSourceOptions }
  | {
      readonly kind: "live";
      readonly id: string;
      readonly config: SourceConfig;
      /** Where all sources keep what they need between runs. */
      readonly folder: string;
    };

export interface IngestWorkerData {
  readonly source: WorkerSource;
  readonly receivedAt: ReceivedAt;
  readonly settings: RecordSettings;
}

export interface QuarantineRow {
  readonly source_id: string;
  readonly origin: string;
  readonly position: number;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly received_at: number;
  readonly raw: string;
}

export interface IngestCounts {
  filesTotal: number;
  filesDone: number;
  filesAlreadyRead: number;
  bytesTotal: number;
  bytesRead: number;
  records: number;
  stored: number;
  ignored: Record<string, number>;
  rejected: Record<string, number>;
  byFormat: Record<string, number>;
  redacted: number;
}

/** One unit of durability, whose records are written before: all of it is written, in this order, before the worker hears `durable`. */
export interface IngestWrite {
  readonly actions: ArrowBlock;
  readonly completions: readonly Completion[];
  readonly quarantine: readonly QuarantineRow[];
  readonly cursors: readonly { readonly partition: string; readonly position: string }[];
}

export type FromWorker =
  | { readonly type: "cursors"; readonly partitions: readonly string[] }
  | { readonly type: "write-records"; readonly records: ArrowBlock }
  | { readonly type: "write"; readonly write: IngestWrite }
  | { readonly type: "progress"; readonly counts: IngestCounts }
  | { readonly type: "state"; readonly state: SourceState; readonly detail: string }
  | { readonly type: "lag"; readonly partition: string; readonly waiting: number }
  | { readonly type: "gap"; readonly gap: SourceGap }
  | { readonly type: "done"; readonly counts: IngestCounts; readonly skipped: readonly { readonly path: string; readonly reason: string }[] }
  | { readonly type: "failed"; readonly errorName: string; readonly message: string; readonly stack: string | undefined };

export type ToWorker =
  | { readonly type: "cursors"; readonly entries: readonly (readonly [partition: string, position: string])[] }
  /** `reusable`: the largest buffer of the records, handed back for the next block of them. */
  | { readonly type: "records-durable"; readonly reusable: ArrayBuffer | undefined }
  | { readonly type: "durable" }
  | { readonly type: "stop" };

/** What goes over to the other thread with a block. */
export function buffersOf({ chunks }: ArrowBlock): ArrayBuffer[] {
  return [...new Set(chunks.map((chunk) => chunk.buffer as ArrayBuffer))];
}

export function emptyCounts(): IngestCounts {
  return {
    filesTotal: 0,
    filesDone: 0,
    filesAlreadyRead: 0,
    bytesTotal: 0,
    bytesRead: 0,
    records: 0,
    stored: 0,
    ignored: {},
    rejected: {},
    byFormat: {},
    redacted: 0,
  };
}
