// The section `alerts` of the configuration: as users write it, and as the alert loop reads it. What is wrong between its parts (a sink named twice, a route to
// nowhere, an address that is not public) is found here, before anything is sent.
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { addressGuard } from "../alert/address-guard.ts";
import type { QuietHours } from "../alert/quiet-hours.ts";
import type { AlertEnvironment, Route } from "../alert/routing.ts";
import { detectors } from "../detect/detectors/registry.ts";
import { type SecretReference, secretReferenceSchema } from "../ingest/secret-reference.ts";
import { type Severity, severities } from "../model/finding.ts";
import { providers } from "../model/identity-action.ts";
import { suggest } from "../runtime/suggest.ts";
import { sinkTypes } from "./alert-sink-types.ts";

const hourMs = 3_600_000;
const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be 1 to 64 letters, digits, '.', '_' or '-'");
const pattern = z.string().min(1, "must not be empty");
const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day in quotes, such as "22:00"')
  .describe("Time of the day, 00:00 to 23:59, in quotes.");
const timeZone = z
  .string()
  .refine(isTimeZone, "must be a time zone such as Europe/Berlin")
  .optional()
  .describe("IANA name of the time zone, such as Europe/Berlin. Default: UTC.");

const everySink = {
  quiet_hours: z
    .strictObject({
      from: clock,
      to: clock,
      time_zone: timeZone,
      above: z.enum(severities).optional().describe("What is at least so grave is sent all the same. Default: critical."),
    })
    .optional()
    .describe("Hours in which only the gravest is sent. What is kept back stands in the digest."),
  digest: z
    .strictObject({ at: clock, time_zone: timeZone })
    .optional()
    .describe("Once a day, what was found and sent to this sink in no message of its own."),
  flood_limit: z
    .int()
    .min(1, "must be 1 to 10000")
    .max(10_000, "must be 1 to 10000")
    .optional()
    .describe("Messages a minute; what comes above is counted in one message. Default: 20 for people, no limit for machines."),
};

const [firstSink, ...otherSinks] = sinkTypes.map(({ type, description, settings }) =>
  z.strictObject({
    id: identifier.describe("Unique name; stored with what was sent."),
    type: z.literal(type).describe(description),
    ...settings.shape,
    ...everySink,
  }),
);
if (firstSink === undefined) throw new Error("no kind of sink is registered");
const sinkSchema = z.discriminatedUnion("type", [firstSink, ...otherSinks], {
  error: (issue) => (issue.code === "invalid_union" ? `must be one of: ${sinkTypes.map(({ type }) => type).join(", ")}` : undefined),
});

const routeSchema = z.strictObject({
  sinks: z.array(identifier).min(1, "needs at least one sink").describe("Ids of the sinks."),
  severity: z.enum(severities).optional().describe("Only what is at least so grave. Default: low."),
  providers: z.array(z.enum(providers)).optional().describe("Only of these. Default: all."),
  identities: z.array(pattern).optional().describe("Only identities whose id fits one of these patterns; * stands for any characters. Default: all."),
  detectors: z
    .array(z.enum(detectors.map(({ id }) => id)))
    .optional()
    .describe("Only with a reason of one of these. Default: all."),
  environments: z.array(identifier).optional().describe("Only identities of these environments. Default: all."),
});

