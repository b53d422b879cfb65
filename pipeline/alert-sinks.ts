// The sinks of the configuration, opened. Only here their secrets are known; what a receiver says is searched for it before anybody sees it.
import { createHash } from "node:crypto";
import { addressGuard } from "../alert/address-guard.ts";
import { trustedWith } from "../alert/certificate-authorities.ts";
import { unreachable } from "../alert/guarded-socket.ts";
import type { OutboxSink } from "../alert/outbox.ts";
import { Pace } from "../alert/pace.ts";
import { secretMask } from "../alert/secret-mask.ts";
import type { Outcome, Sink } from "../alert/sink.ts";
import type { SecretReference } from "../ingest/secret-reference.ts";
import { ConfigError } from "../model/errors.ts";
import type { AlertSettings, SinkConfig } from "./alert-config.ts";
import { sinkTypes } from "./alert-sink-types.ts";
import { secretText } from "./secret-values.ts";

/** Slack allows one message a second a channel. */
const slackPaceMs = 1_000;

/** @throws ConfigError naming the sink, where one cannot be opened. */
export async function openSinks(settings: AlertSettings, onlyId?: string): Promise<OutboxSink[]> {
  const pace = new Pace(slackPaceMs);
  const wanted = settings.sinks.filter(({ id }) => onlyId === undefined || id === onlyId);
  const opened: OutboxSink[] = [];
  for (const config of wanted) opened.push(await openSink(config, settings, pace));
  return opened;
}

/** A sentence for each host of a sink that could not be reached as things are: for the log at start. Hosts that are secrets are not looked at. */
export async function unreachableHosts({ sinks, allowHosts }: AlertSettings): Promise<string[]> {
  const guard = addressGuard(allowHosts);
  const asked = sinks.flatMap(({ id, settings }) => hostsOf(settings).map(async (host) => ({ id, problem: await unreachable(host, guard) })));
  return (await Promise.all(asked)).flatMap(({ id, problem }) =>
    problem === undefined ? [] : [`the alert sink ${id} would not be reached: ${problem}`],
  );
}

function hostsOf(settings: SinkConfig["settings"]): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (name === "brokers" && Array.isArray(value)) return value.map((broker) => String(broker).replace(/:\d+$/, ""));
    if (typeof value !== "string") return [];
    if (name === "host") return [value];
    return /^https?:/.test(value) && URL.canParse(value) ? [new URL(value).hostname.replace(/^\[|\]$/g, "")] : [];
  });
}

async function openSink(config: SinkConfig, settings: AlertSettings, pace: Pace): Promise<OutboxSink> {
  const { HttpClient } = await import("../alert/http-client.ts");
  const type = sinkTypes.find((candidate) => candidate.type === config.type);
  if (type === undefined) throw new ConfigError(`alerts.sinks: ${config.id}: there is no kind of sink ${config.type}`);
  const secrets: string[] = [];
  const secret = (reference: SecretReference): string => {
    const value = secretText(reference, settings.environment);
    secrets.push(value);
    return value;
  };
  let mask: ((text: string) => string) | undefined;
  const clean = (text: string): string => {
    mask ??= secretMask([...secrets, ...queryValues(config.settings)]);
    return mask(text);
  };
  try {
    const sink = await type.open(config.settings, {
      ...{ id: config.id, secret, clean, pace, hasDecisions: settings.slackSigningSecret !== undefined },
      guard: addressGuard(settings.allowHosts),
      http: async (authorityFile) =>
        new HttpClient({ allowHosts: settings.allowHosts, clean, ...(authorityFile !== undefined && { authorities: trustedWith(authorityFile) }) }),
    });
    return { sink: withoutSecrets(sink, clean), configuration: digestOf(config, secrets) };
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`alerts.sinks: ${config.id} ${error.message}`, { cause: error });
    throw error;
  }
}

/** A mended sink is another one: it is not held against it that it failed before. */
function digestOf(config: SinkConfig, secrets: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([config, secrets]))
    .digest("hex")
    .slice(0, 16);
}

/** Of URLs in the settings: who puts a token there does not want to read it elsewhere. */
function queryValues(settings: SinkConfig["settings"]): string[] {
  return Object.values(settings).flatMap((value) =>
    typeof value === "string" && /^https?:/.test(value) && URL.canParse(value) ? [...new URL(value).searchParams.values()] : [],
  );
}

/** Once more, over all that the sink says: some receivers say again what they were sent. */
function withoutSecrets(sink: Sink, clean: (text: string) => string): Sink {
  const cleaned = (outcome: Outcome): Outcome => ("reason" in outcome ? { ...outcome, reason: clean(outcome.reason) } : outcome);
  return { ...sink, send: async (alerts, signal) => (await sink.send(alerts, signal)).map(cleaned) };
}
