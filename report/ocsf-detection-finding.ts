// A finding as other products take it: an event of OCSF 1.8, class Detection Finding (2004). What OCSF has no attribute for stands in `unmapped`.
// It stands apart from the commands because whatever sends findings out says the same.
import ipaddr from "ipaddr.js";
import { attackTechniques } from "../model/attack-techniques.ts";
import type { FindingEvent, FindingReason, Severity } from "../model/finding.ts";
import type { FindingState } from "../model/finding-state.ts";
import type { FindingToTell } from "../queries/findings-to-tell.ts";

export const ocsfVersion = "1.8.0";
const attackVersion = "19";
const classUid = 2004;

/** Captions and ids as OCSF's dictionary has them. */
interface Coded {
  readonly id: number;
  readonly caption: string;
}

const severities: Readonly<Record<Severity, Coded>> = {
  low: { id: 2, caption: "Low" },
  medium: { id: 3, caption: "Medium" },
  high: { id: 4, caption: "High" },
  critical: { id: 5, caption: "Critical" },
};
/** Impact and risk have the same four levels. */
const levels: Readonly<Record<Severity, Coded>> = {
  low: { id: 1, caption: "Low" },
  medium: { id: 2, caption: "Medium" },
  high: { id: 3, caption: "High" },
  critical: { id: 4, caption: "Critical" },
};
const confidences: readonly (Coded & { readonly from: number })[] = [
  { from: 67, id: 3, caption: "High" },
  { from: 34, id: 2, caption: "Medium" },
  { from: 0, id: 1, caption: "Low" },
];
const riskLevels: readonly (Coded & { readonly from: number })[] = [
  { from: 75, ...levels.critical },
  { from: 50, ...levels.high },
  { from: 25, ...levels.medium },
  { from: 0, ...levels.low },
];
/** A mute is no judgement: OCSF has no word for it but its own. */
const statuses: Readonly<Record<FindingState, Coded>> = {
  open: { id: 1, caption: "New" },
  acknowledged: { id: 2, caption: "In Progress" },
  confirmed: { id: 2, caption: "In Progress" },
  benign: { id: 3, caption: "Suppressed" },
  muted: { id: 99, caption: "Muted" },
};
const create: Coded = { id: 1, caption: "Create" };
const update: Coded = { id: 2, caption: "Update" };
const close: Coded = { id: 3, caption: "Close" };
const statistical = { type_id: 3, type: "Statistical" } as const;
const rule = { type_id: 1, type: "Rule" } as const;
const ipAddress = { type_id: 2, type: "IP Address" } as const;
const resourceUid = { type_id: 10, type: "Resource UID" } as const;

/** How a detector looks, in the words that OCSF gives as examples; others look for a deviation. */
const observations: Readonly<Record<string, { readonly type: string; readonly pattern: string }>> = {
  "unusual-volume": { type: "Volume Analysis", pattern: "HIGH_VOLUME" },
  "odd-hour": { type: "Time Pattern Analysis", pattern: "UNUSUAL_TIME" },
  "return-after-silence": { type: "Time Pattern Analysis", pattern: "UNUSUAL_TIME" },
};
const novelty = { type: "Frequency Analysis", pattern: "RARE" };
const deviation = { type: "Deviation Analysis", pattern: "DEVIATION" };

export function ocsfSeverity(severity: Severity): Coded {
  return severities[severity];
}

