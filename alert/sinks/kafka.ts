// A Kafka topic of OCSF Detection Findings: keyed by identity, so that what one did stays in its order; the id is a header.
import type { Kafka, KafkaConfig, Producer, SASLOptions } from "kafkajs";
import type { AddressGuard } from "../address-guard.ts";
import { guardedSocket, type SocketTarget } from "../guarded-socket.ts";
import { failureOutcome } from "../http-outcome.ts";
import { shortText } from "../short-text.ts";
import type { Outcome, Sink } from "../sink.ts";

interface KafkaSinkOptions {
  readonly id: string;
  /** host:port */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly sasl:
    | { readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512"; readonly username: string; readonly password: string }
    | undefined;
  readonly tls: SocketTarget["tls"];
  readonly guard: AddressGuard;
  /** Takes secrets out of what brokers say. Default: there are none. */
  readonly clean?: (text: string) => string;
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 15_000;

export function kafkaSink(options: KafkaSinkOptions): Sink {
  const { id, topic, clean = (text) => text, timeoutMs = usualTimeoutMs } = options;
  let producer: Producer | undefined;
  const connected = async (): Promise<Producer> => {
    if (producer !== undefined) return producer;
    // Known before it is connected: what fails half-way is closed as well.
    producer = (await openClient(options)).producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
    await producer.connect();
    return producer;
  };
  return {
    id,
    followUps: "all",
    // Brokers take 1 MB at once (message.max.bytes), and a body has 64 KiB at most.
    batchSize: 12,
    async send(alerts, signal) {
      if (alerts.length === 0) return [];
      if (signal.aborted) return alerts.map((): Outcome => ({ kind: "untried" }));
      const messages = alerts.map((alert) => ({
        key: alert.kind === "finding" ? alert.finding.identity_uid : alert.id,
        value: alert.ocsfJson,
        headers: { "alert-id": alert.id, "content-type": "application/json" },
        timestamp: String(alert.timeMs),
      }));
      try {
        // All replicas that are in step have it.
        await (await connected()).send({ topic, messages, acks: -1, timeout: timeoutMs });
        return alerts.map((): Outcome => ({ kind: "delivered" }));
      } catch (error) {
        // What becomes of a client after an error is its own affair: the next batch has a new one.
        await producer?.disconnect().catch(() => undefined);
        producer = undefined;
        const isTooLarge = error instanceof Error && "type" in error && error.type === "MESSAGE_TOO_LARGE";
        const reason = shortText(`${topic}: ${error instanceof Error ? clean(error.message) : "failed"}`, 200);
        return alerts.map((): Outcome => (isTooLarge ? { kind: "failed", scope: "message", reason } : failureOutcome(new Error(reason))));
      }
    },
    close: async () => {
      await producer?.disconnect().catch(() => undefined);
      producer = undefined;
    },
  };
}

async function openClient({ brokers, sasl, tls, guard, timeoutMs = usualTimeoutMs }: KafkaSinkOptions): Promise<Kafka> {
  const { Kafka, logLevel } = (await import("kafkajs")).default;
  const config: KafkaConfig = {
    ...{
      clientId: "machinetrail-alerts",
      brokers: [...brokers],
      logLevel: logLevel.NOTHING,
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
    },
    retry: { retries: 0 },
    ...(tls !== undefined && { ssl: true }),
    ...(sasl !== undefined && { sasl: { ...sasl } as SASLOptions }),
    // Brokers tell of each other by name: each connection is checked.
    socketFactory: ({ host, port, onConnect }) => {
      const socket = guardedSocket({ host, port, tls, guard });
      socket.once(tls === undefined ? "connect" : "secureConnect", onConnect);
      return socket;
    },
  };
  return new Kafka(config);
}
