// Objects of a bucket as batches of records, for the sources that learn of them in different ways. Small ones are fetched whole, side by side;
// larger ones are streamed in their turn, and go on where the connection broke.

import { setTimeout as wait } from "node:timers/promises";
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { fitsWildcard } from "../../runtime/wildcard.ts";
import { type MessageBatch, messageBatches, streamBatches } from "../message-batches.ts";
import type { SourceContext } from "../source-type.ts";
import { type AwsSettings, areCredentialsRefused, awsClientConfig, awsError, describeSdkError, isPassing, sdkError } from "./aws-client.ts";
import type { ObjectReference } from "./s3-notification.ts";

/** Members of the settings of each source that reads objects. */
export const objectSettings = {
  skip: z
    .array(z.string().min(1, "must not be empty"))
    .default([])
    .describe("Objects that are passed over, by key: * stands for any characters. CloudTrail's digests and Insights are passed over anyway."),
  parallel_objects: z.int().min(1).max(64).default(4).describe("Objects fetched side by side, of up to 8 MiB each. Default: 4."),
};

/** Objects up to this size are fetched whole, before their turn. */
const wholeObjectBytes = 8 * 1024 * 1024;
const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** Objects beside CloudTrail's logs that hold no records of what happened, and folders as the console makes them. */
export function isSetAside({ key, sizeBytes }: ObjectReference, skip: readonly string[]): boolean {
  if (key.endsWith("/") || sizeBytes === 0) return true;
  return /(?:^|\/)CloudTrail-(?:Digest|Insight)\//.test(key) || skip.some((pattern) => fitsWildcard(pattern, key));
}

