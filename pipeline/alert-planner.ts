// Which finding goes to which sink, and how: by itself, into its incident's thread, into a digest, or counted in the one message of a flood. Deliveries follow
// from stored findings and the configuration alone, so that whatever is not planned yet is found by asking for it, after any crash.

import { isQuiet, lastAt, localTime } from "../alert/quiet-hours.ts";
import { rankOf, sinksFor } from "../alert/routing.ts";
import type { Sink } from "../alert/sink.ts";
import type { Delivery } from "../model/delivery.ts";
import type { Severity } from "../model/finding.ts";
import { deliveriesList } from "../queries/deliveries-list.ts";
import { foldedFindings } from "../queries/folded-findings.ts";
import { incidentsOf } from "../queries/incidents-of.ts";
import { toldSeverities } from "../queries/told-severities.ts";
import { unplannedDecisions } from "../queries/unplanned-decisions.ts";
import { type UnplannedFinding, unplannedFindings } from "../queries/unplanned-findings.ts";
import { slicesByBytes } from "../runtime/slices-by-bytes.ts";
import type { Store } from "../storage/store.ts";
import type { AlertSettings, SinkConfig } from "./alert-config.ts";
import { deliveryId, type PlanMark, plannedDelivery, writePlan } from "./delivery-log.ts";

export interface PlannerOptions {
  readonly store: Store;
  readonly settings: AlertSettings;
  /** Of each sink that is open. */
  readonly followUps: ReadonlyMap<string, Sink["followUps"]>;
}

const findingsAPage = 10_000;
const decisionsAPage = 500;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** After the last finding of an identity so long, and the next one is another incident. */
const incidentMs = dayMs;
/** Incidents are looked for in what was raised since, before the earliest finding of a page. */
const incidentLookBackMs = 7 * dayMs;
/** Of a list in a question: half of what ClickHouse takes as one field of a request (http_max_field_value_size, 128 KiB), as characters may be escaped. */
const mostParameterBytes = 64 * 1024;
/** Quotes and comma. */
const bytesBesideText = 3;
/** People decide seldom, and asking costs as much as for findings. */
const betweenDecisionsMs = 1_000;
/** From the first message that is held back to the one that counts them. */
const floodMs = 2 * minuteMs;

interface Incident {
  readonly uid: string;
  lastRaisedMs: number;
  /** By sink: of the gravest message that went to it, or will. Absent where there was none: what was folded told nobody. */
  readonly toldRanks: Map<string, number>;
}

/** What is told of a sink, which one, and what makes it one message: since when it fails and of which configuration, or the day. */
export type SinkNotice = `${"parked" | "disabled" | "given-up"}:${string}:${string}`;

interface Flood {
  readonly id: string;
  readonly endsMs: number;
}

export class AlertPlanner {
  readonly #options: PlannerOptions;
  readonly #sinks: readonly SinkConfig[];
  /** Messages to a sink in the minute that goes on. */
  readonly #minutes = new Map<string, { minute: number; messages: number }>();
  readonly #floods = new Map<string, Flood>();
  /** By sink, to which moment its digests are planned. */
  readonly #digestsMs = new Map<string, number>();
  #decisionsMs = 0;

  private constructor(options: PlannerOptions) {
    this.#options = options;
    this.#sinks = options.settings.sinks.filter(({ id }) => options.followUps.has(id));
  }

  /** What goes on from before: floods that are not told yet. */
  static async start(options: PlannerOptions, nowMs: number): Promise<AlertPlanner> {
    const planner = new AlertPlanner(options);
    const pending = await options.store.query(deliveriesList, { states: ["pending"], limit: 1_000 });
    for (const { kind, sink_id, delivery_id, next_ms } of pending)
      if (kind === "flood" && next_ms > nowMs) planner.#floods.set(sink_id, { id: delivery_id, endsMs: next_ms });
    return planner;
  }

