// The worker thread of ingest: reads a source, makes rows of its records, encodes them, and hands them to the main thread one block at a time. Of
// records and of actions it holds at most one block being built and one being written each: that is the backpressure.
import { parentPort, workerData } from "node:worker_threads";
import type { Source, SourceBatch } from "../ingest/source.ts";
import type { SourceObserver } from "../ingest/source-type.ts";
import { type FilesObserver, FilesSource } from "../ingest/sources/files.ts";
import type { Completion } from "../model/completion.ts";
import type { JsonObject } from "../model/json.ts";
import { Turns } from "../runtime/turns.ts";
import type { RecordBlockBuilder } from "../storage/record-block.ts";
import {
  buffersOf,
  emptyCounts,
  type FromWorker,
  type IngestCounts,
  type IngestWorkerData,
  type IngestWrite,
  type QuarantineRow,
  type ToWorker,
} from "./ingest-messages.ts";
import { openLiveSource } from "./open-live-source.ts";
import { type BlockPair, liveBlocks, PendingBlocks, scanBlocks } from "./pending-blocks.ts";
import { type ReadRecord, RecordReader } from "./record-reader.ts";

/** Bytes of what goes beside a block, for input that is all garbage, or nothing but ends of operations. */
const besideBlockBytes = 16 * 1024 * 1024;
/** What such a row takes in memory beside its text, about: a file of `{}` lines is five million of them in 16 MB. */
const besideRowBytes = 512;
/** Cursors a write: many small files would otherwise keep theirs waiting for a full block. And batches of a live source, whose acknowledgements wait. */
const cursorsPerWrite = 4096;
/** A source's next batch may be there at once, for seconds; its heartbeats, acknowledgements and the end have their turn in between. */
const turnEachMs = 50;
const progressIntervalMs = 100;
/** How long what a live source gave waits for more: each write costs the engine a part in every table, however few its rows. */
const lingerMs = 1000;
/** Where so much comes within that, a full block is waited for, but no longer than this: what was read counts as settled after ten seconds. */
const busyRows = 6144;
const busyLingerMs = 4000;

const nothing = { completions: [], quarantine: [], cursors: [] } as const;
const noRows = { rows: 0, chunks: [] } as const;

interface Place {
  readonly origin: string;
  readonly position: number;
}

class IngestWorker {
  readonly #port: NonNullable<typeof parentPort>;
  readonly #data: IngestWorkerData;
  readonly #reader: RecordReader;
  readonly #stop = new AbortController();
  readonly #fail: (error: unknown) => void;
  #lingering: NodeJS.Timeout | undefined;
  #isWriting = false;
  readonly #counts: IngestCounts = emptyCounts();
  readonly #skipped: { path: string; reason: string }[] = [];
  readonly #blocks: PendingBlocks;
  #completions: Completion[] = [];
  #quarantine: QuarantineRow[] = [];
  #besideBytes = 0;
  /** Batches of which every row is in the blocks at hand: what may be acknowledged once those are durable. */
  #unacknowledged: Pick<SourceBatch, "cursors" | "ack">[] = [];
  #cursors = 0;
  #writing: Promise<void> = Promise.resolve();
  #recordsWritten: Promise<void> = Promise.resolve();
  #lastCursors: Promise<unknown> = Promise.resolve();
  /** One question of each kind is open at most; a write may be long, and cursors are asked for meanwhile. */
  readonly #waiting = new Map<ToWorker["type"], (answer: ToWorker) => void>();
  #lastProgressAt = 0;