export const alertsSchema = z.strictObject({
  sinks: z.array(sinkSchema).default([]).describe("Who is told."),
  routes: z.array(routeSchema).default([]).describe("Of what: a finding goes to the sinks of every route that it fits. Without routes, to all."),
  environments: z
    .array(
      z.strictObject({
        name: identifier.describe("Such as production; routes name it."),
        identities: z.array(pattern).min(1, "needs at least one pattern").describe("Patterns over identity ids; * stands for any characters."),
      }),
    )
    .default([])
    .describe("Which identities are of which environment; the first that fits counts."),
  allow_hosts: z
    .array(z.string().regex(/^[A-Za-z0-9.:_/-]{1,253}$/, "must be a host name, an address or a network such as 10.20.0.0/16"))
    .default([])
    .describe("Hosts, addresses and networks that alerts may go to though they are not public."),
  tell: identifier.optional().describe("Id of the sink that is told when another one is parked. Default: the first for people that delivers."),
  oldest_hours: z
    .number()
    .positive("must be above 0")
    .max(8_760, "must be 8760 at most")
    .optional()
    .describe("Findings that were raised longer ago are not sent, but counted. Default: 72."),
  console_url: z
    .string()
    .regex(/^https?:\/\/[^\s?#]+$/, "must be a URL such as https://machinetrail.example.org")
    .optional()
    .describe("Where people open findings: messages link to URL/findings/ID."),
  slack_signing_secret: secretReferenceSchema("Signing secret of the Slack app: with it, messages have buttons that decide.").optional(),
});

export type AlertsFile = z.infer<typeof alertsSchema>;

export interface SinkConfig {
  readonly id: string;
  readonly type: string;
  readonly isForPeople: boolean;
  /** As the schema of its type takes them; paths absolute. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly quietHours: (QuietHours & { readonly above: Severity }) | undefined;
  /** Minute of the day. */
  readonly digest: { readonly minute: number; readonly timeZone: string } | undefined;
  /** Messages a minute. */
  readonly floodLimit: number;
}

export interface AlertSettings {
  readonly sinks: readonly SinkConfig[];
  readonly routes: readonly Route[];
  readonly environments: readonly AlertEnvironment[];
  readonly allowHosts: readonly string[];
  readonly tell: string | undefined;
  readonly oldestMs: number;
  readonly consoleUrl: string | undefined;
  /** A reference; undefined where machinetrail does not hear of buttons. */
  readonly slackSigningSecret: SecretReference | undefined;
  /** Values of the environment variables that the section names. */
  readonly environment: Readonly<Record<string, string>>;
}

const usualFloodLimit = 20;
export const usualOldestHours = 72;

/** `file`: with its references resolved. */
export function alertSettings(file: AlertsFile, environment: Readonly<Record<string, string>>): AlertSettings {
  return {
    sinks: file.sinks.map(sinkConfig),
    routes: file.routes.map((route) => ({
      sinks: route.sinks,
      severity: route.severity ?? "low",
      providers: route.providers ?? [],
      identities: route.identities ?? [],
      detectors: route.detectors ?? [],
      environments: route.environments ?? [],
    })),
    environments: file.environments,
    allowHosts: file.allow_hosts,
    tell: file.tell,
    oldestMs: (file.oldest_hours ?? usualOldestHours) * hourMs,
    consoleUrl: file.console_url?.replace(/\/+$/, ""),
    slackSigningSecret: file.slack_signing_secret,
    environment,
  };
}

function sinkConfig({ id, type, quiet_hours, digest, flood_limit, ...settings }: AlertsFile["sinks"][number]): SinkConfig {
  const isForPeople = sinkTypes.find((candidate) => candidate.type === type)?.isForPeople ?? false;
  return {
    ...{ id, type: String(type), isForPeople, settings },
    quietHours:
      quiet_hours === undefined
        ? undefined
        : {
            fromMinute: minuteOf(quiet_hours.from),
            toMinute: minuteOf(quiet_hours.to),
            timeZone: quiet_hours.time_zone ?? "UTC",
            above: quiet_hours.above ?? "critical",
          },
    digest: digest === undefined ? undefined : { minute: minuteOf(digest.at), timeZone: digest.time_zone ?? "UTC" },
    floodLimit: flood_limit ?? (isForPeople ? usualFloodLimit : Number.POSITIVE_INFINITY),
  };
}

export interface AlertProblem {
  /** alerts.routes[0].sinks[1] */
  readonly key: string;
  readonly message: string;
}

/** What no schema sees. */
export function alertProblems(file: AlertsFile): AlertProblem[] {
  const problems: AlertProblem[] = [];
  const ids = file.sinks.map(({ id }) => id);
  for (const [index, id] of ids.entries())
    if (ids.indexOf(id) < index) problems.push({ key: `alerts.sinks[${index}].id`, message: "is used by two sinks; give each its own" });
  const names = file.environments.map(({ name }) => name);
  const unknown = (key: string, id: string, known: readonly string[], what: string): void => {
    if (known.includes(id)) return;
    const near = suggest(id, known);
    const hint = near !== undefined ? `did you mean ${near}?` : known.length === 0 ? `there are none` : `there are ${known.join(", ")}`;
    problems.push({ key, message: `names no ${what}; ${hint}` });
  };
  for (const [index, { sinks, environments = [] }] of file.routes.entries()) {
    for (const [place, id] of sinks.entries()) unknown(`alerts.routes[${index}].sinks[${place}]`, id, ids, "sink of alerts.sinks");
    for (const [place, name] of environments.entries())
      unknown(`alerts.routes[${index}].environments[${place}]`, name, names, "environment of alerts.environments");
  }
  if (file.tell !== undefined) unknown("alerts.tell", file.tell, ids, "sink of alerts.sinks");
  return [...problems, ...addressProblems(file)];
}

/** URLs that name an address; what a name stands for is seen when it is connected to. */
function addressProblems({ sinks, allow_hosts }: AlertsFile): AlertProblem[] {
  const guard = addressGuard(allow_hosts);
  return sinks.flatMap((sink, index) =>
    Object.entries(sink).flatMap(([name, value]) => {
      if (typeof value !== "string") return [];
      const host = name === "host" ? value : hostOf(value);
      if (!ipaddr.isValid(host)) return [];
      try {
        guard.check(host, host);
        return [];
      } catch (error) {
        return [{ key: `alerts.sinks[${index}].${name}`, message: `is refused: ${error instanceof Error ? error.message : host}` }];
      }
    }),
  );
}

/** Of a URL; empty where it is none. */
function hostOf(text: string): string {
  return /^https?:/.test(text) && URL.canParse(text) ? new URL(text).hostname.replace(/^\[|\]$/g, "") : "";
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
