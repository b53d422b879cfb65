// Google Pub/Sub, pulled by Google's own client: it streams, bounds what is outstanding and extends leases; here a message is acknowledged
// only once its rows are durable. A message that is not comes again, by the subscription's own rules.
import type { ClientConfig, PubSub, Message as PubSubMessage, Subscription } from "@google-cloud/pubsub";
import { z } from "zod";
import { PermanentError, TransientError } from "../../model/errors.ts";
import { type Message, messageBatches } from "../message-batches.ts";
import { secretReferenceSchema } from "../secret-reference.ts";
import type { ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, type SourceState, sourceType } from "../source-type.ts";
import { withLast } from "../with-last.ts";

const settings = z.strictObject({
  project: z
    .string()
    .regex(/^[a-z0-9.:-]{2,100}$/, "must be the id of a project")
    .describe("Project of the subscription, by its id."),
  subscription: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/, "must be the name of a subscription, without 'projects/...'")
    .describe("Name of a pull subscription."),
  credentials: secretReferenceSchema(
    "JSON of a service account's key, or of a workload identity federation; without it the application default credentials.",
  ).optional(),
  endpoint: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .describe("Host and port: a regional endpoint (REGION-pubsub.googleapis.com:443), or an emulator, which is spoken to without encryption."),
  max_outstanding_messages: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(25_000)
    .describe("Messages that are held and not stored yet: two blocks of rows. Default: 25000."),
  max_outstanding_bytes: z
    .number()
    .int()
    .min(1_048_576)
    .max(1_073_741_824)
    .default(134_217_728)
    .describe("Bytes of the same. Default: 134217728 (128 MiB)."),
  lease_seconds: z
    .number()
    .int()
    .min(10)
    .max(600)
    .default(60)
    .describe(
      "How long a message is nobody else's, extended while it waits: what a process that was killed held comes again so much later. Default: 60.",
    ),
});

type PubSubSettings = z.output<typeof settings>;

export const pubSub = sourceType({
  type: "gcp-pubsub",
  description: "Google Pub/Sub: a pull subscription, such as the one behind a sink of audit logs.",
  guarantee: "a message is acknowledged after its rows are stored; until then its lease is extended, and the subscription delivers it again",
  settings,
  open: (given, context) => new PubSubSource(given, context),
});

/** Messages that are parsed, and acknowledged, together. */
const groupMessages = 1000;
const groupBytes = 8 * 1024 * 1024;
/** The longest that a subscription keeps a message; less, and the client would forget what is still held and fetch more. */
const longestLeaseHours = 31 * 24;
const closeTimeoutMs = 5_000;
const connectTimeoutMs = 60_000;
const probeAgainMs = 2_000;

class PubSubSource implements Source {
  readonly id: string;
  readonly #settings: PubSubSettings;
  readonly #context: SourceContext;
  readonly #closed = new AbortController();
  readonly #waiting: PubSubMessage[] = [];
  #client: PubSub | undefined;
  #subscription: Subscription | undefined;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;
  #told = "";
  #isProbing = false;

  constructor(given: PubSubSettings, context: SourceContext) {
    this.id = context.id;
    this.#settings = given;
    this.#context = context;
  }