  /** Plans all that is not planned; returns how many messages are to be sent now or later. May be called again where it failed. */
  async plan(nowMs: number): Promise<number> {
    const { store } = this.#options;
    let planned = 0;
    for (;;) {
      const found = await store.query(unplannedFindings, { now_ms: nowMs, limit: findingsAPage });
      if (found.length === 0) break;
      planned += await this.#planFindings(found, nowMs);
      if (found.length < findingsAPage) break;
    }
    if (nowMs - this.#decisionsMs >= betweenDecisionsMs || nowMs < this.#decisionsMs) {
      planned += await this.#planDecisions(nowMs);
      this.#decisionsMs = nowMs;
    }
    return planned + (await this.#planDigests(nowMs));
  }

  /** A message of the program itself about a sink, to another one: see `noticeOf`. Of one subject it is one, by its id, told how often it may be. */
  async planSinkNotice(subject: SinkNotice, to: string, nowMs: number): Promise<void> {
    await writePlan(this.#options.store, [], [plannedDelivery({ sink_id: to, kind: "parked", subject, severity: "high", created_ms: nowMs })], nowMs);
  }

  async #planFindings(found: readonly UnplannedFinding[], nowMs: number): Promise<number> {
    const incidents = await this.#incidents(found);
    const marks: PlanMark[] = [];
    const deliveries: Delivery[] = [];
    for (const finding of found) {
      const known = incidents.findings.get(finding.finding_uid);
      const incident = known ?? this.#incidentOf(finding, incidents.identities);
      const kind = known === undefined ? "raised" : "continued";
      const reason = this.#silence(finding, nowMs);
      marks.push({ ...pick(finding), kind, incident_uid: incident.uid, reason });
      if (reason === "") {
        const told = { finding, kind, incident } as const;
        const sinkIds = sinksFor(finding, this.#options.settings.routes, this.#options.settings.environments, [...this.#options.followUps.keys()]);
        for (const sink of this.#sinks) if (sinkIds.includes(sink.id)) deliveries.push(...this.#deliver(sink, told, nowMs));
      }
      incident.lastRaisedMs = Math.max(incident.lastRaisedMs, finding.raised_ms);
      incidents.findings.set(finding.finding_uid, incident);
      incidents.identities.set(finding.identity_uid, incident);
    }
    await writePlan(this.#options.store, marks, deliveries, nowMs);
    return deliveries.filter(({ state }) => state === "pending").length;
  }

  /** Why nobody is told of it; empty where somebody is. */
  #silence({ state, raised_ms }: UnplannedFinding, nowMs: number): string {
    if (state === "muted" || state === "benign") return `it is ${state}`;
    return nowMs - raised_ms > this.#options.settings.oldestMs ? "it was raised too long ago" : "";
  }

  async #incidents(found: readonly UnplannedFinding[]) {
    const identities = new Map<string, Incident>();
    const findings = new Map<string, Incident>();
    const earliestMs = Math.min(...found.map(({ raised_ms }) => raised_ms));
    const since_ms = earliestMs - incidentLookBackMs;
    for (const row of await askInSlices([...new Set(found.map(({ identity_uid }) => identity_uid))], (identity_uids) =>
      this.#options.store.query(incidentsOf, { identity_uids, since_ms }),
    )) {
      const byUid = new Map<string, Incident>();
      for (const [finding, uid] of row.findings) {
        const incident = byUid.get(uid) ?? { uid, lastRaisedMs: row.last_raised_ms, toldRanks: new Map() };
        byUid.set(uid, incident);
        findings.set(finding, incident);
      }
      const last = byUid.get(row.incident_uid);
      if (last !== undefined) identities.set(row.identity_uid, last);
    }
    await this.#recallTold([...new Set([...identities.values(), ...findings.values()])]);
    return { identities, findings };
  }

  /** What went to sinks that tell again only of what is graver. */
  async #recallTold(incidents: readonly Incident[]): Promise<void> {
    const sinkIds = [...this.#options.followUps].flatMap(([id, followUps]) => (followUps === "graver" ? [id] : []));
    if (sinkIds.length === 0 || incidents.length === 0) return;
    const byUid = Map.groupBy(incidents, ({ uid }) => uid);
    const told = await askInSlices([...byUid.keys()], (incident_uids) =>
      this.#options.store.query(toldSeverities, { sink_ids: sinkIds, incident_uids }),
    );
    for (const { sink_id, incident_uid, severity } of told)
      for (const incident of byUid.get(incident_uid) ?? []) raiseTold(incident, sink_id, severity);
  }

  #incidentOf({ finding_uid, identity_uid, raised_ms }: UnplannedFinding, identities: ReadonlyMap<string, Incident>): Incident {
    const before = identities.get(identity_uid);
    if (before !== undefined && raised_ms - before.lastRaisedMs <= incidentMs) return before;
    return { uid: finding_uid, lastRaisedMs: raised_ms, toldRanks: new Map() };
  }

  #deliver(sink: SinkConfig, told: ToldFinding, nowMs: number): Delivery[] {
    const { finding, kind, incident } = told;
    const { severity, subject, finding_uid } = finding;
    const delivery = plannedDelivery({
      ...{ sink_id: sink.id, kind, subject, severity, created_ms: nowMs },
      ...{ finding_uid, incident_uid: incident.uid },
    });
    const folded = (reason: string, into = ""): Delivery => ({ ...delivery, state: "folded", reason, folded_into: into, ended_ms: nowMs });
    const isGraver = rankOf(severity) > (incident.toldRanks.get(sink.id) ?? -1);
    if (this.#options.followUps.get(sink.id) === "graver" && !isGraver) return [folded("people were told of the incident")];
    const { quietHours } = sink;
    if (quietHours !== undefined && isQuiet(quietHours, nowMs) && rankOf(severity) < rankOf(quietHours.above)) return [folded("quiet hours")];
    const flood = this.#flood(sink, nowMs);
    if (flood === undefined) {
      raiseTold(incident, sink.id, severity);
      return [delivery];
    }
    return [folded("a flood", flood.id), ...(flood.begins ? [floodMessage(sink.id, flood, nowMs)] : [])];
  }

  /** The flood that a message to the sink belongs to; undefined where it may go by itself. */
  #flood({ id: sinkId, floodLimit }: SinkConfig, nowMs: number): (Flood & { readonly begins: boolean }) | undefined {
    const going = this.#floods.get(sinkId);
    if (going !== undefined && nowMs < going.endsMs) return { ...going, begins: false };
    const minute = Math.floor(nowMs / minuteMs);
    const counted = this.#minutes.get(sinkId);
    const messages = counted?.minute === minute ? counted.messages : 0;
    if (messages < floodLimit) {
      this.#minutes.set(sinkId, { minute, messages: messages + 1 });
      return undefined;
    }
    const flood = { id: deliveryId(sinkId, floodSubject(nowMs)), endsMs: nowMs + floodMs };
    this.#floods.set(sinkId, flood);
    return { ...flood, begins: true };
  }

