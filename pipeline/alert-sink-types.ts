// The kinds of sinks: what the configuration says of one, and how it is opened. Their code is loaded when one is opened, so that no command but those that
// send alerts loads a client.
import { z } from "zod";
import type { AddressGuard } from "../alert/address-guard.ts";
import { trustedWith } from "../alert/certificate-authorities.ts";
import type { HttpClient } from "../alert/http-client.ts";
import type { Pace } from "../alert/pace.ts";
import type { Sink } from "../alert/sink.ts";
import { type SecretReference, secretReferenceSchema } from "../ingest/secret-reference.ts";

interface SinkContext {
  readonly id: string;
  /** @throws ConfigError where it is not there. */
  readonly secret: (reference: SecretReference) => string;
  /** Takes the sink's secrets out of what its receiver says; before that is cut. The HTTP client does so by itself. */
  readonly clean: (text: string) => string;
  /** `authorityFile`: PEM, of authorities that the system does not know. */
  readonly http: (authorityFile?: string) => Promise<HttpClient>;
  readonly pace: Pace;
  /** For what is not HTTP. */
  readonly guard: AddressGuard;
  /** machinetrail hears of buttons. */
  readonly hasDecisions: boolean;
}

export interface SinkType {
  readonly type: string;
  readonly description: string;
  /** Messages of people, for whom a flood is one and who sleep. */
  readonly isForPeople: boolean;
  readonly settings: z.ZodObject;
  /** @throws ConfigError. */
  readonly open: (settings: unknown, context: SinkContext) => Promise<Sink>;
}

const nonEmpty = z.string().min(1, "must not be empty");
const httpUrl = z
  .string()
  .regex(/^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/, "must be a URL such as https://siem.example.org/hook, without user and password")
  .refine((text) => URL.canParse(text), "cannot be read as a URL");
const authorityFile = nonEmpty.optional().describe("PEM file of certificate authorities beside the system's.");

const hostName = z
  .string()
  .regex(/^[A-Za-z0-9.:-]{1,253}$/, "must be a host name or an address, without scheme and port")
  .describe("Host name or address.");
const port = z.int().min(1, "must be 1 to 65535").max(65_535, "must be 1 to 65535");
const mailbox = z.string().regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, "must be an address such as soc@example.org");

function defineSink<Settings extends z.ZodObject>(definition: {
  readonly type: string;
  readonly description: string;
  readonly isForPeople: boolean;
  readonly settings: Settings;
  readonly open: (settings: z.output<Settings>, context: SinkContext) => Promise<Sink>;
}): SinkType {
  const { settings, open } = definition;
  return { ...definition, open: async (given, context) => open(settings.parse(given), context) };
}