  async *read({ signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    const stopped = AbortSignal.any([signal, this.#closed.signal]);
    stopped.addEventListener("abort", () => this.#wake(), { once: true });
    await this.#subscribe();
    for (;;) {
      await this.#untilNews(stopped);
      if (stopped.aborted) return;
      if (this.#failure !== undefined) throw this.#failure;
      const group = this.#takeGroup();
      const messages = group.map((message) => this.#messageOf(message));
      // Which batch holds a message's last record is not known here: the last one speaks for all of them.
      for await (const [batch, isLast] of withLast(messageBatches(messages, this.#context.parser))) {
        if (stopped.aborted) return;
        yield { ...batch, cursors: [], ack: isLast ? () => this.#acknowledge(group) : async () => undefined };
      }
    }
  }

  /** Hands back what was not acknowledged, so that it comes again at once. */
  async close(): Promise<void> {
    this.#closed.abort();
    const subscription = this.#subscription;
    const client = this.#client;
    this.#subscription = undefined;
    this.#client = undefined;
    await subscription?.close();
    // Without credentials there was no client to be closed, which it takes for an error.
    await client?.close().catch(() => undefined);
  }

  async #subscribe(): Promise<void> {
    this.#tell("connecting", "");
    const { Duration, PubSub } = await import("@google-cloud/pubsub");
    if (this.#closed.signal.aborted) return;
    const { subscription: name, max_outstanding_messages: maxMessages, max_outstanding_bytes: maxBytes } = this.#settings;
    // Left to itself, the client makes leases as long as the store is slow.
    const lease = Duration.from({ seconds: this.#settings.lease_seconds });
    this.#client = new PubSub(this.#clientConfig());
    const subscription = this.#client.subscription(name, {
      flowControl: { maxMessages, maxBytes },
      minAckDeadline: lease,
      maxAckDeadline: lease,
      maxExtensionTime: Duration.from({ hours: longestLeaseHours }),
      batching: { maxMilliseconds: 20 },
      streamingOptions: { maxStreams: 1, timeout: connectTimeoutMs },
      // It hands back what it holds; only how long that may take is ours to say.
      closeOptions: { timeout: Duration.from({ milliseconds: closeTimeoutMs }) },
    });
    this.#subscription = subscription;
    subscription.on("error", (error: unknown) => this.#fail(this.#failureOf(error)));
    subscription.on("close", () => this.#fail(new TransientError("the subscription's stream ended")));
    // The client mends its connection by itself and says so here only.
    subscription.on("debug", () => void this.#probe(subscription));
    subscription.on("message", (message: PubSubMessage) => this.#receive(message));
    void this.#probe(subscription);
  }

  #clientConfig(): ClientConfig {
    const { project, endpoint, credentials } = this.#settings;
    const isEmulator = endpoint !== undefined && !/\.googleapis\.com(?::\d+)?$/.test(endpoint);
    return {
      projectId: project,
      ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
      // An emulator is shown none; without these the client looks for real ones.
      ...(isEmulator ? { emulatorMode: true, credentials: { client_email: "nobody", private_key: "none" } } : {}),
      ...(credentials === undefined || isEmulator ? {} : { credentials: keyOf(this.#context.secret(credentials)) }),
    };
  }

  #receive(message: PubSubMessage): void {
    this.#tell("ready", "");
    this.#waiting.push(message);
    // More than may be outstanding: leases were lost, and their messages came again. The older copy goes.
    if (this.#waiting.length > this.#settings.max_outstanding_messages * 2) this.#waiting.shift()?.nack();
    this.#wake();
  }

  #takeGroup(): PubSubMessage[] {
    let count = 0;
    let sizeBytes = 0;
    for (const { length } of this.#waiting) {
      if (count === groupMessages || sizeBytes >= groupBytes) break;
      sizeBytes += length;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #messageOf({ data, id, publishTime }: PubSubMessage): Message {
    return { bytes: data, origin: `${this.#name}/messages/${id}`, takenAtMs: publishTime.getTime() };
  }

  get #name(): string {
    return `projects/${this.#settings.project}/subscriptions/${this.#settings.subscription}`;
  }

  /**
   * Where delivery is exactly once, waits for the answer; elsewhere nobody answers. One that is too late needs nothing: the message
   * comes again.
   */
  async #acknowledge(group: readonly PubSubMessage[]): Promise<void> {
    const { AckResponses } = await import("@google-cloud/pubsub");
    const refused: unknown[] = [AckResponses.PermissionDenied, AckResponses.FailedPrecondition];
    for (const outcome of await Promise.allSettled(group.map((message) => message.ackWithResponse()))) {
      if (outcome.status === "fulfilled" || !refused.includes(codeOf(outcome.reason, "errorCode"))) continue;
      this.#fail(new PermanentError(`${this.#name}: acknowledging was refused; grant roles/pubsub.subscriber on the subscription`));
    }
  }

  #untilNews(stopped: AbortSignal): Promise<void> {
    if (this.#waiting.length > 0 || this.#failure !== undefined || stopped.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #fail(failure: Error): void {
    if (this.#closed.signal.aborted) return;
    this.#failure ??= failure;
    this.#tell("failing", this.#failure.message);
    this.#wake();
  }

  #tell(state: SourceState, detail: string): void {
    const told = `${state} ${detail}`;
    if (told === this.#told || (this.#failure !== undefined && state !== "failing")) return;
    this.#told = told;
    this.#context.observer.onState(state, detail);
  }

  /** Asks until the service answers. Where the answer is a refusal, the stream itself says which. */
  async #probe(subscription: Subscription): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    while (!this.#closed.signal.aborted && this.#failure === undefined) {
      const answer = await answerOf(subscription);
      if (this.#closed.signal.aborted) break;
      if (answer === "yes") this.#tell("ready", "");
      if (answer === "none") this.#tell("failing", "Pub/Sub does not answer; it is tried again");
      else break;
      await new Promise((resolve) => setTimeout(resolve, probeAgainMs).unref());
    }
    this.#isProbing = false;
  }

  #failureOf(error: unknown): Error {
    const options = { cause: error };
    switch (codeOf(error, "code")) {
      case grpc.notFound:
        return new PermanentError(`${this.#name} is not there; create it, or mend 'project' and 'subscription'`, options);
      case grpc.permissionDenied:
        return new PermanentError(`${this.#name}: permission denied; grant roles/pubsub.subscriber on it to whom the credentials name`, options);
      case grpc.unauthenticated:
        return new PermanentError(`${this.#name}: the credentials are refused; mend 'credentials', or the machine's own`, options);
      case grpc.invalidArgument:
      case grpc.failedPrecondition:
        return new PermanentError(`${this.#name} cannot be pulled: it pushes, is detached, or is none`, options);
      case undefined:
        // From the client itself, before it asked anybody.
        return new PermanentError("there are no usable credentials for Google Cloud; mend 'credentials', or give the machine its own", options);
      default:
        return new TransientError(`${this.#name}: the stream broke off and was not taken up again`, options);
    }
  }
}

/** Codes of gRPC: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const grpc = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  unimplemented: 12,
  unauthenticated: 16,
};

const needed = "pubsub.subscriptions.consume";

/** Whether this subscription may be pulled, a question that needs no permission. Emulators do not know it, but answer. */
async function answerOf(subscription: Subscription): Promise<"yes" | "refused" | "none"> {
  try {
    const [granted] = await subscription.iam.testPermissions([needed], { timeout: 10_000 });
    return granted[needed] === true ? "yes" : "refused";
  } catch (error) {
    const code = codeOf(error, "code");
    if (code === grpc.unimplemented) return "yes";
    return code === undefined || code === grpc.notFound || code === grpc.permissionDenied || code === grpc.unauthenticated ? "refused" : "none";
  }
}

function codeOf(error: unknown, member: "code" | "errorCode"): unknown {
  return typeof error === "object" && error !== null ? (error as Readonly<Record<string, unknown>>)[member] : undefined;
}

function keyOf(text: string): NonNullable<ClientConfig["credentials"]> {
  try {
    const key: unknown = JSON.parse(text);
    if (typeof key === "object" && key !== null) return key;
  } catch {
    // The parser's own words would quote the key.
  }
  throw new PermanentError("'credentials' names something that is not the JSON of a key");
}
