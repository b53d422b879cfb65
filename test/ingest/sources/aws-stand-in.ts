// One AWS for a test file: moto behind a proxy that can fail, clients of it, and buckets and queues of their own for each test.
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type FaultProxy, startFaultProxy } from "../../stand-ins/fault-proxy.ts";
import { type MotoServer, startMotoServer } from "../../stand-ins/moto-server.ts";
import { sourceContext } from "../live-source-contract.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** As the configuration would say it. */
export const awsCredentials = { access_key_id: { env: "ID" }, secret_access_key: { env: "SECRET" } };
export const awsContext: typeof sourceContext = (overrides = {}) => sourceContext({ secret: () => "test", ...overrides });

export class AwsStandIn {
  readonly #moto: MotoServer;
  /** What sources are pointed at. */
  readonly proxy: FaultProxy;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  #made = 0;

  private constructor(moto: MotoServer, proxy: FaultProxy) {
    this.#moto = moto;
    this.proxy = proxy;
    const options = { region: "eu-west-1", endpoint: moto.url, credentials };
    this.s3 = new S3Client({ ...options, forcePathStyle: true });
    this.sqs = new SQSClient(options);
  }

  static async start(): Promise<AwsStandIn> {
    const moto = await startMotoServer();
    return new AwsStandIn(moto, await startFaultProxy(moto.url));
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    this.sqs.destroy();
    await this.proxy.stop();
    await this.#moto.stop();
  }

  async makeBucket(): Promise<string> {
    const bucket = `logs-${++this.#made}`;
    await this.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }));
    return bucket;
  }

  async put(bucket: string, key: string, body: Buffer, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Metadata: { ...metadata } }));
  }

  /** A dead-letter queue takes what was received `maxReceiveCount` times in vain. */
  async makeQueue(maxReceiveCount?: number): Promise<TestQueue> {
    const name = `queue-${++this.#made}`;
    const dead = maxReceiveCount === undefined ? undefined : await this.makeQueue();
    const policy = dead === undefined ? {} : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount }) };
    const { QueueUrl: url = "" } = await this.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: policy }));
    const arn = `arn:aws:sqs:eu-west-1:123456789012:${name}`;
    return { arn, url, proxied: `${this.proxy.url}${new URL(url).pathname}`, dead };
  }

  async notify(bucket: string, target: { readonly queueArn: string } | { readonly topicArn: string }): Promise<void> {
    const Events: ["s3:ObjectCreated:*"] = ["s3:ObjectCreated:*"];
    const configuration =
      "queueArn" in target
        ? { QueueConfigurations: [{ QueueArn: target.queueArn, Events }] }
        : { TopicConfigurations: [{ TopicArn: target.topicArn, Events }] };
    await this.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: configuration }));
  }

  /** A topic that the queue is subscribed to; no client of SNS is needed for two requests. */
  async makeTopic(queueArn: string): Promise<string> {
    const name = `topic-${++this.#made}`;
    const ask = async (parameters: Readonly<Record<string, string>>) => {
      const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/sns/aws4_request, SignedHeaders=host, Signature=test";
      const response = await fetch(this.#moto.url, { method: "POST", body: new URLSearchParams(parameters), headers: { authorization } });
      if (!response.ok) throw new Error(`SNS answered ${response.status}: ${await response.text()}`);
    };
    const topicArn = `arn:aws:sns:eu-west-1:123456789012:${name}`;
    await ask({ Action: "CreateTopic", Name: name });
    await ask({ Action: "Subscribe", TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn });
    return topicArn;
  }

  async send(queue: TestQueue, body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body }));
  }

  /** Messages that can be received, and those that somebody holds. */
  async count(url: string): Promise<{ waiting: number; held: number }> {
    const names: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] = [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
    ];
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }));
    return { waiting: Number(Attributes[names[0]]), held: Number(Attributes[names[1]]) };
  }
}

export interface TestQueue {
  readonly arn: string;
  readonly url: string;
  /** As a source is to be told. */
  readonly proxied: string;
  readonly dead: TestQueue | undefined;
}