  /** `fail`: told of what goes wrong while the source is waited for. */
  constructor(port: NonNullable<typeof parentPort>, data: IngestWorkerData, fail: (error: unknown) => void) {
    this.#port = port;
    this.#fail = fail;
    this.#data = data;
    this.#blocks = new PendingBlocks(data.source.kind === "live" ? liveBlocks : scanBlocks);
    this.#reader = new RecordReader(data.settings);
    port.on("message", (message: ToWorker) => (message.type === "stop" ? this.#stop.abort() : this.#waiting.get(message.type)?.(message)));
  }

  async run(): Promise<void> {
    const source = this.#open();
    const turns = new Turns(turnEachMs);
    try {
      for await (const batch of source.read({ cursors: (partitions) => this.#knownCursors(partitions), signal: this.#stop.signal })) {
        this.#addBatch(batch);
        batch.release();
        if (this.#isDue()) await this.#handOver();
        else {
          this.#linger(lingerMs);
          if (this.#blocks.areRecordsDue) await this.#handOverRecords();
        }
        this.#reportProgress();
        await turns.take();
      }
      clearTimeout(this.#lingering);
      // A scan that is stopped is read again by the next one; what a live source gave would be handed over once more.
      if (this.#isLive || !this.#stop.signal.aborted) await this.#handOver();
      await this.#recordsWritten;
      await this.#writing;
    } finally {
      clearTimeout(this.#lingering);
      await source.close();
    }
    this.#send({ type: "done", counts: this.#counts, skipped: this.#skipped });
  }

  get #isLive(): boolean {
    return this.#data.source.kind === "live";
  }

  #open(): Source {
    const { source } = this.#data;
    const parser = this.#reader.newParser();
    if (source.kind === "scan") return new FilesSource(source.options, this.#filesObserver(), parser);
    const observer: SourceObserver = {
      onState: (state, detail) => this.#send({ type: "state", state, detail }),
      onLag: (partition, waiting) => this.#send({ type: "lag", partition, waiting }),
      onGap: (gap) => this.#send({ type: "gap", gap }),
    };
    return openLiveSource(source.config, source.folder, { parser, observer });
  }

  #filesObserver(): FilesObserver {
    return {
      onListed: (files, sizeBytes) => {
        this.#counts.filesTotal += files;
        this.#counts.bytesTotal += sizeBytes;
      },
      onRead: (sizeBytes) => {
        this.#counts.bytesRead += sizeBytes;
      },
      onFile: (outcome) => {
        this.#counts[outcome === "read" ? "filesDone" : "filesAlreadyRead"]++;
      },
      onSkipped: (skipped) => this.#skipped.push(skipped),
    };
  }

  /** Hands over what a live source gave, a moment after the first of it; the reading goes on meanwhile. */
  #linger(forMs: number): void {
    if (!this.#isLive || this.#lingering !== undefined) return;
    this.#lingering = setTimeout(() => {
      this.#lingering = undefined;
      if (forMs === lingerMs && this.#blocks.rows >= busyRows) this.#linger(busyLingerMs - lingerMs);
      // Its failure is met where the block is written, or at the next hand-over.
      else this.#handOver().catch((error: unknown) => this.#fail(error));
    }, forMs);
  }

  #addBatch(batch: SourceBatch): void {
    const { receivedAt } = this.#data;
    const receivedAtMs = Math.floor(receivedAt === "file-time" ? (batch.modifiedAtMs ?? Date.now()) : Date.now());
    const { values, fresh, ranges, bytes } = batch;
    const placeOf = (offset: number): Place => {
      const message = batch.messageAt?.(offset);
      return message === undefined ? { origin: batch.origin, position: offset } : { origin: message.origin, position: offset - message.start };
    };
    for (const rejected of batch.rejected) {
      const { bytes: kept } = this.#reader.reject(rejected.reason, Buffer.from(rejected.bytes), 0, rejected.bytes.length);
      this.#counts.records++;
      this.#reject(rejected.reason, placeOf(rejected.offset), kept, receivedAtMs);
    }
    let start = 0;
    const place = () => placeOf(batch.offset + start);
    // One closure a batch: one a record is a tenth of all that the collector has to do.
    const sink = (record: ReadRecord) => this.#addRecord(record, place, receivedAtMs);
    for (let index = 0; index < values.length; index++) {
      start = ranges[index * 2] as number;
      this.#reader.read(values[index] as JsonObject, fresh[index], bytes, start, ranges[index * 2 + 1] as number, sink);
    }
    // Not the batch itself: its records would outlive the block, and the collector would copy and mark every one of them.
    const { cursors, ack } = batch;
    this.#unacknowledged.push({ cursors, ack });
    this.#cursors += cursors.length;
  }

  /** `place`: asked for what goes to quarantine only. */
  #addRecord(record: ReadRecord, place: () => Place, receivedAtMs: number): void {
    const { result, format } = record;
    const counts = this.#counts;
    counts.records++;
    if (record.isRedacted) counts.redacted++;
    if (result.kind === "rejected") this.#reject(result.reason, place(), record.bytes, receivedAtMs);
    else if (result.kind === "ignored") counts.ignored[result.reason] = (counts.ignored[result.reason] ?? 0) + 1;
    else {
      counts.stored++;
      if (format !== undefined) counts.byFormat[format] = (counts.byFormat[format] ?? 0) + 1;
      if (result.kind === "completion") this.#complete(result.completion);
      else {
        const { event } = result;
        const atMs = this.#data.receivedAt === "event-time" ? event.time : receivedAtMs;
        this.#blocks.append(event, atMs, record.bytes, record.start, record.end, result);
      }
    }
  }

  #complete(completion: Completion): void {
    this.#completions.push(completion);
    this.#besideBytes += besideRowBytes + completion.event_uid.length + completion.error_message.length;
  }

  #reject(reason: string, { origin, position }: Place, bytes: Uint8Array, receivedAtMs: number): void {
    this.#counts.rejected[reason] = (this.#counts.rejected[reason] ?? 0) + 1;
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
    this.#quarantine.push({ source_id: this.#data.source.id, origin, position, reason, received_at: receivedAtMs, raw });
    this.#besideBytes += bytes.length + besideRowBytes;
  }

  #isDue(): boolean {
    return (
      this.#blocks.areActionsDue ||
      this.#besideBytes > besideBlockBytes ||
      this.#cursors > cursorsPerWrite ||
      (this.#isLive && this.#unacknowledged.length > cursorsPerWrite)
    );
  }

  /** Hands over all that was read, once the actions before it are durable; its batches are acknowledged when it is durable too. */
  async #handOver(): Promise<void> {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    // Both who filled a block and who waited for more may be here: one after the other.
    do await this.#writing;
    while (this.#isWriting);
    const batches = this.#unacknowledged;
    const rest = { completions: this.#completions, quarantine: this.#quarantine, cursors: batches.flatMap(({ cursors }) => cursors) };
    this.#completions = [];
    this.#quarantine = [];
    this.#besideBytes = 0;
    this.#unacknowledged = [];
    this.#cursors = 0;
    this.#isWriting = true;
    this.#writing = this.#write(this.#blocks.takeAll(), rest, batches).finally(() => {
      this.#isWriting = false;
    });
    // A failure is met at the next hand-over or at the end; this keeps it from being reported as unhandled before.
    this.#writing.catch(() => undefined);
  }

  /** Records whose block is full, ahead of their actions and beside those before them: nothing is acknowledged for it. */
  async #handOverRecords(): Promise<void> {
    await this.#recordsWritten;
    for (const records of this.#blocks.takeRecords()) this.#writeRecords(records);
  }

  /** One block after the other, whoever asks. */
  #writeRecords(builder: RecordBlockBuilder): Promise<void> {
    this.#recordsWritten = this.#recordsWritten.then(async () => {
      const records = await builder.finish();
      if (records.rows === 0) return;
      const answer = await this.#ask({ type: "write-records", records }, "records-durable", buffersOf(records));
      if (answer.type === "records-durable") this.#blocks.reuse(answer.reusable);
    });
    // As above.
    this.#recordsWritten.catch(() => undefined);
    return this.#recordsWritten;
  }

  async #write(pairs: readonly BlockPair[], rest: Omit<IngestWrite, "actions">, batches: readonly Pick<SourceBatch, "ack">[]): Promise<void> {
    for (const [index, pair] of pairs.entries()) {
      await this.#writeRecords(pair.records);
      const actions = (await pair.actions?.finish()) ?? noRows;
      const beside = index === pairs.length - 1 ? rest : nothing;
      if (actions.rows + beside.completions.length + beside.quarantine.length + beside.cursors.length === 0) continue;
      await this.#ask({ type: "write", write: { actions, ...beside } }, "durable", buffersOf(actions));
    }
    for (const batch of batches) await batch.ack();
    // A live source may be silent for hours after this.
    if (this.#isLive) this.#send({ type: "progress", counts: this.#counts });
  }

  /** One after the other, since a source may ask for several topics at once. */
  #knownCursors(partitions: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const known = this.#lastCursors.then(async () => {
      const answer = await this.#ask({ type: "cursors", partitions }, "cursors");
      return new Map(answer.type === "cursors" ? answer.entries : []);
    });
    this.#lastCursors = known;
    return known;
  }

  #ask(message: FromWorker, answeredBy: ToWorker["type"], transfer: ArrayBuffer[] = []): Promise<ToWorker> {
    const answer = new Promise<ToWorker>((resolve) => this.#waiting.set(answeredBy, resolve));
    this.#send(message, transfer);
    return answer;
  }

  #send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #reportProgress(): void {
    const now = performance.now();
    if (now - this.#lastProgressAt < progressIntervalMs) return;
    this.#lastProgressAt = now;
    this.#send({ type: "progress", counts: this.#counts });
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const failed = ({ name, message, stack }: Error) => port.postMessage({ type: "failed", errorName: name, message, stack } satisfies FromWorker);
  new IngestWorker(port, workerData as IngestWorkerData, (error) => failed(error as Error))
    .run()
    .catch(failed)
    .finally(() => port.close());
}
