// One folder of logs scored: ingested by the normal path, each detector asked as of each hour, its alerts laid against the labels.
import { rmSync } from "node:fs";
import { z } from "zod";
import type { Alert, AlertSource, Moments } from "../../detect/alert-source.ts";
import { asOfView } from "../../detect/as-of-view.ts";
import { findPeeking } from "../../detect/peeking.ts";
import { ConfigError, PermanentError } from "../../model/errors.ts";
import type { Query } from "../../model/query.ts";
import type { ReceivedAt } from "../../pipeline/ingest-messages.ts";
import type { Store } from "../../storage/store.ts";
import { comparatorActions, evidenceStore } from "./evidence-store.ts";
import { checkLabelsAreStored, type Label, readLabels, readWorkloadTypes } from "./labels.ts";
import { graceMs, type Run, type ScoredAlert, type ScoredAttack } from "./measures.ts";

const hourMs = 3_600_000;
export const dayMs = 86_400_000;

export interface FolderOptions {
  readonly logs: string;
  /** Made for the store, and removed afterwards. */
  readonly scratch: string;
  readonly receivedAt: ReceivedAt;
  readonly detectors: readonly AlertSource[];
  /** How long detectors may learn before they are scored; less where an attack comes earlier. */
  readonly warmUpMs: number;
  /** Also asks whether a detector looks ahead, and takes no figures from one that does. */
  readonly checksPeeking: boolean;
  readonly onStep: (what: string) => void;
}

export interface FolderScore {
  readonly moments: Moments;
  readonly stored: number;
  readonly rejected: number;
  readonly runs: ReadonlyMap<string, Run>;
  readonly secondsByDetector: ReadonlyMap<string, number>;
}