/** `productVersion`: of this program. One JSON object, its members in the order of the standard's groups. */
export function ocsfDetectionFinding(finding: FindingToTell, productVersion: string): object {
  const activity = activityOf(finding);
  const status = statuses[finding.state];
  const severity = severities[finding.severity];
  const confidence = levelFrom(confidences, finding.confidence);
  const risk = levelFrom(riskLevels, finding.risk);
  const times = finding.events.map(({ time_ms }) => time_ms);
  const title = titleOf(finding);
  const addresses = new Set([...new Set(finding.events.map(({ src_ip }) => src_ip))].filter(isAddress));
  return {
    activity_id: activity.id,
    activity_name: activity.caption,
    category_uid: 2,
    category_name: "Findings",
    class_uid: classUid,
    class_name: "Detection Finding",
    type_uid: classUid * 100 + activity.id,
    type_name: `Detection Finding: ${activity.caption}`,
    time: finding.raised_ms,
    ...(times.length > 0 && { start_time: Math.min(...times), end_time: Math.max(...times) }),
    severity_id: severity.id,
    severity: severity.caption,
    status_id: status.id,
    status: status.caption,
    ...(finding.state_at_ms > 0 && { status_detail: `${finding.state}, by ${finding.state_by}` }),
    ...(finding.state_reason !== "" && { comment: finding.state_reason }),
    is_alert: finding.state !== "benign" && finding.state !== "muted",
    confidence_id: confidence.id,
    confidence: confidence.caption,
    confidence_score: finding.confidence,
    impact_id: levels[finding.severity].id,
    impact: levels[finding.severity].caption,
    impact_score: finding.impact,
    risk_level_id: risk.id,
    risk_level: risk.caption,
    risk_score: finding.risk,
    ...(finding.impact_reasons.length > 0 && { risk_details: finding.impact_reasons.join("; ") }),
    message: title,
    finding_info: findingInfo(finding, title),
    anomaly_analyses: [anomalyAnalysis(finding)],
    ...(finding.events.length > 0 && { evidences: finding.events.map((event) => evidence(event, finding, addresses)) }),
    resources: resources(finding),
    observables: observables(finding, addresses),
    metadata: {
      version: ocsfVersion,
      product: { name: "machinetrail", vendor_name: "machinetrail", version: productVersion },
      uid: `${finding.finding_uid}-${finding.revision}`,
      correlation_uid: finding.finding_uid,
      log_name: "findings",
    },
    unmapped: unmapped(finding),
  };
}

function activityOf({ state, state_at_ms, revision }: FindingToTell): Coded {
  if (state === "benign") return close;
  return revision > 1 || state_at_ms > 0 ? update : create;
}

function levelFrom(scale: readonly (Coded & { readonly from: number })[], value: number): Coded {
  return scale.find(({ from }) => value >= from) ?? { id: 0, caption: "Unknown" };
}

function titleOf({ kind, identity_name, identity_uid, identity_uids, reasons }: FindingToTell): string {
  const name = identity_name === "" ? identity_uid : identity_name;
  const others = identity_uids.length === 1 ? "" : ` and ${identity_uids.length - 1} more`;
  const titles = [...new Set(reasons.map(({ title }) => title))].slice(0, 3).join(", ");
  if (kind === "source") return `${name}: ${titles}`;
  return `${name}${others} was not itself${titles === "" ? "" : `: ${titles}`}`;
}

function findingInfo(finding: FindingToTell, title: string): object {
  const { kind, finding_uid, raised_ms, changed_ms, events, event_uids, reasons, techniques, nhi_risks, provider, principal_type } = finding;
  const analytics = analyticsOf(finding);
  const [analytic, ...related] = analytics;
  return {
    uid: finding_uid,
    title,
    ...(reasons.length > 0 && {
      desc: reasons
        .slice(0, 3)
        .map(({ observed, baseline }) => `${observed} (${baseline})`)
        .join("; "),
    }),
    created_time: raised_ms,
    modified_time: changed_ms,
    types: [
      kind === "identity" ? "Behaviour of a non-human identity" : `Health of ${principal_type === "detector" ? "detection" : "a source of records"}`,
    ],
    ...(analytic !== undefined && { analytic }),
    ...(related.length > 0 && { related_analytics: related }),
    ...(techniques.length > 0 && { attacks: techniques.map(attack) }),
    ...(events.length > 0 && { related_events: events.map(({ event_uid, call }) => ({ uid: event_uid, ...(call !== "" && { type: call }) })) }),
    related_events_count: event_uids.length,
    ...(provider !== "" && { data_sources: [provider] }),
    ...(nhi_risks.length > 0 && { tags: [{ name: "OWASP NHI", values: nhi_risks }] }),
  };
}

/** Of each detector one. What is told for certain, and of sources, is told by a rule, whatever else the detector compares. */
function analyticsOf({ kind, reasons }: FindingToTell) {
  return [...Map.groupBy(reasons, ({ detector }) => detector)].map(([uid, each]) => {
    const isRule = kind === "source" || each.some(({ certainty }) => certainty !== undefined);
    return { uid, name: each[0]?.title ?? uid, ...(isRule ? rule : statistical) };
  });
}

