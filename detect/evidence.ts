// What detectors look at: the hours of one identity that came in one step of reception, and the values that they show by dimension.
import type { z } from "zod";
import type { identityHours } from "../queries/identity-hours.ts";

export type IdentityHour = z.output<(typeof identityHours)["row"]>;

export interface Window {
  readonly identityUid: string;
  /** End of the step in which it was received: what detection is asked as of. */
  readonly momentMs: number;
  readonly provider: string;
  readonly principalType: string;
  readonly workloadType: string;
  /** By the provider's clock, earliest first. Late records bring hours of days ago. */
  readonly hours: readonly IdentityHour[];
  readonly values: Values;
}

/** What a baseline remembers by value: see docs/detection.md. */
export const dimensions = [
  "action",
  "denied-action",
  "admin-action",
  "secret",
  "resource",
  "resource-scope",
  "account",
  "region",
  "network",
  "agent",
  "static-credential",
  "issuer",
  "target",
] as const;
export type Dimension = (typeof dimensions)[number];

/** Value to the day (since the epoch, UTC) of its earliest event in the window. */
type Values = Readonly<Record<Dimension, ReadonlyMap<string, number>>>;

export type VolumeKind = "events" | "denied" | "reads" | "writes" | "admin" | "secret_reads" | "issued";
export const volumeKinds: readonly VolumeKind[] = ["events", "denied", "reads", "writes", "admin", "secret_reads", "issued"];

/** Rows of one step, by moment and identity, as `identityHours` gives them. */
export function windowsOf(rows: readonly IdentityHour[]): Window[] {
  const windows: Window[] = [];
  let hours: IdentityHour[] = [];
  for (const row of rows) {
    const first = hours[0];
    if (first !== undefined && (first.identity_uid !== row.identity_uid || first.moment_ms !== row.moment_ms)) {
      windows.push(windowOf(first, hours));
      hours = [];
    }
    hours.push(row);
  }
  const first = hours[0];
  if (first !== undefined) windows.push(windowOf(first, hours));
  return windows;
}

function windowOf(first: IdentityHour, hours: readonly IdentityHour[]): Window {
  return {
    identityUid: first.identity_uid,
    momentMs: first.moment_ms,
    provider: first.provider,
    principalType: first.principal_type,
    workloadType: hours.flatMap(({ workload_types }) => workload_types)[0] ?? "unknown",
    hours,
    values: valuesOf(hours),
  };
}

function valuesOf(hours: readonly IdentityHour[]): Values {
  const values = Object.fromEntries(dimensions.map((dimension) => [dimension, new Map<string, number>()])) as Record<Dimension, Map<string, number>>;
  for (const row of hours) {
    const day = Math.floor(row.hour / 24);
    const add = (dimension: Dimension, value: string) => {
      if (value !== "" && !values[dimension].has(value)) values[dimension].set(value, day);
    };
    let readsSecrets = false;
    for (const [action, activity, outcome] of row.deeds) {
      add("action", action);
      if (outcome === "denied") add("denied-action", action);
      if (activity === "admin") add("admin-action", action);
      if (activity === "secret-read") readsSecrets = true;
    }
    for (const [credential, lifetime, network, agent] of row.uses) {
      if (network !== "unknown") add("network", network);
      add("agent", agent);
      if (lifetime === "static") add("static-credential", credential);
    }
    for (const [pattern, scope] of row.things) {
      add("resource", pattern);
      add("resource-scope", scope);
      if (readsSecrets && /secret|vault|parameter/i.test(pattern)) add("secret", pattern);
    }
    for (const [account, region] of row.places) {
      add("account", account);
      add("region", region);
    }
    for (const issuer of row.issuers) add("issuer", issuer);
    for (const target of row.targets) add("target", target);
  }
  return values;
}
