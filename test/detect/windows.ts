// Windows written by hand, for cases and tests: one identity's hours, with what they show.
import type { IdentityHour } from "../../detect/evidence.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** A Monday. */
export const startDay = Date.UTC(2026, 9, 12) / dayMs;

export interface Shown {
  readonly identity?: string;
  /** Counted from `startDay`. */
  readonly day: number;
  readonly hour?: number;
  readonly events?: number;
  readonly actions?: readonly string[];
  readonly denied?: readonly string[];
  readonly admin?: readonly string[];
  readonly resources?: readonly string[];
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
  const { identity = "backup", day, hour = 2, actions = ["s3:PutObject"], denied = [], admin = [], resources = ["arn:aws:s3:::backup/*"] } = shown;
  const hourNumber = (startDay + day) * 24 + hour;
  const events = shown.events ?? 10;
  return {
    identity_uid: identity,
    moment_ms: (hourNumber + 1) * hourMs,
    hour: hourNumber,
    provider: "aws",
    principal_type: "iam-role",
    workload_types: ["ec2-instance"],
    events,
    denied: denied.length,
    reads: 0,
    writes: events - denied.length - admin.length,
    admin: admin.length,
    secret_reads: 0,
    issued: 0,
    deeds: [
      ...actions.map((action): [string, string, string] => [action, "write", "success"]),
      ...denied.map((action): [string, string, string] => [action, "read", "denied"]),
      ...admin.map((action): [string, string, string] => [action, "admin", "success"]),
    ],
    uses: [
      [
        shown.credential ?? `ASIA${identity}${day}`,
        shown.isStatic ? "static" : "short-lived",
        shown.network ?? "internet 203.0.113.0/24",
        shown.agent ?? "boto3/1",
      ],
    ],
    things: resources.map((pattern): [string, string] => [pattern, pattern.split("/")[0] ?? pattern]),
    places: [[shown.account ?? "111122223333", shown.region ?? "eu-west-1"]],
    issuers: [...(shown.issuers ?? [])],
    targets: [...(shown.targets ?? [])],
  };
}