/** A technique, or a technique and the one below it: T1078.004. */
function attack(id: string): object {
  const [technique = id] = id.split(".");
  const named = (uid: string) => ({ uid, ...(attackTechniques[uid] !== undefined && { name: attackTechniques[uid] }) });
  return { technique: named(technique), ...(technique !== id && { sub_technique: named(id) }), version: attackVersion };
}

function anomalyAnalysis({ identity_uid, principal_type, workload_type, reasons, bits }: FindingToTell): object {
  // Several things that are each a little odd have no reason of their own: what is odd then is all of it.
  const told: readonly Pick<FindingReason, "detector" | "title" | "observed" | "baseline" | "past">[] =
    reasons.length > 0 ? reasons : [{ detector: "", title: "Behaviour", observed: `${bits.toFixed(1)} bits`, baseline: "its hours before" }];
  const part = ({ detector, title }: (typeof told)[number], value: string, known = {}) => {
    const { type, pattern } = observations[detector] ?? (detector.startsWith("new-") || detector === "novelty-burst" ? novelty : deviation);
    return { observation_type: type, observed_attribute: title, observed_pattern: pattern, observations: [{ value, ...known }] };
  };
  return {
    analysis_target: { name: identity_uid, type: workload_type === "unknown" ? principal_type : `${principal_type} (${workload_type})` },
    anomalies: told.map((reason) => part(reason, reason.observed)),
    baselines: told.map((reason) => ({ ...part(reason, reason.baseline, knownBefore(reason)), observed_pattern: "NORMAL" })),
  };
}

/** On how many days the identity showed the value before, and from when to when. What else is known of it stands in `unmapped`. */
function knownBefore({ past }: Pick<FindingReason, "past">): object {
  if (past === undefined) return {};
  const { days, first_seen_ms, last_seen_ms } = past;
  return {
    count: days,
    ...(first_seen_ms !== undefined && last_seen_ms !== undefined && { timespan: { start_time: first_seen_ms, end_time: last_seen_ms } }),
  };
}

function evidence(event: FindingEvent, { identity_name, identity_uid }: FindingToTell, addresses: ReadonlySet<string>): object {
  const separator = event.call.indexOf(":");
  const name = event.identity_uid === identity_uid ? identity_name : "";
  return {
    uid: event.event_uid,
    ...(event.call !== "" && { name: event.call }),
    actor: {
      user: { uid: event.identity_uid, ...(name !== "" && { name }), ...(event.credential_uid !== "" && { credential_uid: event.credential_uid }) },
    },
    api: { operation: event.call.slice(separator + 1) || "unknown", service: { name: event.call.slice(0, Math.max(separator, 0)) || "unknown" } },
    ...(addresses.has(event.src_ip) && { src_endpoint: { ip: event.src_ip } }),
    ...(event.resource_uids.length > 0 && { resources: event.resource_uids.map((uid) => ({ uid })) }),
    data: { time: event.time_ms, outcome: event.outcome, agent: event.agent_family, region: event.region },
  };
}

/** Records may hold something else in place of an address. */
function isAddress(text: string): boolean {
  return ipaddr.isValid(text) && !(ipaddr.IPv4.isIPv4(text) && !ipaddr.IPv4.isValidFourPartDecimal(text));
}

function resources({ identity_uids, members, events }: FindingToTell): object[] {
  const types = new Map(members.map(({ identity_uid, principal_type }) => [identity_uid, principal_type]));
  const touched = new Set(events.flatMap(({ resource_uids }) => resource_uids));
  return [
    ...identity_uids.map((uid) => ({ uid, type: types.get(uid) ?? "identity" })),
    ...[...touched].filter((uid) => !types.has(uid)).map((uid) => ({ uid })),
  ];
}

function observables({ identity_uids, events }: FindingToTell, addresses: ReadonlySet<string>): object[] {
  const touched = new Set([...identity_uids, ...events.flatMap(({ resource_uids }) => resource_uids)]);
  return [
    ...[...addresses].map((value) => ({ name: "evidences[].src_endpoint.ip", ...ipAddress, value })),
    ...[...touched].map((value) => ({ name: "resources[].uid", ...resourceUid, value })),
  ];
}

function unmapped(finding: FindingToTell): object {
  const { bits, probability, maturity, kind, configuration, budget, revision, windows, reasons, lineage, checks, false_positives, blind_spots } =
    finding;
  return { bits, probability, maturity, kind, configuration, budget, revision, windows, reasons, lineage, checks, false_positives, blind_spots };
}
