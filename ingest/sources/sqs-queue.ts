// A queue of SQS as its reader sees it: messages that are held while they are worked on, and deleted or left. It stands apart from what the messages
// mean.
import { setTimeout as wait } from "node:timers/promises";
import type { SQSClient, Message as SqsMessage } from "@aws-sdk/client-sqs";
import { PermanentError } from "../../model/errors.ts";
import type { SourceContext } from "../source-type.ts";
import { type AwsSettings, awsClientConfig, awsError, isPassing } from "./aws-client.ts";

export interface HeldMessage {
  readonly id: string;
  readonly body: string;
  readonly receiptHandle: string;
}

export interface QueueSettings extends AwsSettings {
  readonly queue_url: string;
  readonly visibility_seconds: number;
  readonly wait_seconds: number;
}

/** As many as one request of SQS takes. */
const batchSize = 10;
/** Messages deleted one after the other go together. */
const deleteDelayMs = 100;
/** What is still to be said to the queue when it is closed must not hold up a drain. */
const closeTimeoutMs = 5_000;

export interface QueueState {
  /** As SQS guesses it. */
  readonly waiting: number;
  readonly hasRedrivePolicy: boolean;
}

export class Queue {
  readonly #client: SQSClient;
  readonly #sqs: typeof import("@aws-sdk/client-sqs");
  readonly #settings: QueueSettings;
  readonly #held = new Map<string, HeldMessage>();
  readonly #extendTimer: NodeJS.Timeout;
  /** Under way. */
  readonly #extending = new Set<Promise<void>>();
  #toDelete: HeldMessage[] = [];
  #deleteTimer: NodeJS.Timeout | undefined;
  readonly #deleting = new Set<Promise<void>>();
  /** What makes it useless to go on: every message would come again. */
  #failure: PermanentError | undefined;

