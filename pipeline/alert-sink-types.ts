// The kinds of sinks: what the configuration says of one, and how it is opened. Their code is loaded when one is opened, so that no command but those that
// send alerts loads a client.
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { HttpClient } from "../alert/http-client.ts";
import type { Pace } from "../alert/pace.ts";
import type { Sink } from "../alert/sink.ts";
import { type SecretReference, secretReferenceSchema } from "../ingest/secret-reference.ts";

interface SinkContext {
  readonly id: string;
  /** @throws ConfigError where it is not there. */
  readonly secret: (reference: SecretReference) => string;
  /** `authorityFile`: PEM, of authorities that the system does not know. */
  readonly http: (authorityFile?: string) => Promise<HttpClient>;
  readonly pace: Pace;
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
];

export function readAuthorities(file: string): string[] {
  return readFileSync(file, "utf8")
    .split(/(?<=-----END CERTIFICATE-----)/)
    .filter((part) => part.includes("BEGIN CERTIFICATE"));
}
