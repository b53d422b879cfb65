// Logs that Azure's diagnostic settings, or anybody, write into blobs: append blobs are followed as they grow, others are read when they
// are there. Each blob has a cursor of its own, each container one more that says up to when its blobs were looked through.
import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { z } from "zod";
import { PermanentError, TransientError } from "../../model/errors.ts";
import { pause } from "../../runtime/pause.ts";
import { secretReferenceSchema } from "../secret-reference.ts";
import type { Cursor, ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, sourceType } from "../source-type.ts";
import { storedPosition } from "../stored-position.ts";
import { type ListedBlob, listBlobs } from "./azure-blob-listing.ts";
import {
  archivedReason,
  type BlobPosition,
  blobCursor,
  blobPartition,
  isRead,
  parseBlobPosition,
  passedOver,
  readBlob,
  statusOf,
} from "./azure-blob-reading.ts";
import { applicationSchema, azureCredential, isWithoutToken } from "./azure-credentials.ts";

const url = z
  .string()
  .regex(/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])[^?#]+$/, "must begin with https:// and have no query")
  .describe("https://ACCOUNT.blob.core.windows.net, or that of an emulator on this machine, with the account behind it.");

const settings = z.strictObject({
  account: z
    .union(
      [
        z.strictObject({ connection_string: secretReferenceSchema("Connection string of the account, with a key or a shared access signature.") }),
        z.strictObject({ url, sas: secretReferenceSchema("Shared access signature (read and list).") }),
        z.strictObject({ url, key: secretReferenceSchema("Key of the account: it permits everything; the other ways are narrower.") }),
        z.strictObject({ url, application: applicationSchema.optional() }),
      ],
      {
        error:
          "must be one of { connection_string }, { url, sas }, { url, key }, { url, application } and { url }, which takes the machine's own identity",
      },
    )
    .describe("The storage account, and who machinetrail is there."),
  containers: z
    .array(z.string().regex(/^(?:[a-z0-9](?:-?[a-z0-9]){2,62}|\$logs)$/, "must be the name of a container"))
    .min(1, "needs at least one container")
    .describe("Containers, such as insights-activity-logs."),
  prefix: z.string().max(256).default("").describe("Only blobs whose names begin so. Default: all."),
  look_back_hours: z
    .number()
    .positive()
    .max(24 * 400)
    .default(48)
    .describe("How far back the first start reads, and how late a blob may still change. Default: 48."),
  quiet_minutes: z
    .number()
    .min(0)
    .max(10_080)
    .default(60)
    .describe("An append blob that did not change for so long is not waited for: a last line that is cut off is told as unreadable. Default: 60."),
  poll_seconds: z.number().positive().max(86_400).default(60).describe("How long it waits before it lists again. Default: 60."),
});

type AzureBlobSettings = z.output<typeof settings>;

export const azureBlob = sourceType({
  type: "azure-blob",
  description: "Azure Blob Storage: the blobs of diagnostic settings (PT1H.json) as they grow, and others.",
  guarantee: "a blob is read again from where its rows were last stored, and afresh where it was written anew",
  settings,
  open: (given, context) => new AzureBlobSource(given, context),
});

const cursorLookupBlobs = 256;
const hourMs = 3_600_000;

class AzureBlobSource implements Source {
  readonly id: string;
  readonly #settings: AzureBlobSettings;
  readonly #context: SourceContext;
  readonly #closed = new AbortController();
  /** Where each blob of the last listing was read to, by partition. */
  #positions = new Map<string, BlobPosition>();
  /** Up to when each container was looked through, whole. */
  readonly #lookedThrough = new Map<string, number>();

  constructor(given: AzureBlobSettings, context: SourceContext) {
    this.id = context.id;
    this.#settings = given;
    this.#context = context;
  }

  async *read({ cursors, signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    const stopped = AbortSignal.any([signal, this.#closed.signal]);
    const { observer } = this.#context;
    observer.onState("connecting", "");
    try {
      const client = await this.#connect();
      while (!stopped.aborted) {
        const missing = yield* this.#lookThrough(client, cursors, stopped);
        if (stopped.aborted) return;
        if (missing.length === this.#settings.containers.length) throw new PermanentError(withoutContainers(missing));
        // Azure makes a container with the first record of its category.
        observer.onState(missing.length === 0 ? "ready" : "failing", missing.length === 0 ? "" : withoutContainers(missing));
        await pause(this.#settings.poll_seconds * 1000, stopped);
      }
    } catch (error) {
      if (stopped.aborted) return;
      const failure = failureOf(error);
      if (failure instanceof Error) observer.onState("failing", failure.message);
      throw failure;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  /** Once over all containers; returns those that are not there. */
  async *#lookThrough(client: BlobServiceClient, cursors: ReadOptions["cursors"], stopped: AbortSignal): AsyncGenerator<SourceBatch, string[]> {
    const missing: string[] = [];
    const positions = new Map<string, BlobPosition>();
    for (const name of this.#settings.containers) {
      const container = client.getContainerClient(name);
      const nowMs = Date.now();
      const blobs = await this.#listed(container, cursors, nowMs, stopped);
      if (blobs === undefined) missing.push(name);
      else yield* this.#readContainer(container, blobs, positions, cursors, nowMs, stopped);
      if (stopped.aborted) return missing;
    }
    this.#positions = positions;
    return missing;
  }

  async #listed(container: ContainerClient, cursors: ReadOptions["cursors"], nowMs: number, stopped: AbortSignal): Promise<ListedBlob[] | undefined> {
    const partition = this.#containerPartition(container.containerName);
    const known =
      this.#lookedThrough.get(partition) ?? storedPosition(storedTime, (await cursors([partition])).get(partition))?.lookedThroughAtMs ?? nowMs;
    const sinceMs = Math.min(known, nowMs) - this.#settings.look_back_hours * hourMs;
    try {
      return await listBlobs(container, this.#settings.prefix, sinceMs, nowMs, stopped);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  async *#readContainer(
    container: ContainerClient,
    blobs: readonly ListedBlob[],
    positions: Map<string, BlobPosition>,
    cursors: ReadOptions["cursors"],
    nowMs: number,
    stopped: AbortSignal,
  ): AsyncGenerator<SourceBatch> {
    const { observer } = this.#context;
    for (const [partition, position] of await this.#known(blobs, cursors)) positions.set(partition, position);
    const isOver = ({ isAppend, modifiedAtMs }: ListedBlob) => !isAppend || nowMs - modifiedAtMs >= this.#settings.quiet_minutes * 60_000;
    const changed = blobs.filter((blob) => !isRead(blob, positions.get(blobPartition(blob)), isOver(blob)));
    observer.onLag(container.containerName, changed.length);
    // The last batch alone says that all was looked through, so one is kept back.
    let pending: SourceBatch | undefined;
    for (const [index, blob] of changed.entries()) {
      const partition = blobPartition(blob);
      const known = positions.get(partition);
      const passOver = (reason: string) => {
        this.#tellGap(blob, known, reason);
        positions.set(partition, passedOver(blob, known));
      };
      if (blob.isArchived) passOver(archivedReason);
      else {
        const reading = readBlob(blob, known, {
          client: container.getBlobClient(blob.name),
          parser: this.#context.parser,
          signal: stopped,
          isOver: isOver(blob),
          onLost: passOver,
        });
        let step = await reading.next();
        for (; !step.done; step = await reading.next()) {
          if (pending !== undefined) yield pending;
          if (stopped.aborted) return;
          const { batch, position } = step.value;
          pending = sourceBatch(batch, position === undefined ? [] : [blobCursor(blob, position)]);
        }
        if (stopped.aborted) return;
        if (step.value !== undefined) positions.set(partition, step.value);
      }
      observer.onLag(container.containerName, changed.length - index - 1);
    }
    const partition = this.#containerPartition(container.containerName);
    this.#lookedThrough.set(partition, nowMs);
    if (pending !== undefined)
      yield { ...pending, cursors: [...pending.cursors, { partition, position: JSON.stringify({ lookedThroughAtMs: nowMs }) }] };
  }

  /** Positions of this process first: they are ahead of those that are durable. */
  async #known(blobs: readonly ListedBlob[], cursors: ReadOptions["cursors"]): Promise<Map<string, BlobPosition>> {
    const known = new Map<string, BlobPosition>();
    const unknown: string[] = [];
    for (const partition of blobs.map(blobPartition)) {
      const position = this.#positions.get(partition);
      if (position === undefined) unknown.push(partition);
      else known.set(partition, position);
    }
    for (let first = 0; first < unknown.length; first += cursorLookupBlobs) {
      for (const [partition, stored] of await cursors(unknown.slice(first, first + cursorLookupBlobs))) {
        const position = parseBlobPosition(stored);
        if (position !== undefined) known.set(partition, position);
      }
    }
    return known;
  }

  #tellGap(blob: ListedBlob, position: BlobPosition | undefined, reason: string): void {
    this.#context.observer.onGap({ partition: blobPartition(blob), from: String(position?.offset ?? 0), to: String(blob.sizeBytes), reason });
  }

  #containerPartition(name: string): string {
    return `container:${name}/${this.#settings.prefix}`;
  }

  async #connect(): Promise<BlobServiceClient> {
    const { account } = this.#settings;
    const { secret } = this.#context;
    const { BlobServiceClient, StorageSharedKeyCredential } = await import("@azure/storage-blob");
    const options = { retryOptions: { maxTries: 4, retryDelayInMs: 500, maxRetryDelayInMs: 10_000, tryTimeoutInMs: 60_000 } };
    if ("connection_string" in account) {
      const text = secret(account.connection_string).trim();
      return built(() => BlobServiceClient.fromConnectionString(text, options));
    }
    if ("key" in account) {
      const key = secret(account.key).trim();
      return built(() => new BlobServiceClient(account.url, new StorageSharedKeyCredential(accountName(account.url), key), options));
    }
    if ("sas" in account) return new BlobServiceClient(`${account.url}?${secret(account.sas).trim().replace(/^\?/, "")}`, undefined, options);
    return new BlobServiceClient(account.url, await azureCredential(account.application, this.#context), options);
  }
}

/** The library's own words may repeat what it was given. */
function built(make: () => BlobServiceClient): BlobServiceClient {
  try {
    return make();
  } catch {
    throw new PermanentError("'account' names a secret that is none of its kind");
  }
}

function sourceBatch(batch: Omit<SourceBatch, "cursors" | "ack">, cursors: readonly Cursor[]): SourceBatch {
  return { ...batch, cursors, ack: async () => undefined };
}

const storedTime = z.strictObject({ lookedThroughAtMs: z.number() });

/** The first part of the host's name; of an emulator, which is an address, the first of the path. */
function accountName(accountUrl: string): string {
  const { hostname, pathname } = new URL(accountUrl);
  const [, inPath = ""] = pathname.split("/");
  return inPath === "" ? (hostname.split(".")[0] ?? "") : inPath;
}

function withoutContainers(missing: readonly string[]): string {
  return `there is no container ${missing.join(", ")}; check 'containers', or wait for the first record`;
}

/** What it means for whoever looks after it; what is neither the service's nor the way to it stays what it is. */
function failureOf(error: unknown): unknown {
  const options = { cause: error };
  if (isWithoutToken(error)) return new PermanentError("nobody gave a token; check 'account', or give the machine an identity", options);
  const status = statusOf(error);
  if (status === 401 || status === 403) {
    const role = "grant Storage Blob Data Reader on the containers, or check the key, the signature and the account's firewall";
    return new PermanentError(`access is refused (${status}): ${role}`, options);
  }
  if (status !== 0) return new TransientError(`the storage account answers ${status}`, options);
  const isOfTheWay = error instanceof Error && (["RestError", "AbortError", "TimeoutError"].includes(error.name) || "code" in error);
  return isOfTheWay ? new TransientError("the storage account does not answer", options) : error;
}