  async #planDecisions(nowMs: number): Promise<number> {
    const { store, followUps } = this.#options;
    let planned = 0;
    for (;;) {
      const made = await store.query(unplannedDecisions, { limit: decisionsAPage });
      if (made.length === 0) return planned;
      const deliveries = made.flatMap(({ sink_ids, subject, severity, finding_uid, incident_uid }) =>
        sink_ids
          // Who reads single messages has decided, or will see it in the list.
          .filter((id) => followUps.has(id) && followUps.get(id) !== "graver")
          .map((sink_id) => plannedDelivery({ ...{ sink_id, subject, severity, finding_uid, incident_uid }, kind: "decided", created_ms: nowMs })),
      );
      const marks = made.map(({ sink_ids: _, ...decision }) => ({
        ...decision,
        ...({ kind: "decided", identity_uid: "", raised_ms: 0, reason: "" } as const),
      }));
      await writePlan(store, marks, deliveries, nowMs);
      planned += deliveries.length;
      if (made.length < decisionsAPage) return planned;
    }
  }

  /**
   * Once a day at its time or as soon after it as somebody runs, for each sink that has one; planned again it is the same. One of the day before that nobody
   * was there to send, too, where there is something to tell.
   */
  async #planDigests(nowMs: number): Promise<number> {
    const due: Delivery[] = [];
    const ended: [string, number][] = [];
    for (const { id, digest } of this.#sinks) {
      if (digest === undefined) continue;
      const lastMs = lastAt(nowMs, digest.minute, digest.timeZone);
      if (this.#digestsMs.get(id) === lastMs) continue;
      ended.push([id, lastMs]);
      const beforeMs = lastAt(lastMs - 1, digest.minute, digest.timeZone);
      const today = localTime(nowMs, digest.timeZone).day;
      for (const [fromMs, toMs] of [
        [lastAt(beforeMs - 1, digest.minute, digest.timeZone), beforeMs],
        [beforeMs, lastMs],
      ] as const) {
        const { day } = localTime(toMs, digest.timeZone);
        if (toMs <= (this.#digestsMs.get(id) ?? 0)) continue;
        if (day !== today && !(await this.#hasFolded(id, fromMs, toMs))) continue;
        due.push(plannedDelivery({ sink_id: id, kind: "digest", subject: `digest:${day}:${toMs}`, severity: "low", created_ms: nowMs }));
      }
    }
    if (due.length > 0) await writePlan(this.#options.store, [], due, nowMs);
    for (const [id, toMs] of ended) this.#digestsMs.set(id, toMs);
    return due.length;
  }

  async #hasFolded(sinkId: string, fromMs: number, toMs: number): Promise<boolean> {
    return (await this.#options.store.query(foldedFindings, { sink_id: sinkId, from_ms: fromMs, to_ms: toMs })).length > 0;
  }
}

interface ToldFinding {
  readonly finding: UnplannedFinding;
  readonly kind: "raised" | "continued";
  readonly incident: Incident;
}

/** Texts of records may be long, and a server refuses a parameter that is: a question for as many as fit. */
async function askInSlices<Row>(texts: readonly string[], question: (slice: string[]) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const slice of slicesByBytes(texts, mostParameterBytes, bytesBesideText)) for (const row of await question(slice)) rows.push(row);
  return rows;
}

function raiseTold({ toldRanks }: Incident, sinkId: string, severity: Severity): void {
  toldRanks.set(sinkId, Math.max(toldRanks.get(sinkId) ?? -1, rankOf(severity)));
}

function pick({ subject, finding_uid, identity_uid, raised_ms, severity }: UnplannedFinding) {
  return { subject, finding_uid, identity_uid, raised_ms, severity };
}

function floodMessage(sinkId: string, { endsMs }: Flood, nowMs: number): Delivery {
  return plannedDelivery({
    sink_id: sinkId,
    kind: "flood",
    subject: floodSubject(nowMs),
    severity: "high" satisfies Severity,
    created_ms: nowMs,
    next_ms: endsMs,
  });
}

function floodSubject(beginsMs: number): string {
  return `flood:${beginsMs}`;
}
