// What detectors look at: the hours of one identity that came in one step of reception, and the values that they show by dimension.
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { z } from "zod";
import type { identityHours } from "../queries/identity-hours.ts";
import { mergeHours } from "./merge-hours.ts";
import type { Silence } from "./silence.ts";
import { traitsOf } from "./traits.ts";

export type IdentityHour = z.output<(typeof identityHours)["row"]>;

const hourMs = 3_600_000;
/** As long as rows are kept. */
export const oldestDays = 400;

export interface Window {
  readonly identityUid: string;
  /** End of the step in which it was received; of a window that is scored, of the hour. */
  readonly momentMs: number;
  readonly provider: string;
  readonly principalType: string;
  readonly workloadType: string;
  /** By the provider's clock, earliest first. Late records bring hours of days ago. */
  readonly hours: readonly IdentityHour[];
  /** What the hours show; made when it is first asked for. */
  readonly values: Values;
  /** Of a window without hours: that nothing came. */
  readonly silence?: Silence;
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
  "trait",
] as const;
export type Dimension = (typeof dimensions)[number];

/** Value to the day (since the epoch, UTC) of its earliest event in the window. */
type Values = Readonly<Record<Dimension, ReadonlyMap<string, number>>>;

export type VolumeKind = "events" | "denied" | "reads" | "writes" | "admin" | "secret_reads" | "issued";
export const volumeKinds: readonly VolumeKind[] = ["events", "denied", "reads", "writes", "admin", "secret_reads", "issued"];

/** Rows as `identityHours` gives them, by moment and identity. */
export function windowsOf(rows: readonly IdentityHour[]): Window[] {
  const windows: Window[] = [];
  let hours: IdentityHour[] = [];
  const close = () => {
    const [first] = hours;
    if (first !== undefined) windows.push(windowOf(first.identity_uid, first.moment_ms, hours));
    hours = [];
  };
  for (const row of rows) {
    const [first] = hours;
    if (first !== undefined && (first.identity_uid !== row.identity_uid || first.moment_ms !== row.moment_ms)) close();
    hours.push(row);
  }
  close();
  return windows;
}

/** Of somebody of whom nothing came. */
export function emptyWindow(
  identityUid: string,
  momentMs: number,
  { provider, principalType, workloadType }: Pick<Window, "provider" | "principalType" | "workloadType">,
  silence: Silence,
): Window {
  return { identityUid, momentMs, provider, principalType, workloadType, hours: [], values: valuesOf([]), silence };
}

/** What came of one identity in a step. */
type Came = Pick<Window, "identityUid" | "hours">;

/** What came of one identity in several steps, as if it had come in one that ends at `momentMs`. */
export function mergedWindow([first, ...others]: readonly [Came, ...Came[]], momentMs: number): Window {
  return windowOf(
    first.identityUid,
    momentMs,
    [first, ...others].flatMap(({ hours }) => hours),
  );
}

/** Of less text there is little to gain. */
const compressedFromCharacters = 4096;
const quickly = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * The same window, to be kept: its hours are text, and read anew each time that they or their values are asked for. Of a backlog a window has a row
 * for each hour that it took to grow, of 3 kB in objects, and most of it is what the hour before shows as well: as text of several hours, compressed,
 * it is a tenth of that (docs/performance.md).
 */
export function packed(window: Window): Window {
  const { identityUid, momentMs, provider, principalType, workloadType } = window;
  const text = textOf(window.hours);
  if (text === undefined) return window;
  // A copy of its very size: what zlib gives stands in a buffer of 16 KiB.
  const kept = text.length < compressedFromCharacters ? text : new Uint8Array(zstdCompressSync(text, quickly));
  const read = () => JSON.parse(typeof kept === "string" ? kept : zstdDecompressSync(kept).toString()) as IdentityHour[];
  return {
    ...{ identityUid, momentMs, provider, principalType, workloadType },
    get hours() {
      return read();
    },
    get values() {
      return valuesOf(read());
    },
  };
}

/** Undefined where it would be longer than V8 makes a text (some 512 MiB): whoever records name things that long is judged, and blinds nobody. */
function textOf(hours: readonly IdentityHour[]): string | undefined {
  try {
    return JSON.stringify(hours);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The same window, to work with: its hours are objects, and its values are made once. */
export function unpacked({ identityUid, momentMs, hours }: Window): Window {
  return windowOf(identityUid, momentMs, hours);
}

/** Of a window, what happened in hours that end after `fromMs`; undefined where nothing did. */
export function windowSince({ identityUid, momentMs, hours }: Window, fromMs: number): Window | undefined {
  const since = hours.filter(({ hour }) => (hour + 1) * hourMs > fromMs);
  return since.length === 0 ? undefined : windowOf(identityUid, momentMs, since);
}

/** `rows`: of one identity; several of one hour become one. */
function windowOf(identityUid: string, momentMs: number, rows: readonly IdentityHour[]): Window {
  const byHour = new Map<number, IdentityHour>();
  for (const row of rows) {
    const hour = believedHour(row.hour, momentMs);
    const known = byHour.get(hour);
    const isSame = row.hour === hour && row.moment_ms === momentMs;
    byHour.set(hour, known !== undefined ? mergeHours(known, row) : isSame ? row : { ...row, hour, moment_ms: momentMs });
  }
  const hours = [...byHour.values()].sort((left, right) => left.hour - right.hour);
  let values: Values | undefined;
  return {
    identityUid,
    momentMs,
    provider: hours[0]?.provider ?? "",
    principalType: hours[0]?.principal_type ?? "",
    workloadType: hours.flatMap(({ workload_types }) => workload_types)[0] ?? "unknown",
    hours,
    get values() {
      values ??= valuesOf(hours);
      return values;
    },
  };
}

/**
 * The hour by the provider's clock, or that of reception where the clock cannot be right: later than it came by more than a day, or older than
 * anything that is kept. A clock of 1970 or 2036 would else be its identity's age, its longest silence and the last day of its values.
 */
function believedHour(hour: number, momentMs: number): number {
  const received = Math.floor((momentMs - 1) / hourMs);
  return hour > received + 24 || hour < received - oldestDays * 24 ? received : hour;
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
    for (const trait of traitsOf(row)) add("trait", trait);
  }
  return values;
}
