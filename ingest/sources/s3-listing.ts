// Objects of a bucket by listing it: everything from a day on, and then what is new. For archives, and for stores that tell nobody of new objects.
import { createHash } from "node:crypto";
import type { ListObjectsV2CommandOutput, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { PermanentError } from "../../model/errors.ts";
import { pause } from "../../runtime/pause.ts";
import type { ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, sourceType } from "../source-type.ts";
import { withLast } from "../with-last.ts";
import { awsSettings } from "./aws-client.ts";
import { type ListedObject, ListingProgress } from "./s3-listing-cursor.ts";
import type { ObjectReference } from "./s3-notification.ts";
import { isSetAside, ObjectReader, objectSettings, originOf, type PreparedObject, s3Client, UnreadableObject } from "./s3-objects.ts";
import { dayPrefix, findRoots, type Level, type ListingRoot } from "./s3-roots.ts";
import { type ServerClock, serverClock } from "./server-clock.ts";

const day = z.iso.date("must be a day: YYYY-MM-DD");

const settings = z.strictObject({
  bucket: z.string().min(1, "must not be empty").describe("Bucket that holds the logs."),
  prefix: z.string().default("").describe("What keys begin with, such as AWSLogs/. Default: all keys."),
  from: day.describe(
    "First day that is read (UTC), by the day in the key where it has one (.../2026/11/27/...), else by when the object was written.",
  ),
  to: day.optional().describe("Last day that is read. Default: what comes is read as it comes."),
  ...awsSettings,
  ...objectSettings,
  poll_seconds: z.number().positive().max(86_400).default(60).describe("How long it waits before it looks for new objects. Default: 60."),
  look_back_days: z
    .int()
    .min(0)
    .max(400)
    .default(2)
    .describe("Days before the last round that are looked through again, for objects that come late under an old day. Default: 2."),
});

type S3ListingSettings = z.output<typeof settings>;

/** New accounts and regions get folders of their own. */
const rootsIntervalMs = 15 * 60_000;
const dayMs = 86_400_000;
const cannotBeRead = new Set(["GLACIER", "DEEP_ARCHIVE"]);

export const s3Listing = sourceType({
  type: "s3-listing",
  description: "Objects of a bucket of Amazon S3, or of a store that speaks S3 such as Google Cloud Storage, by listing them.",
  guarantee:
    "an object is read once it is listed, and again when it was written again; after a crash from the last stored object of its prefix on; one that comes late is seen if its day in the key is within look_back_days of the last round",
  settings,
  open: (given, context) => new S3ListingSource(given, context),
});

interface RootState {
  readonly root: ListingRoot;
  readonly partition: string;
  readonly progress: ListingProgress;
  /** When its next round is due; by `performance.now()`. */
  dueMs: number;
}

type Candidate = ListedObject & { readonly object: ObjectReference };

class S3ListingSource implements Source {
  readonly id: string;
  readonly #settings: S3ListingSettings;
  readonly #context: SourceContext;
  readonly #closed = new AbortController();
  #isReady = false;

  constructor(given: S3ListingSettings, context: SourceContext) {
    this.id = context.id;
    this.#settings = given;
    this.#context = context;
  }

  async *read({ cursors, signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    const stopped = AbortSignal.any([signal, this.#closed.signal]);
    if (stopped.aborted) return;
    this.#context.observer.onState("connecting", "");
    try {
      const client = await s3Client(this.#settings, this.#context);
      const bucket = new Bucket(client, this.#settings, new ObjectReader(client, this.#context, stopped), stopped);
      try {
        yield* this.#readOn(bucket, cursors, stopped);
      } finally {
        client.destroy();
      }
    } catch (error) {
      if (!stopped.aborted) throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  /** Round by round; a page of each prefix in turn, so that a long first round of one holds up no other. */
  async *#readOn(bucket: Bucket, cursors: ReadOptions["cursors"], stopped: AbortSignal): AsyncGenerator<SourceBatch> {
    const { poll_seconds: pollSeconds } = this.#settings;
    const states = new Map<string, RootState>();
    let rootsDueMs = Number.NEGATIVE_INFINITY;
    while (!stopped.aborted) {
      if (performance.now() >= rootsDueMs) {
        await this.#addRoots(bucket, states, cursors);
        rootsDueMs = performance.now() + (states.size === 0 ? Math.min(pollSeconds * 1000, rootsIntervalMs) : rootsIntervalMs);
      }
      const due = [...states.values()].filter(({ progress, dueMs }) => progress.round !== undefined || dueMs <= performance.now());
      for (const state of due) {
        if (stopped.aborted) return;
        yield* this.#readPage(bucket, state, stopped);
      }
      if (due.length > 0) continue;
      if (!this.#isReady) this.#context.observer.onState("ready", states.size === 0 ? "there is no object yet" : "");
      this.#isReady = states.size > 0;
      const nextMs = Math.min(rootsDueMs, ...[...states.values()].map(({ dueMs }) => dueMs));
      await pause(Math.max(nextMs - performance.now(), 1), stopped);
    }
  }

  async #addRoots(bucket: Bucket, states: Map<string, RootState>, cursors: ReadOptions["cursors"]): Promise<void> {
    // What is listed by days already need not be looked into again.
    const known = new Set([...states.values()].flatMap(({ root }) => (root.kind === "flat" || root.kind === "deep" ? [] : [root.prefix])));
    const isPassedOver = (folder: string) => known.has(folder) || this.#isPassedOver(folder);
    const roots = await findRoots(this.#settings.prefix, (prefix) => bucket.level(prefix), isPassedOver);
    const fresh = roots
      .map((root) => ({ root, partition: partitionOf(this.#settings.bucket, root) }))
      .filter(({ partition }) => !states.has(partition));
    const stored = fresh.length === 0 ? new Map<string, string>() : await cursors(fresh.map(({ partition }) => partition));
    for (const { root, partition } of fresh) {
      const progress = new ListingProgress(stored.get(partition), this.#settings.from, bucket.clock.nowMs());
      states.set(partition, { root, partition, progress, dueMs: performance.now() });
    }
  }

  /** A pattern that goes on with anything holds for everything below. */
  #isPassedOver(folder: string): boolean {
    const patterns = this.#settings.skip.filter((pattern) => pattern.endsWith("*"));
    return isSetAside({ bucket: "", key: `${folder}.` }, patterns);
  }

  async *#readPage(bucket: Bucket, state: RootState, stopped: AbortSignal): AsyncGenerator<SourceBatch> {
    const { root, progress } = state;
    const after = progress.round?.after ?? this.#firstKey(state);
    const { objects, end, isLast } = await bucket.page(root, after);
    if (progress.round === undefined) progress.begin(bucket.clock.nowMs(), after);
    const lastKey = this.#settings.to === undefined ? undefined : dayPrefix(root, this.#settings.to);
    const isOver = (key: string) => lastKey !== undefined && key > `${lastKey}\uffff`;
    const fresh = objects.filter((candidate) => !isOver(candidate.key) && this.#isWanted(root, candidate) && progress.isNew(candidate));
    const readable = fresh.filter(({ isArchived }) => !isArchived);
    this.#tellArchived(fresh.filter(({ isArchived }) => isArchived));
    const { observer } = this.#context;
    observer.onLag(this.#settings.bucket, readable.length);
    yield* this.#readObjects(bucket.reader, state, readable, stopped);
    if (stopped.aborted) return;
    if (end !== "") progress.passed(end);
    if (!isLast && !isOver(end)) return;
    progress.end();
    state.dueMs = performance.now() + this.#settings.poll_seconds * 1000;
    observer.onLag(this.#settings.bucket, 0);
  }

  /** Behind which a new round lists: the first day, or a few days before what is settled. */
  #firstKey({ root, progress }: RootState): string {
    const { from, look_back_days: lookBackDays } = this.#settings;
    const firstMs = Math.max(Date.parse(from), progress.settledMs - lookBackDays * dayMs);
    return dayPrefix(root, new Date(firstMs).toISOString().slice(0, 10)) ?? "";
  }

  #isWanted(root: ListingRoot, { object, modifiedMs }: Candidate): boolean {
    if (isSetAside(object, this.#settings.skip)) return false;
    if (dayPrefix(root, this.#settings.from) !== undefined) return true;
    const written = new Date(modifiedMs).toISOString().slice(0, 10);
    return written >= this.#settings.from && (this.#settings.to === undefined || written <= this.#settings.to);
  }

  #tellArchived(archived: readonly Candidate[]): void {
    const [first] = archived;
    if (first === undefined) return;
    const to = archived.at(-1)?.key ?? first.key;
    this.#context.observer.onGap({ partition: this.#settings.bucket, from: first.key, to, reason: "objects are archived: restore them first" });
  }

  async *#readObjects(reader: ObjectReader, state: RootState, candidates: readonly Candidate[], stopped: AbortSignal): AsyncGenerator<SourceBatch> {
    const { parallel_objects: parallel } = this.#settings;
    const ahead: Promise<PreparedObject>[] = [];
    for (const [index, candidate] of candidates.entries()) {
      for (let next = index + ahead.length; next < Math.min(index + parallel, candidates.length); next++) {
        const preparing = reader.prepare((candidates[next] ?? candidate).object);
        // Met when its turn comes.
        preparing.catch(() => undefined);
        ahead.push(preparing);
      }
      const prepared = ahead.shift();
      if (stopped.aborted || prepared === undefined) return;
      yield* this.#readObject(reader, state, candidate, prepared, stopped);
    }
  }

  async *#readObject(
    reader: ObjectReader,
    { partition, progress }: RootState,
    candidate: Candidate,
    prepared: Promise<PreparedObject>,
    stopped: AbortSignal,
  ): AsyncGenerator<SourceBatch> {
    try {
      for await (const [batch, isLast] of withLast(reader.batches(await prepared))) {
        if (stopped.aborted) return;
        if (isLast) progress.read(candidate);
        const position = isLast ? progress.position() : undefined;
        yield { ...batch, cursors: position === undefined ? [] : [{ partition, position }], ack: nothing };
      }
    } catch (error) {
      if (!(error instanceof UnreadableObject)) throw error;
      this.#passOver(candidate, error);
    }
  }

  /**
   * What is gone or archived is told and passed over, and what was written again meanwhile is listed again.
   * @throws PermanentError for what is refused: to pass over it would lose it without a word once the right is given.
   */
  #passOver({ object, key }: Candidate, error: UnreadableObject): void {
    if (error.reason === "denied" || error.reason === "refused") {
      throw new PermanentError(`${error.message}; give the right to read it, or name it in \`skip\``, { cause: error });
    }
    if (error.reason === "replaced while it was read") return;
    const reason = error.reason === "gone" ? "an object was gone before it was read" : "objects are archived: restore them first";
    this.#context.observer.onGap({ partition: object.bucket, from: key, to: key, reason });
  }
}

/** Lists, with an outage waited for. */
class Bucket {
  readonly clock: ServerClock;
  readonly reader: ObjectReader;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #signal: AbortSignal;

  constructor(client: S3Client, { bucket }: S3ListingSettings, reader: ObjectReader, signal: AbortSignal) {
    this.#client = client;
    this.#bucket = bucket;
    this.reader = reader;
    this.#signal = signal;
    this.clock = serverClock(client);
  }

  async level(prefix: string): Promise<Level> {
    const { CommonPrefixes = [], Contents = [], IsTruncated = false } = await this.#list({ Prefix: prefix, Delimiter: "/" });
    return {
      folders: CommonPrefixes.flatMap(({ Prefix }) => (Prefix === undefined ? [] : [Prefix])),
      hasObjects: Contents.some(({ Key = "", Size = 0 }) => Size > 0 && !Key.endsWith("/")),
      isCut: IsTruncated,
    };
  }

  /** Up to a thousand keys behind `after`, in their order. */
  async page({ prefix, kind }: ListingRoot, after: string) {
    const delimiter = kind === "flat" ? { Delimiter: "/" } : {};
    const request = { Prefix: prefix, ...delimiter, ...(after === "" ? {} : { StartAfter: after }) };
    const { Contents = [], CommonPrefixes = [], IsTruncated = false } = await this.#list(request);
    const objects = Contents.flatMap(({ Key: key, Size: sizeBytes, LastModified, ETag = "", StorageClass = "" }) => {
      const object = { bucket: this.#bucket, key: key ?? "", sizeBytes };
      const isArchived = cannotBeRead.has(StorageClass);
      return key === undefined ? [] : [{ object, key, version: ETag, modifiedMs: LastModified?.getTime() ?? Date.now(), isArchived }];
    });
    const lastKey = objects.at(-1)?.key ?? "";
    const lastFolder = CommonPrefixes.at(-1)?.Prefix ?? "";
    // Behind all that lies in that folder.
    return { objects, end: lastFolder > lastKey ? `${lastFolder}\uffff` : lastKey, isLast: !IsTruncated };
  }

  async #list(rest: { readonly Prefix: string; readonly Delimiter?: string; readonly StartAfter?: string }): Promise<ListObjectsV2CommandOutput> {
    const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
    const what = `the list of ${originOf({ bucket: this.#bucket, key: rest.Prefix })}`;
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, ...rest });
    try {
      return await this.reader.untilServed(what, () => this.#client.send(command, { abortSignal: this.#signal }));
    } catch (error) {
      throw error instanceof UnreadableObject ? new PermanentError(`reading ${error.message}`, { cause: error }) : error;
    }
  }
}

function partitionOf(bucket: string, { prefix, kind }: ListingRoot): string {
  const text = `${bucket}/${prefix}${kind === "flat" ? " (this folder)" : ""}`;
  return text.length <= 512 ? text : `${bucket}/#${createHash("sha256").update(text).digest("hex")}`;
}

const nothing = async () => undefined;
