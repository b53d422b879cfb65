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
}

/** One hour, received at its end. */
export function hourOf(shown: Shown): IdentityHour {
  const { identity = "backup", day, hour = 2, actions = ["s3:PutObject"], denied = [], admin = [], secrets = [], targets = [] } = shown;
  const { resources = ["arn:aws:s3:::backup/*"], issuers = [] } = shown;
  const hourNumber = (startDay + day) * 24 + hour;
  const events = shown.events ?? 10;
  return {
    identity_uid: identity,
    moment_ms: (hourNumber + 1) * hourMs,
    hour: hourNumber,
    provider: shown.provider ?? "aws",
    principal_type: "iam-role",
    workload_types: ["ec2-instance"],
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
    uses: [
      [
        shown.credential ?? `ASIA${identity}${day}`,
        shown.isStatic ? "static" : "short-lived",
        shown.network ?? "internet 203.0.113.0/24",
        shown.agent ?? "boto3/1",
      ],
    ],
    things: [...resources, ...secrets].map((pattern): [string, string] => [pattern, shown.scope ?? pattern.split("/")[0] ?? pattern]),
    places: [[shown.account ?? "111122223333", shown.region ?? "eu-west-1"]],
    issuers: [...issuers],
    targets: [...targets],
  };
}