export async function scoreFolder(options: FolderOptions): Promise<FolderScore> {
  const { logs, scratch, receivedAt, onStep } = options;
  const labels = readLabels(logs);
  const workloadTypes = readWorkloadTypes(logs);
  rmSync(scratch, { recursive: true, force: true });
  onStep("ingest");
  const { store, summary } = await evidenceStore(scratch, logs, receivedAt);
  try {
    const rejected = Object.values(summary.rejected).reduce((total, count) => total + count, 0);
    const facts = await readFacts(store, labels, workloadTypes);
    const moments = momentsOf(facts, labels, options.warmUpMs);
    const runs = new Map<string, Run>();
    const secondsByDetector = new Map<string, number>();
    const attacks = labels.map((label) => scoredAttack(label, facts));
    const benignIdentityDays = benignDays(facts, labels, moments);
    const span = { firstMs: facts.firstReceivedMs, fromMs: moments.fromMs, toMs: moments.toMs };
    for (const detector of options.detectors) {
      onStep(detector.id);
      if (options.checksPeeking) await refusePeeking(detector, store, moments);
      const startedAt = performance.now();
      const alerts = await detector.evaluate(asOfView(store, moments.toMs, comparatorActions), moments);
      secondsByDetector.set(detector.id, (performance.now() - startedAt) / 1000);
      runs.set(detector.id, { attacks, alerts: latestOf(alerts).map((alert) => scoredAlert(alert, facts)), benignIdentityDays, span });
    }
    return { moments, stored: summary.stored, rejected, runs, secondsByDetector };
  } finally {
    await store.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws PermanentError naming what the detector's answers depended on. */
async function refusePeeking(detector: AlertSource, store: Store, moments: Moments): Promise<void> {
  const cutMs = Math.round((moments.fromMs + moments.toMs) / 2 / moments.stepMs) * moments.stepMs;
  const peeked = await findPeeking(detector, { store, source: comparatorActions, moments, cutMs });
  if (peeked !== undefined) throw new PermanentError(`${detector.id} looks ahead: its answers of the past depend on ${peeked}`);
}

interface Facts {
  readonly firstReceivedMs: number;
  readonly lastReceivedMs: number;
  /** Days on which an identity was heard of. */
  readonly activeDays: readonly { readonly identity_uid: string; readonly day: number }[];
  readonly workloadTypes: ReadonlyMap<string, string>;
  readonly labelledTimes: ReadonlyMap<string, number>;
}

/** @throws ConfigError when there are no rows, or labelled events are not among them. */
async function readFacts(store: Store, labels: readonly Label[], estateTypes: ReadonlyMap<string, string>): Promise<Facts> {
  const [bounds] = await store.query(boundsQuery, {});
  if (bounds === undefined || bounds.rows === 0)
    throw new ConfigError("there is no record in these logs that any format knows; nothing can be scored");
  const labelledTimes = new Map<string, number>();
  const uids = [...new Set(labels.flatMap(({ eventUids }) => eventUids))];
  for (let first = 0; first < uids.length; first += 5000) {
    for (const row of await store.query(timesQuery, { event_uids: uids.slice(first, first + 5000) })) labelledTimes.set(row.event_uid, row.time_ms);
  }
  checkLabelsAreStored(labels, new Set(labelledTimes.keys()));
  const stored = (await store.query(workloadQuery, {})).map(
    ({ identity_uid, workload_types }) => [identity_uid, workload_types.find((type) => type !== "unknown") ?? "unknown"] as const,
  );
  return {
    firstReceivedMs: bounds.first_ms,
    lastReceivedMs: bounds.last_ms,
    activeDays: await store.query(activeDaysQuery, {}),
    workloadTypes: new Map([...stored, ...estateTypes]),
    labelledTimes,
  };
}

/** Every whole hour from the end of the warm-up, or the first attack, to the last reception. */
function momentsOf({ firstReceivedMs, lastReceivedMs }: Facts, labels: readonly Label[], warmUpMs: number): Moments {
  const firstAttackMs = Math.min(...labels.map(({ startMs }) => startMs), Number.POSITIVE_INFINITY);
  const from = Math.min(firstReceivedMs + warmUpMs, firstAttackMs, lastReceivedMs);
  return {
    fromMs: Math.floor(Math.max(from, firstReceivedMs - 1) / hourMs) * hourMs,
    toMs: Math.ceil(lastReceivedMs / hourMs) * hourMs,
    stepMs: hourMs,
  };
}

function scoredAttack(label: Label, { workloadTypes, labelledTimes }: Facts): ScoredAttack {
  return {
    id: label.id,
    attack: label.attack,
    workloadType: typeOf(label.identityUids[0], workloadTypes),
    identityUids: label.identityUids,
    startMs: label.startMs,
    endMs: label.endMs,
    eventTimesMs: label.eventUids.map((uid) => labelledTimes.get(uid) ?? label.startMs),
  };
}

/** Each alert once: found when it was first known, ranked by what is known of it last. */
function latestOf(alerts: readonly Alert[]): Alert[] {
  const latest = new Map<string, Alert>();
  const others: Alert[] = [];
  for (const alert of alerts) {
    const window = JSON.stringify([alert.identity, alert.windowFromMs, alert.windowToMs]);
    const known = alert.isRevision ? latest.get(window) : undefined;
    if (known === undefined && latest.has(window)) others.push(alert);
    else latest.set(window, known === undefined ? alert : { ...alert, asOfMs: known.asOfMs });
  }
  return [...latest.values(), ...others];
}

function scoredAlert({ asOfMs, identity, identityUids, score }: Alert, { workloadTypes }: Facts): ScoredAlert {
  return { asOfMs, identity, identityUids, score, workloadType: typeOf(identityUids[0], workloadTypes) };
}

function typeOf(identityUid: string | undefined, workloadTypes: ReadonlyMap<string, string>): string {
  return workloadTypes.get(identityUid ?? "") ?? "unknown";
}

/** Days with activity in the scored range, without those on which an alert about the identity would be a true one. */
function benignDays({ activeDays, workloadTypes }: Facts, labels: readonly Label[], { fromMs, toMs }: Moments): Map<string, number> {
  const attacked = new Map<string, Label[]>();
  for (const label of labels) for (const uid of label.identityUids) attacked.set(uid, [...(attacked.get(uid) ?? []), label]);
  const days = new Map<string, number>();
  for (const { identity_uid, day } of activeDays) {
    const startMs = day * dayMs;
    if (startMs + dayMs <= fromMs || startMs >= toMs) continue;
    if ((attacked.get(identity_uid) ?? []).some((label) => label.startMs < startMs + dayMs && label.endMs + graceMs > startMs)) continue;
    const type = typeOf(identity_uid, workloadTypes);
    days.set(type, (days.get(type) ?? 0) + 1);
  }
  return days;
}

const none = z.strictObject({});

const boundsQuery = {
  name: "reception-bounds",
  sql: `SELECT count() AS rows, toUnixTimestamp64Milli(min(received_at)) AS first_ms, toUnixTimestamp64Milli(max(received_at)) AS last_ms FROM comparator_actions`,
  parameters: none,
  row: z.strictObject({ rows: z.coerce.number(), first_ms: z.coerce.number(), last_ms: z.coerce.number() }),
} satisfies Query<unknown, unknown>;

const timesQuery: Query<{ event_uids: string[] }, { event_uid: string; time_ms: number }> = {
  name: "labelled-times",
  sql: "SELECT event_uid, toUnixTimestamp64Milli(min(time)) AS time_ms FROM comparator_actions WHERE event_uid IN {event_uids:Array(String)} GROUP BY event_uid",
  parameters: z.strictObject({ event_uids: z.array(z.string()) }),
  row: z.strictObject({ event_uid: z.string(), time_ms: z.coerce.number() }),
};

const workloadQuery = {
  name: "workload-types",
  sql: "SELECT identity_uid, arraySort(groupUniqArray(workload_type)) AS workload_types FROM comparator_actions GROUP BY identity_uid",
  parameters: none,
  row: z.strictObject({ identity_uid: z.string(), workload_types: z.array(z.string()) }),
} satisfies Query<unknown, unknown>;

const activeDaysQuery = {
  name: "active-days",
  sql: "SELECT identity_uid, intDiv(toUnixTimestamp64Milli(received_at), 86400000) AS day FROM comparator_actions WHERE identity_uid != '' GROUP BY identity_uid, day",
  parameters: none,
  row: z.strictObject({ identity_uid: z.string(), day: z.coerce.number() }),
} satisfies Query<unknown, unknown>;
