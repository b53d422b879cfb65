// Source of Azure Event Hubs, by its Kafka endpoint: the Kafka source with the service's own way to log in and its recommended times.
import { z } from "zod";
import { ConfigError } from "../../model/errors.ts";
import { secretReferenceSchema } from "../secret-reference.ts";
import { sourceType } from "../source-type.ts";
import { KafkaSource, kafkaDefaults } from "./kafka.ts";
import type { KafkaConnection } from "./kafka-transport.ts";

/** Microsoft's recommended configurations for Kafka clients of Event Hubs; the service drops connections that are idle for four minutes. */
const eventHubsDefaults = { ...kafkaDefaults, metadataMaxAgeMs: 180_000, requestTimeoutMs: 60_000, sessionTimeoutMs: 30_000 };

export const eventHubsSourceType = sourceType({
  type: "event-hubs",
  description:
    "An Azure event hub, by its Kafka endpoint (Standard tier or higher): Activity Log, Entra ID and resource logs by diagnostic settings.",
  guarantee:
    "an event is committed once its records are stored; one that is not comes again after a restart or when the group shares itself out, as long as the hub keeps it",
  settings: z.strictObject({
    connection_string: secretReferenceSchema("Connection string of a policy with the right to listen (Endpoint=sb://...;SharedAccessKey=...)."),
    hub: z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, "an event hub's name: letters, digits, dot, underscore, hyphen"),
    group: z
      .string()
      .min(1)
      .max(200)
      .default("machinetrail")
      .describe(
        "Beginning of the Kafka consumer group's name, GROUP.HUB; it comes into being by itself and is none of the hub's own consumer groups.",
      ),
  }),
  open: ({ connection_string, hub, group }, context) =>
    new KafkaSource(
      { ...eventHubsDefaults, topics: [hub], group, connection: () => eventHubsConnection(context.secret(connection_string)) },
      context,
    ),
});

/** @throws ConfigError that repeats nothing of the text. */
export function eventHubsConnection(connectionString: string): KafkaConnection {
  const password = connectionString.trim();
  const endpoint = /(?:^|;)\s*Endpoint\s*=\s*sb:\/\/([A-Za-z0-9.-]+)(?::(\d{1,5}))?\/?\s*(?:;|$)/i.exec(password);
  const [, host, port = "9093"] = endpoint ?? [];
  if (host === undefined || !/(?:^|;)\s*SharedAccessKey\s*=/i.test(password))
    throw new ConfigError("connection_string: expected Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=...;SharedAccessKey=...");
  return { brokers: [`${host}:${port}`], tls: {}, sasl: { mechanism: "plain", username: "$ConnectionString", password } };
}
