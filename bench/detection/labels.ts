// The truth beside the logs: labels.jsonl, one attack a line, and estate.json where there is one. Read by the scoring only.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ConfigError } from "../../model/errors.ts";

const moment = z.union([z.number().int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]);

const labelSchema = z.looseObject({
  id: z.string().min(1),
  attack: z.string().min(1),
  technique: z.string().default(""),
  identities: z.array(z.string().min(1)).min(1),
  event_uids: z.array(z.string().min(1)).min(1),
  start: moment,
  end: moment,
});

export interface Label {
  readonly id: string;
  readonly attack: string;
  readonly technique: string;
  readonly identityUids: readonly string[];
  readonly eventUids: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
}

/** @throws ConfigError naming the line and what is wrong with it. */
export function readLabels(folder: string): Label[] {
  const file = path.join(folder, "labels.jsonl");
  if (!existsSync(file)) throw new ConfigError(`${file}: there is no such file; scoring needs the labels beside the logs`);
  const seen = new Set<string>();
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, number }) => {
      const label = parseLabel(line, `${file}:${number}`);
      if (seen.has(label.id)) throw new ConfigError(`${file}:${number}: the id ${label.id} is used twice`);
      seen.add(label.id);
      return label;
    });
}

function parseLabel(line: string, place: string): Label {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new ConfigError(`${place}: not JSON (${(cause as Error).message})`, { cause });
  }
  const parsed = labelSchema.safeParse(value);
  if (!parsed.success) throw new ConfigError(`${place}: ${z.prettifyError(parsed.error)}`);
  const { id, attack, technique, identities, event_uids, start, end } = parsed.data;
  if (end < start) throw new ConfigError(`${place}: the attack ends before it starts`);
  return { id, attack, technique, identityUids: identities, eventUids: event_uids, startMs: start, endMs: end };
}

const estateSchema = z.looseObject({
  identities: z.array(z.looseObject({ identity_uid: z.string(), workload_type: z.string().default("unknown") })).default([]),
});

/** Workload types as the estate says them; empty where there is no estate.json. @throws ConfigError when it cannot be read. */
export function readWorkloadTypes(folder: string): ReadonlyMap<string, string> {
  const file = path.join(folder, "estate.json");
  if (!existsSync(file)) return new Map();
  try {
    const { identities } = estateSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return new Map(identities.map(({ identity_uid, workload_type }) => [identity_uid, workload_type]));
  } catch (cause) {
    throw new ConfigError(`${file}: cannot be read as an estate (${(cause as Error).message})`, { cause });
  }
}

/** @throws ConfigError naming the first ten labelled events that no stored row has. */
export function checkLabelsAreStored(labels: readonly Label[], storedUids: ReadonlySet<string>): void {
  const missing = labels.flatMap(({ id, eventUids }) => eventUids.filter((uid) => !storedUids.has(uid)).map((uid) => `${uid} (${id})`));
  if (missing.length === 0) return;
  const rest = missing.length > 10 ? `, and ${missing.length - 10} more` : "";
  throw new ConfigError(`labels.jsonl: ${missing.length} labelled events are not in the logs: ${missing.slice(0, 10).join(", ")}${rest}`);
}