  private constructor(client: SQSClient, sqs: typeof import("@aws-sdk/client-sqs"), settings: QueueSettings) {
    this.#client = client;
    this.#sqs = sqs;
    this.#settings = settings;
    this.#extendTimer = setInterval(
      () => {
        const extending = this.#extend().finally(() => this.#extending.delete(extending));
        this.#extending.add(extending);
      },
      (settings.visibility_seconds * 1000) / 3,
    );
  }

  static async open(settings: QueueSettings, context: SourceContext): Promise<Queue> {
    const sqs = await import("@aws-sdk/client-sqs");
    // Requests go to the queue's own host: `endpoint` is that of S3.
    const config = await awsClientConfig({ ...settings, endpoint: new URL(settings.queue_url).origin }, context);
    return new Queue(new sqs.SQSClient(config), sqs, settings);
  }

  /**
   * Up to ten, or none after the configured wait; no other reader sees them while they are held.
   * @throws TransientError or PermanentError.
   */
  async receive(signal: AbortSignal): Promise<HeldMessage[]> {
    if (this.#failure !== undefined) throw this.#failure;
    const { queue_url: QueueUrl, visibility_seconds: VisibilityTimeout, wait_seconds: WaitTimeSeconds } = this.#settings;
    const command = new this.#sqs.ReceiveMessageCommand({ QueueUrl, VisibilityTimeout, WaitTimeSeconds, MaxNumberOfMessages: batchSize });
    try {
      const { Messages = [] } = await this.#client.send(command, { abortSignal: signal });
      const messages = Messages.map(heldMessage);
      for (const message of messages) this.#held.set(message.id, message);
      return messages;
    } catch (error) {
      throw awsError(error, `receiving from ${QueueUrl}`);
    }
  }

  /** Soon, together with others; the rows of all that it names are durable. Where that fails the message comes again, which doubles nothing. */
  delete(message: HeldMessage): void {
    this.#held.delete(message.id);
    this.#toDelete.push(message);
    if (this.#toDelete.length >= batchSize) this.#deleteNow();
    else this.#deleteTimer ??= setTimeout(() => this.#deleteNow(), deleteDelayMs);
  }

  /** Not held any longer: it is seen again when its time is over, until the queue's redrive policy takes it. */
  leave(message: HeldMessage): void {
    this.#held.delete(message.id);
  }

  /** @throws TransientError or PermanentError. */
  async state(signal: AbortSignal): Promise<QueueState> {
    const { queue_url: QueueUrl } = this.#settings;
    const command = new this.#sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages", "RedrivePolicy"] });
    try {
      const { Attributes = {} } = await this.#client.send(command, { abortSignal: signal });
      return { waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0), hasRedrivePolicy: Attributes.RedrivePolicy !== undefined };
    } catch (error) {
      throw awsError(error, `asking ${QueueUrl} for its attributes`);
    }
  }

  /**
   * Deletes what is to be deleted. `givesBack`: the rest is seen by other readers at once; not after a failure, where each turn would cost a message one of
   * the receptions that its redrive policy counts.
   */
  async close({ givesBack }: { readonly givesBack: boolean }): Promise<void> {
    clearInterval(this.#extendTimer);
    this.#deleteNow();
    await Promise.all(this.#deleting);
    if (givesBack) await this.#giveBack();
    this.#held.clear();
    this.#client.destroy();
  }

  async #giveBack(): Promise<void> {
    // An extension that is carried out after this would hide them again.
    await Promise.race([Promise.all(this.#extending), wait(closeTimeoutMs, undefined, { ref: false })]);
    await this.#setVisibility([...this.#held.values()], 0, AbortSignal.timeout(closeTimeoutMs)).catch(() => undefined);
  }

  async #extend(): Promise<void> {
    try {
      await this.#setVisibility(
        [...this.#held.values()],
        this.#settings.visibility_seconds,
        AbortSignal.timeout(this.#settings.visibility_seconds * 1000),
      );
    } catch (error) {
      // The next turn tries again, twice before the time is over; then the message comes again, and doubles nothing.
      if (!isPassing(error)) this.#failure ??= permanent(error, `extending the visibility of messages in ${this.#settings.queue_url}`);
    }
  }

  async #setVisibility(messages: readonly HeldMessage[], seconds: number, signal: AbortSignal): Promise<void> {
    for (let first = 0; first < messages.length; first += batchSize) {
      const entries = messages.slice(first, first + batchSize);
      const command = new this.#sqs.ChangeMessageVisibilityBatchCommand({
        QueueUrl: this.#settings.queue_url,
        Entries: entries.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: seconds })),
      });
      const { Failed = [] } = await this.#client.send(command, { abortSignal: signal });
      // Its time is over, or another reader has it: nothing to extend.
      for (const { Id, SenderFault } of Failed) if (SenderFault === true) this.#held.delete(entries[Number(Id)]?.id ?? "");
    }
  }

  #deleteNow(): void {
    clearTimeout(this.#deleteTimer);
    this.#deleteTimer = undefined;
    const messages = this.#toDelete;
    this.#toDelete = [];
    for (let first = 0; first < messages.length; first += batchSize) {
      const deleting = this.#deleteBatch(messages.slice(first, first + batchSize)).finally(() => this.#deleting.delete(deleting));
      this.#deleting.add(deleting);
    }
  }

  async #deleteBatch(messages: readonly HeldMessage[]): Promise<void> {
    const command = new this.#sqs.DeleteMessageBatchCommand({
      QueueUrl: this.#settings.queue_url,
      Entries: messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle })),
    });
    try {
      await this.#client.send(command, { abortSignal: AbortSignal.timeout(closeTimeoutMs) });
    } catch (error) {
      const { queue_url: url } = this.#settings;
      if (!isPassing(error) && (error as Error).name !== "AbortError") this.#failure ??= permanent(error, `deleting messages from ${url}`);
    }
  }
}

function permanent(error: unknown, what: string): PermanentError {
  const told = awsError(error, what);
  return told instanceof PermanentError ? told : new PermanentError(told.message, { cause: error });
}

function heldMessage({ MessageId = "", Body = "", ReceiptHandle = "" }: SqsMessage): HeldMessage {
  return { id: MessageId, body: Body, receiptHandle: ReceiptHandle };
}
