// Deliveries as alerts: what is stored, in the words and bodies that sinks take. Asked for again it says what is true by then, under the same id.
import type { Alert, FindingAlert, NoticeAlert } from "../alert/alert.ts";
import { lastAt } from "../alert/quiet-hours.ts";
import { rankOf } from "../alert/routing.ts";
import type { Sink } from "../alert/sink.ts";
import type { Delivery } from "../model/delivery.ts";
import type { Severity } from "../model/finding.ts";
import { deliveryReceipts } from "../queries/delivery-receipts.ts";
import { type FindingToTell, findingsToTell } from "../queries/findings-to-tell.ts";
import { foldedFindings } from "../queries/folded-findings.ts";
import { openFindings } from "../queries/open-findings.ts";
import { toldSeverities } from "../queries/told-severities.ts";
import { boundedBody } from "../report/bounded-body.ts";
import { findingSummary } from "../report/finding-summary.ts";
import { ocsfDetectionFinding } from "../report/ocsf-detection-finding.ts";
import { ocsfNotice } from "../report/ocsf-notice.ts";
import { minuteText } from "../runtime/minute-text.ts";
import type { Store } from "../storage/store.ts";
import type { AlertSettings } from "./alert-config.ts";

interface RenderingOptions {
  readonly store: Store;
  readonly settings: AlertSettings;
  readonly productVersion: string;
  /** Whose decisions count: those made by then. */
  readonly nowMs: number;
}

const findingsAQuestion = 1_000;
/** Below what any of the receivers takes at once. */
const mostBodyBytes = 64 * 1024;
const shownGravest = 10;

/** In the order of the deliveries, all of one sink; undefined where a finding is not stored any more. */
export async function renderAlerts(
  { id: sinkId, followUps }: Pick<Sink, "id" | "followUps">,
  deliveries: readonly Delivery[],
  { store, settings, productVersion, nowMs }: RenderingOptions,
): Promise<(Alert | undefined)[]> {
  const findings = await storedFindings(store, [...new Set(deliveries.map(({ finding_uid }) => finding_uid).filter((uid) => uid !== ""))], nowMs);
  const threads = followUps === "threaded" ? await threadsOf(store, sinkId, deliveries) : noThreads;
  const closed = deliveries.filter(({ finding_uid }) => isClosed(findings.get(finding_uid)));
  const open = await openIncidents(store, sinkId, closed, nowMs);
  const rendered: (Alert | undefined)[] = [];
  for (const delivery of deliveries) {
    const { kind, incident_uid, finding_uid } = delivery;
    if (kind !== "raised" && kind !== "continued" && kind !== "decided") {
      rendered.push(noticeAlert(delivery, await noticeOf(delivery, store, settings), productVersion));
      continue;
    }
    const finding = findings.get(finding_uid);
    const context = {
      ...{ settings, productVersion, thread: threads.receipts.get(incident_uid), isGraver: threads.graver.has(delivery.delivery_id) },
      hasOpenFindings: isClosed(finding) && open.has(incident_uid),
    };
    rendered.push(finding === undefined ? undefined : findingAlert(delivery, kind, finding, context));
  }
  return rendered;
}

async function storedFindings(store: Store, uids: readonly string[], nowMs: number): Promise<Map<string, FindingToTell>> {
  const findings = new Map<string, FindingToTell>();
  for (let from = 0; from < uids.length; from += findingsAQuestion) {
    const asked = { now_ms: nowMs, finding_uids: uids.slice(from, from + findingsAQuestion) };
    for (const finding of await store.query(findingsToTell, asked)) findings.set(finding.finding_uid, finding);
  }
  return findings;
}

interface Threads {
  /** Of the first message, by incident. */
  readonly receipts: ReadonlyMap<string, string>;
  /** Deliveries that are graver than all before them in their incident. */
  readonly graver: ReadonlySet<string>;
}

const noThreads: Threads = { receipts: new Map(), graver: new Set() };