export const sinkTypes: readonly SinkType[] = [
  defineSink({
    type: "webhook",
    description: "Standard Webhooks 1.0.0: an OCSF Detection Finding a request, signed.",
    isForPeople: false,
    settings: z.strictObject({
      url: httpUrl.describe("Where it is posted to."),
      secrets: z
        .array(secretReferenceSchema("whsec_ and base64 (HMAC-SHA256), or whsk_ and base64 (ed25519)."))
        .min(1, "needs at least one: a receiver must know who sends")
        .max(2, "may hold two: the one before and the one after")
        .describe("One, or two while one replaces the other: both sign."),
      ca_file: authorityFile,
    }),
    open: async ({ url, secrets, ca_file }, { id, secret, http }) => {
      const { webhookSink } = await import("../alert/sinks/webhook.ts");
      const { signingKey } = await import("../alert/standard-webhooks.ts");
      return webhookSink({ id, url, keys: secrets.map((reference) => signingKey(secret(reference))), http: await http(ca_file) });
    },
  }),
  defineSink({
    type: "slack",
    description: "Slack, by an incoming webhook or by a bot, which answers in threads.",
    isForPeople: true,
    settings: z.strictObject({
      webhook_url: secretReferenceSchema("URL of the incoming webhook.").optional(),
      token: secretReferenceSchema("Token of the bot (xoxb-...), with the scope chat:write.").optional(),
      channel: z
        .string()
        .regex(/^[CGD][A-Z0-9]{5,20}$/, "must be the id of a channel, such as C0123456789: names change")
        .optional()
        .describe("Id of the channel that the bot posts to."),
      api: httpUrl.optional().describe("Of the Web API. Default: https://slack.com/api."),
    }),
    open: async ({ webhook_url, token, channel, api }, { id, secret, http, pace, hasDecisions }) => {
      const { slackSink, slackTarget } = await import("../alert/sinks/slack.ts");
      const target = slackTarget({
        ...{ channel, api },
        webhookUrl: webhook_url === undefined ? undefined : secret(webhook_url),
        token: token === undefined ? undefined : secret(token),
      });
      return slackSink({ id, target, hasDecisions, http: await http(), pace });
    },
  }),
  defineSink({
    type: "file",
    description: "One JSON object a line, appended to a file.",
    isForPeople: false,
    settings: z.strictObject({ path: nonEmpty.describe("The file; relative paths count from the configuration file.") }),
    open: async ({ path }, { id }) => {
      const { fileSink } = await import("../alert/sinks/file.ts");
      return fileSink({ id, path });
    },
  }),
  defineSink({
    type: "splunk-hec",
    description: "Splunk's HTTP Event Collector, with indexer acknowledgement.",
    isForPeople: false,
    settings: z.strictObject({
      url: httpUrl.describe("Of the collector: https://splunk.example.org:8088."),
      token: secretReferenceSchema("Token of the collector, with indexer acknowledgement switched on."),
      index: nonEmpty.optional().describe("Index. Default: that of the token."),
      ca_file: authorityFile,
    }),
    open: async ({ url, token, index, ca_file }, { id, secret, http }) => {
      const { splunkHecSink } = await import("../alert/sinks/splunk-hec.ts");
      return splunkHecSink({ id, url: trimmed(url), token: secret(token), index, http: await http(ca_file) });
    },
  }),
  defineSink({
    type: "elastic",
    description: "Elasticsearch, or what speaks its bulk API: ECS documents under our id.",
    isForPeople: false,
    settings: z.strictObject({
      url: httpUrl.describe("Of the cluster: https://elastic.example.org:9200."),
      index: z
        .string()
        .regex(/^[a-z0-9][a-z0-9._-]{0,200}$/, "must be the name of an index or a data stream, in lower case")
        .describe("Index or data stream."),
      api_key: secretReferenceSchema("API key, encoded as Elasticsearch gives it.").optional(),
      user: nonEmpty.optional().describe("User, in place of an API key."),
      password: secretReferenceSchema("Password of the user.").optional(),
      ca_file: authorityFile,
    }),
    open: async ({ url, index, api_key, user, password, ca_file }, { id, secret, http }) => {
      const { elasticSink } = await import("../alert/sinks/elastic.ts");
      const basic = user === undefined || password === undefined ? "" : `Basic ${Buffer.from(`${user}:${secret(password)}`).toString("base64")}`;
      const authorization = api_key === undefined ? basic : `ApiKey ${secret(api_key)}`;
      return elasticSink({ id, url: trimmed(url), index, authorization, http: await http(ca_file) });
    },
  }),
  defineSink({
    type: "sentinel",
    description: "Microsoft Sentinel by the Logs Ingestion API and a data collection rule.",
    isForPeople: false,
    settings: z.strictObject({
      endpoint: httpUrl.describe("Of the data collection endpoint or rule: https://NAME.REGION.ingest.monitor.azure.com."),
      rule: z
        .string()
        .regex(/^dcr-[0-9a-z]{8,64}$/, "must be the immutable id of a data collection rule: dcr-...")
        .describe("Immutable id of the rule."),
      stream: z
        .string()
        .regex(/^[A-Za-z][\w-]{0,100}$/, "must be the name of a stream, such as Custom-MachinetrailFindings")
        .describe("Stream of the rule."),
      tenant: nonEmpty.regex(/^[\w.-]+$/, "must be the id of a tenant, or its domain").describe("Tenant of the service principal."),
      client_id: nonEmpty.describe("Of the service principal, with the role Monitoring Metrics Publisher on the rule."),
      client_secret: secretReferenceSchema("Secret of the service principal."),
      authority: httpUrl.optional().describe("Where tokens come from. Default: https://login.microsoftonline.com."),
    }),
    open: async ({ endpoint, rule, stream, tenant, client_id, client_secret, authority }, { id, secret, http }) => {
      const { sentinelSink } = await import("../alert/sinks/sentinel.ts");
      return sentinelSink({
        ...{ id, endpoint: trimmed(endpoint), rule, stream, tenant, clientId: client_id, clientSecret: secret(client_secret), http: await http() },
        authority: trimmed(authority ?? "https://login.microsoftonline.com"),
      });
    },
  }),
  defineSink({
    type: "syslog",
    description: "Syslog (RFC 5424) over TLS, framed by length, with CEF or JSON.",
    isForPeople: false,
    settings: z.strictObject({
      host: hostName,
      port: port.optional().describe("Default: 6514."),
      format: z.enum(["cef", "json"]).optional().describe("Default: cef."),
      ca_file: authorityFile,
    }),
    open: async ({ host, port: given, format, ca_file }, { id, guard }) => {
      const { syslogSink } = await import("../alert/sinks/syslog.ts");
      return syslogSink({ id, host, port: given ?? 6_514, tls: authoritiesOf(ca_file), form: format ?? "cef", guard });
    },
  }),
  defineSink({
    type: "pagerduty",
    description: "PagerDuty's Events API v2.",
    isForPeople: true,
    settings: z.strictObject({
      routing_key: secretReferenceSchema("Integration key of the service (Events API v2)."),
      url: httpUrl.optional().describe("Default: https://events.pagerduty.com; in Europe https://events.eu.pagerduty.com."),
    }),
    open: async ({ routing_key, url }, { id, secret, http }) => {
      const { pagerDutySink } = await import("../alert/sinks/pagerduty.ts");
      return pagerDutySink({ id, routingKey: secret(routing_key), url: trimmed(url ?? "https://events.pagerduty.com"), http: await http() });
    },
  }),
  defineSink({
    type: "teams",
    description: "Microsoft Teams by the webhook of a Workflow: an Adaptive Card.",
    isForPeople: true,
    settings: z.strictObject({ webhook_url: secretReferenceSchema("URL of the webhook of the Workflow.") }),
    open: async ({ webhook_url }, { id, secret, http }) => {
      const { teamsSink } = await import("../alert/sinks/teams.ts");
      return teamsSink({ id, url: httpUrl.parse(secret(webhook_url)), http: await http() });
    },
  }),
  defineSink({
    type: "kafka",
    description: "A Kafka topic of OCSF Detection Findings.",
    isForPeople: false,
    settings: z.strictObject({
      brokers: z
        .array(z.string().regex(/^[^\s:/]+:\d{1,5}$/, "must be host:port"))
        .min(1, "needs at least one broker")
        .describe("Brokers, host:port."),
      topic: z
        .string()
        .regex(/^[\w.-]{1,249}$/, "must be the name of a topic")
        .describe("Topic; it must exist."),
      tls: z.boolean().optional().describe("Default: true."),
      ca_file: authorityFile,
      mechanism: z.enum(["plain", "scram-sha-256", "scram-sha-512"]).optional().describe("How user and password are given. Default: plain."),
      user: nonEmpty.optional().describe("User, where the brokers ask for one."),
      password: secretReferenceSchema("Password of the user.").optional(),
    }),
    open: async ({ brokers, topic, tls, ca_file, mechanism, user, password }, { id, secret, clean, guard }) => {
      const { kafkaSink } = await import("../alert/sinks/kafka.ts");
      const sasl =
        user === undefined || password === undefined ? undefined : { mechanism: mechanism ?? "plain", username: user, password: secret(password) };
      return kafkaSink({ id, brokers, topic, sasl, tls: tls === false ? undefined : authoritiesOf(ca_file), guard, clean });
    },
  }),
  defineSink({
    type: "email",
    description: "Mail by SMTP, text only.",
    isForPeople: true,
    settings: z.strictObject({
      host: hostName,
      port: port.optional().describe("Default: 587, with security tls 465."),
      security: z
        .enum(["starttls", "tls", "none"])
        .optional()
        .describe("starttls: refused where the server has none. none: only to a server on the same machine. Default: starttls."),
      user: nonEmpty.optional().describe("User, where the server asks for one."),
      password: secretReferenceSchema("Password of the user.").optional(),
      from: mailbox.describe("Sender."),
      to: z.array(mailbox).min(1, "needs at least one addressee").max(50, "may hold 50").describe("Addressees."),
      ca_file: authorityFile,
    }),
    open: async ({ host, port: given, security = "starttls", user, password, from, to, ca_file }, { id, secret, clean, guard }) => {
      const { emailSink } = await import("../alert/sinks/email.ts");
      return emailSink({
        ...{ id, host, port: given ?? (security === "tls" ? 465 : 587), security, user: user ?? "", from, to, guard, clean },
        ...{ password: password === undefined ? "" : secret(password), authorities: authoritiesOf(ca_file).ca },
      });
    },
  }),
];

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}

/** Beside those of the system; none where no file is named. */
function authoritiesOf(file: string | undefined): { readonly ca?: string[] } {
  return file === undefined ? {} : { ca: trustedWith(file) };
}