/** This object cannot be had, whatever is true of its neighbours. `reason` is constant text. */
export class UnreadableObject extends Error {
  override readonly name = "UnreadableObject";
  readonly reason: "gone" | "denied" | "archived" | "replaced while it was read" | "refused";
  constructor(reason: UnreadableObject["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface PreparedObject {
  readonly object: ObjectReference;
  /** Undefined where it is to be streamed. */
  readonly whole: { readonly bytes: Buffer; readonly modifiedAtMs: number | undefined } | undefined;
}

export async function s3Client(settings: AwsSettings, context: SourceContext): Promise<S3Client> {
  const { S3Client: Client } = await import("@aws-sdk/client-s3");
  return new Client({
    ...(await awsClientConfig(settings, context)),
    followRegionRedirects: true,
    // Stores that speak S3 are not all reached by a bucket's own host name.
    forcePathStyle: settings.endpoint !== undefined,
    // They do not all know the newer checksums either; TLS and gzip have their own.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

export const originOf = ({ bucket, key }: ObjectReference): string => `s3://${bucket}/${key}`;

/** An outage of the store is waited for: it says nothing of the object, and a queue would count it as a try. */
export class ObjectReader {
  readonly #client: S3Client;
  readonly #context: SourceContext;
  readonly #signal: AbortSignal;
  /** Requests that wait for the store to answer again. */
  #failing = 0;

  constructor(client: S3Client, context: SourceContext, signal: AbortSignal) {
    this.#client = client;
    this.#context = context;
    this.#signal = signal;
  }

  /**
   * @throws UnreadableObject.
   * @throws PermanentError for refused credentials.
   */
  async prepare(object: ObjectReference): Promise<PreparedObject> {
    if ((object.sizeBytes ?? 0) > wholeObjectBytes) return { object, whole: undefined };
    return this.untilServed(originOf(object), async () => {
      const { body, answer } = await this.#get(object, {});
      if ((answer.ContentLength ?? Number.POSITIVE_INFINITY) > wholeObjectBytes) {
        body.destroy();
        return { object, whole: undefined };
      }
      const bytes = Buffer.concat(await body.toArray());
      return { object, whole: { bytes, modifiedAtMs: answer.LastModified?.getTime() } };
    });
  }

  /** At least one batch. Throws as `prepare` does. */
  async *batches({ object, whole }: PreparedObject): AsyncGenerator<MessageBatch> {
    const { parser } = this.#context;
    const origin = originOf(object);
    if (whole !== undefined) yield* messageBatches([{ bytes: whole.bytes, origin, takenAtMs: whole.modifiedAtMs }], parser);
    else {
      const stream = await this.untilServed(origin, () => this.#get(object, {}));
      yield* streamBatches({ input: this.#bytesOf(object, stream), origin, takenAtMs: stream.answer.LastModified?.getTime() }, parser);
    }
  }

  /**
   * Waits and tells while the store gives no answer, or answers that it is busy or broken.
   * @throws UnreadableObject for what else it answers; PermanentError where it refuses whoever asks.
   */
  async untilServed<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
    let hasFailed = false;
    try {
      for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
        try {
          return await call();
        } catch (error) {
          if (this.#signal.aborted || error instanceof UnreadableObject) throw error;
          if (areCredentialsRefused(error)) throw awsError(error, `reading ${what}`);
          if (!isPassing(error)) throw unreadable(error, what);
          if (!hasFailed) this.#failing++;
          hasFailed = true;
          this.#context.observer.onState("failing", `reading ${what}: ${describeSdkError(error)}; trying again`);
          await wait(delayMs * (1 + Math.random() / 5), undefined, { signal: this.#signal });
        }
      }
    } finally {
      if (hasFailed && --this.#failing === 0 && !this.#signal.aborted) this.#context.observer.onState("ready", "");
    }
  }

  async #get({ bucket, key }: ObjectReference, rest: { readonly Range?: string; readonly IfMatch?: string }) {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const answer = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...rest }), { abortSignal: this.#signal });
    return { body: bodyOf(answer), answer };
  }

  async *#bytesOf(
    object: ObjectReference,
    first: { body: NodeJS.ReadableStream & Destroyable; answer: GetObjectCommandOutput },
  ): AsyncGenerator<Buffer> {
    const { ETag: IfMatch } = first.answer;
    const { observer } = this.#context;
    let { body } = first;
    let readBytes = 0;
    let delayMs = firstDelayMs;
    for (;;) {
      const before = readBytes;
      try {
        for await (const chunk of body) {
          if (delayMs > firstDelayMs) observer.onState("ready", "");
          delayMs = firstDelayMs;
          readBytes += chunk.length;
          yield Buffer.from(chunk);
        }
        return;
      } catch (error) {
        if (this.#signal.aborted) throw error;
        if (readBytes === before) {
          observer.onState("failing", `reading ${originOf(object)}: the connection breaks (${describeSdkError(error)}); trying again`);
          await wait(delayMs, undefined, { signal: this.#signal });
          delayMs = Math.min(delayMs * 2, longestDelayMs);
        }
      } finally {
        body.destroy();
      }
      const range = `bytes=${readBytes}-`;
      const next = await this.untilServed(originOf(object), () =>
        this.#get(object, { ...(readBytes > 0 ? { Range: range } : {}), ...(IfMatch === undefined ? {} : { IfMatch }) }),
      );
      // A store that leaves out the range would give the beginning twice.
      if (readBytes > 0 && next.answer.$metadata.httpStatusCode !== 206) {
        next.body.destroy();
        throw new UnreadableObject("refused", `${originOf(object)}: the connection broke, and the store gives no part of an object`);
      }
      body = next.body;
    }
  }
}

interface Destroyable {
  destroy(): void;
}

/** In Node it is a readable stream; the SDK's type holds those of browsers too. */
export function bodyOf({ Body }: GetObjectCommandOutput) {
  if (Body === undefined || !("destroy" in Body) || typeof Body.destroy !== "function") throw new Error("an answer without a body");
  return Body as typeof Body & NodeJS.ReadableStream & Destroyable & { toArray(): Promise<Uint8Array[]> };
}

/** For what a request that reached the store was answered with. */
export function unreadable(cause: unknown, what: string): UnreadableObject {
  const { name, status } = sdkError(cause);
  const text = `${what}: ${describeSdkError(cause)}`;
  if (name === "InvalidObjectState") return new UnreadableObject("archived", text, { cause });
  if (status === 404) return new UnreadableObject("gone", text, { cause });
  if (status === 403) return new UnreadableObject("denied", text, { cause });
  return new UnreadableObject(status === 412 ? "replaced while it was read" : "refused", text, { cause });
}
