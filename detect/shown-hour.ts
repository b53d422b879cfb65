// Hours of one identity written by hand, in few words: what cases and tests are made of. What is not said is what a small backup job on an
// instance does.
import type { IdentityHour } from "./evidence.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** A Monday. */
export const startDay = Date.UTC(2026, 9, 12) / dayMs;

export interface Shown {
  readonly identity?: string;
  /** Counted from `startDay`. */
  readonly day: number;
  readonly hour?: number;
  readonly provider?: string;
  readonly events?: number;
  readonly actions?: readonly string[];
  readonly denied?: readonly string[];
  readonly admin?: readonly string[];
  /** Patterns of secrets whose values are read. */
  readonly secrets?: readonly string[];
  readonly resources?: readonly string[];
  /** What the resources stand in; without it, what stands before their first slash. */
  readonly scope?: string;
  readonly network?: string;
  readonly agent?: string;
  readonly credential?: string;
  readonly isStatic?: boolean;
  readonly account?: string;
  readonly region?: string;
  readonly issuers?: readonly string[];
  readonly targets?: readonly string[];
  /** Two-minute slots of the hour in which it was at work, 0 to 29. */
  readonly slots?: readonly number[];
  /** Instance, function, pod or run that holds the credential. */
  readonly holder?: string;
  /** Its raw agent tells a machine on somebody's desk. */
  readonly isDesk?: boolean;
  /** Seconds of the hour in which a tool that people type into called. */
  readonly typed?: readonly number[];
  /** Credential that was issued, for whom, of which kind. */
  readonly handedOut?: readonly [string, string, string][];
  /** Day of the credential's issue, as records of its use state it. Counted from `startDay`. */
  readonly issuedDay?: number;
  readonly podAddresses?: readonly string[];
  readonly principalType?: string;
  readonly workloadType?: string;
}

/** One hour, received at its end. */
export function hourOf(shown: Shown): IdentityHour {
  const { identity = "backup", day, hour = 2, actions = ["s3:PutObject"], denied = [], admin = [], secrets = [], targets = [] } = shown;
  const { resources = ["arn:aws:s3:::backup/*"], issuers = [] } = shown;
  const { credential = `ASIA${identity}${day}`, network = "internet 203.0.113.0/24", agent = "boto3/1" } = shown;
  const hourNumber = (startDay + day) * 24 + hour;
  const events = shown.events ?? 10;
  return {
    identity_uid: identity,
    moment_ms: (hourNumber + 1) * hourMs,
    hour: hourNumber,
    provider: shown.provider ?? "aws",
    principal_type: shown.principalType ?? "iam-role",
    workload_types: [shown.workloadType ?? "ec2-instance"],
    events,
    denied: denied.length,
    reads: 0,
    writes: Math.max(0, events - denied.length - admin.length - secrets.length),
    admin: admin.length,
    secret_reads: secrets.length,
    issued: targets.length,
    deeds: [
      ...actions.map((action): [string, string, string] => [action, "write", "success"]),
      ...denied.map((action): [string, string, string] => [action, "read", "denied"]),
      ...admin.map((action): [string, string, string] => [action, "admin", "success"]),
      ...(secrets.length > 0 ? [["secretsmanager:GetSecretValue", "secret-read", "success"] satisfies [string, string, string]] : []),
    ],
    uses: [[credential, shown.isStatic ? "static" : "short-lived", network, agent, bucketOf(credential, network, agent)]],
    busy: [[bucketOf(credential, network, agent), (shown.slots ?? [hour]).reduce((bits, slot) => bits | (1 << slot), 0)]],
    holders: shown.holder === undefined ? [] : [[credential, shown.holder]],
    desks: shown.isDesk ? [[credential, network, agent]] : [],
    typed: [...(shown.typed ?? [])],
    handed_out: [...(shown.handedOut ?? [])],
    issue_dates: shown.issuedDay === undefined ? [] : [[credential, (startDay + shown.issuedDay) * dayMs]],
    pod_addresses: (shown.podAddresses ?? []).map((address): [string, string] => [credential, address]),
    things: [...resources, ...secrets].map((pattern): [string, string] => [pattern, shown.scope ?? pattern.split("/")[0] ?? pattern]),
    places: [[shown.account ?? "111122223333", shown.region ?? "eu-west-1"]],
    issuers: [...issuers],
    targets: [...targets],
  };
}

/** Other buckets than the store's, which nobody may rely on. */
function bucketOf(...use: readonly string[]): number {
  return [...use.join("\n")].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1024, 0);
}