async function threadsOf(store: Store, sinkId: string, deliveries: readonly Delivery[]): Promise<Threads> {
  // The first message of an incident has no thread to go into.
  const later = deliveries.filter(
    ({ kind, incident_uid, finding_uid }) => incident_uid !== "" && (kind !== "raised" || incident_uid !== finding_uid),
  );
  if (later.length === 0) return noThreads;
  const incident_uids = [...new Set(later.map(({ incident_uid }) => incident_uid))];
  const receipts = await store.query(deliveryReceipts, { incident_uids, sink_id: sinkId });
  const told = await store.query(toldSeverities, { incident_uids, sink_ids: [sinkId] });
  const ranks = new Map<string, number>();
  const graver = new Set<string>();
  for (const { incident_uid, severity, first_delivery_id } of told) {
    const before = ranks.get(incident_uid);
    if (before !== undefined && rankOf(severity) > before) graver.add(first_delivery_id);
    ranks.set(incident_uid, Math.max(before ?? 0, rankOf(severity)));
  }
  return { receipts: new Map(receipts.map(({ incident_uid, thread_receipt }) => [incident_uid, thread_receipt])), graver };
}

function isClosed(finding: FindingToTell | undefined): boolean {
  return finding?.state === "benign" || finding?.state === "muted";
}

/** Of the incidents of these deliveries those in which the sink was sent something that is open. */
async function openIncidents(store: Store, sinkId: string, deliveries: readonly Delivery[], nowMs: number): Promise<ReadonlySet<string>> {
  if (deliveries.length === 0) return new Set();
  const incident_uids = [...new Set(deliveries.map(({ incident_uid }) => incident_uid))];
  const rows = await store.query(openFindings, { incident_uids, sink_id: sinkId, now_ms: nowMs });
  return new Set(rows.map(({ incident_uid }) => incident_uid));
}

interface FindingContext {
  readonly settings: AlertSettings;
  readonly productVersion: string;
  readonly thread: string | undefined;
  readonly isGraver: boolean;
  readonly hasOpenFindings: boolean;
}

function findingAlert(delivery: Delivery, event: FindingAlert["event"], finding: FindingToTell, context: FindingContext): FindingAlert {
  const { delivery_id, incident_uid } = delivery;
  const { isGraver, hasOpenFindings } = context;
  const { body, json } = boundedBody(ocsfDetectionFinding(finding, context.productVersion), mostBodyBytes);
  const { consoleUrl } = context.settings;
  return {
    kind: "finding",
    id: delivery_id,
    timeMs: event === "decided" ? finding.state_at_ms : finding.changed_ms,
    severity: finding.severity,
    ...{ ocsf: body, ocsfJson: json },
    event,
    finding,
    summary: findingSummary(finding),
    incidentUid: incident_uid,
    isGraver,
    hasOpenFindings,
    ...(context.thread !== undefined && { thread: context.thread }),
    ...(consoleUrl !== undefined && { link: `${consoleUrl}/findings/${finding.finding_uid}` }),
  };
}

interface NoticeText {
  readonly title: string;
  readonly lines: readonly string[];
  readonly facts: object;
}

function noticeAlert(
  { delivery_id, created_ms, severity }: Pick<Delivery, "delivery_id" | "created_ms" | "severity">,
  { title, lines, facts }: NoticeText,
  productVersion: string,
): NoticeAlert {
  const ocsf = ocsfNotice({ uid: delivery_id, timeMs: created_ms, severity, title, lines, facts }, productVersion);
  return { kind: "notice", id: delivery_id, timeMs: created_ms, severity, title, lines, ocsf, ocsfJson: JSON.stringify(ocsf) };
}

/** What somebody sees who tries a sink out. */
export function testAlert(sinkId: string, id: string, productVersion: string): NoticeAlert {
  const lines = [`Alerts reach ${sinkId}. Nothing happened; nobody needs to do anything.`];
  return noticeAlert(
    { delivery_id: id, created_ms: Date.now(), severity: "low" },
    { title: "A test of machinetrail", lines, facts: { sink: sinkId } },
    productVersion,
  );
}

