// The invented organisation that the demo shows: which it is, where it is kept, made once and found again. It stands alone because
// making it and asking it for its labels is no business of the screen.
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { AttackOrder } from "../estate/attacks/registry.ts";
import type { EstateProgress } from "../estate/generate.ts";
import type { Finding } from "../model/finding.ts";
import { providers } from "../model/identity-action.ts";

const dayMs = 86_400_000;

const startMs = Date.UTC(2026, 10, 2);

/** Three that a small estate has victims for, in three clouds, when there is a week of past to tell them from. */
const attackOrders: readonly AttackOrder[] = [
  { attack: "exfiltrated-instance-credentials", parameters: {}, startMs: startMs + 11.9 * dayMs },
  { attack: "kubernetes-token-theft", parameters: {}, startMs: startMs + 12.25 * dayMs },
  { attack: "azure-service-principal-secret", parameters: {}, startMs: startMs + 12.5 * dayMs },
];

/**
 * From the Monday on with which the bundled examples begin. Every day more takes a stranger a second of waiting, and so would files of
 * five minutes: making and opening thousands of them takes longer than what is in them.
 */
const order = { seed: 1, startMs, days: 14, identities: 29, providers, leastFilePeriodMs: 3_600_000 };

const labelSchema = z.object({
  id: z.string(),
  technique: z.string(),
  identities: z.array(z.string()).min(1),
  credential_uid: z.string(),
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  size: z.int(),
  prose: z.string(),
});
export type DemoAttack = z.infer<typeof labelSchema>;

const documentSchema = z.object({
  start: z.iso.datetime(),
  days: z.int(),
  identities: z.array(z.object({ name: z.string(), events: z.int() })),
});

export interface DemoEstate {
  readonly folder: string;
  /** Undefined where it was there already. */
  readonly madeInMs: number | undefined;
  readonly firstDay: string;
  readonly days: number;
  /** Those that did something. */
  readonly identities: number;
  readonly attacks: readonly DemoAttack[];
}

interface Wanted {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EstateProgress) => void;
}

/**
 * The estate in that folder, made where there is none or one that was cut short; undefined where making it was interrupted.
 * @throws ConfigError for a folder that cannot be used, PermanentError when the disk is full.
 */
export async function demoEstate({ folder, signal, onProgress }: Wanted): Promise<DemoEstate | undefined> {
  // The generator is a hundred files, and every command knows the demo's options.
  const { holdsEstate } = await import("../estate/output-folder.ts");
  const startedMs = performance.now();
  const isThere = await holdsEstate(folder);
  if (!isThere) {
    const { generateEstate } = await import("../estate/generate.ts");
    const { isInterrupted } = await generateEstate({ ...order, orders: attackOrders, folder, isForced: true, signal, onProgress });
    if (isInterrupted) return undefined;
  }
  const { start, days, identities } = documentSchema.parse(JSON.parse(readFileSync(path.join(folder, "estate.json"), "utf8")));
  const labels = readFileSync(path.join(folder, "labels.jsonl"), "utf8").split("\n").filter(Boolean);
  return {
    folder,
    madeInMs: isThere ? undefined : performance.now() - startedMs,
    firstDay: start.slice(0, 10),
    days,
    identities: identities.filter(({ events }) => events > 0).length,
    attacks: labels.map((line) => labelSchema.parse(JSON.parse(line))),
  };
}

/** End of the organisation's last day, and a day for what is delivered late. */
export function endMsOf({ firstDay, days }: DemoEstate): number {
  return Date.parse(firstDay) + (days + 1) * dayMs;
}

/** Which attack it is, as docs/estate.md counts: raised on one of its identities, from its start until a day after its end. */
export function attackOf({ identity_uids, window_start_ms, raised_ms }: Finding, attacks: readonly DemoAttack[]): DemoAttack | undefined {
  return attacks.find(
    ({ identities, start, end }) =>
      identities.some((uid) => identity_uids.includes(uid)) && raised_ms > Date.parse(start) && window_start_ms <= Date.parse(end) + dayMs,
  );
}