async function noticeOf(delivery: Delivery, store: Store, settings: AlertSettings): Promise<NoticeText> {
  if (delivery.kind === "flood") return floodText(delivery, store);
  return delivery.kind === "digest" ? digestText(delivery, store, settings) : sinkText(delivery);
}

async function floodText({ delivery_id, created_ms }: Delivery, store: Store): Promise<NoticeText> {
  const counted = await countsOf(store, { folded_into: delivery_id });
  const title = `A flood: ${counted.total.toLocaleString("en-US")} more findings were not sent one by one`;
  return {
    title,
    lines: [`Since ${minuteText(created_ms)} UTC. ${counted.line}`, ...counted.gravest, "All are stored: machinetrail findings"],
    facts: counted.facts,
  };
}

async function digestText({ subject, sink_id }: Delivery, store: Store, { sinks }: AlertSettings): Promise<NoticeText> {
  const toMs = Number(subject.split(":")[2] ?? 0);
  const { minute, timeZone } = sinks.find(({ id }) => id === sink_id)?.digest ?? { minute: 0, timeZone: "UTC" };
  const fromMs = lastAt(toMs - 1, minute, timeZone);
  const counted = await countsOf(store, { sink_id, from_ms: fromMs, to_ms: toMs });
  const span = `From ${minuteText(fromMs)} to ${minuteText(toMs)} UTC`;
  if (counted.total === 0)
    return { title: "Daily digest: nothing that you were not told of", lines: [`${span}: no finding was kept back.`], facts: counted.facts };
  const title = `Daily digest: ${counted.total.toLocaleString("en-US")} findings that did not page`;
  return { title, lines: [`${span}: ${counted.line}`, ...counted.gravest], facts: counted.facts };
}

/** Subjects: those of `SinkNotice`. */
function sinkText({ subject }: Delivery): NoticeText {
  const [what, sink = "", since = ""] = subject.split(":");
  const failingMs = Number(since.split("-")[1] ?? 0);
  const waits = `What is meant for it waits. machinetrail deliveries --sink ${sink} tells why, machinetrail alerts test ${sink} tries it.`;
  if (what === "given-up") {
    const lines = [`Messages to it were given up on ${since} (UTC): machinetrail deliveries --sink ${sink} --state failed lists them and tells why.`];
    return { title: `The alert sink ${sink} did not take all`, lines, facts: { sink } };
  }
  const reason = what === "disabled" ? "It said that it wants no more." : `It has failed since ${minuteText(failingMs)} UTC.`;
  return { title: `The alert sink ${sink} takes nothing`, lines: [`${reason} ${waits}`], facts: { sink } };
}

interface CountedSpan {
  readonly folded_into?: string;
  readonly sink_id?: string;
  readonly from_ms?: number;
  readonly to_ms?: number;
}

interface Counted {
  readonly total: number;
  readonly line: string;
  readonly gravest: readonly string[];
  readonly facts: object;
}

async function countsOf(store: Store, asked: CountedSpan): Promise<Counted> {
  const rows = await store.query(foldedFindings, asked);
  const total = rows.reduce((sum, { findings }) => sum + findings, 0);
  const order: readonly Severity[] = ["critical", "high", "medium", "low"];
  const by = order.flatMap((severity) => rows.filter((row) => row.severity === severity));
  return {
    total,
    line: by
      .map(
        ({ severity, findings, identities }) => `${findings.toLocaleString("en-US")} ${severity} (${identities.toLocaleString("en-US")} identities)`,
      )
      .join(", "),
    gravest: by.flatMap(({ severity, gravest }) => gravest.map(([uid, who]) => `${severity}: ${who} (finding ${uid})`)).slice(0, shownGravest),
    facts: { findings: total, by_severity: Object.fromEntries(by.map(({ severity, findings, identities }) => [severity, { findings, identities }])) },
  };
}
