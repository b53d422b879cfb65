// Findings as OCSF: every one is valid by the definitions of its class, whatever its state and however little is known of it, and the parts that a
// receiver looks at are filled.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Finding, severities } from "../../model/finding.ts";
import { findingStates } from "../../model/finding-state.ts";
import type { ListedFinding } from "../../queries/findings-list.ts";
import { ocsfDetectionFinding } from "../../report/ocsf-detection-finding.ts";
import { findingOf } from "../queries/stored-findings.ts";
import { ocsfDetectionFindingSchema } from "./ocsf-schema.ts";

const uid = "arn:aws:iam::111122223333:role/deploy";

function listed(fields: Partial<ListedFinding> = {}): ListedFinding {
  const finding: Finding = findingOf({ finding_uid: "a000000000000001", identity_uid: uid });
  return { ...finding, state: "open", state_reason: "", state_by: "", state_at_ms: 0, muted_until_ms: 0, total: 1, ...fields };
}

const exported = (fields: Partial<ListedFinding> = {}) => ocsfDetectionFindingSchema.parse(ocsfDetectionFinding(listed(fields), "0.1.0"));

test("each state and severity is valid, and says whether anybody is to be woken", () => {
  const told = findingStates.flatMap((state) =>
    severities.map((severity) => exported({ state, severity, state_by: "analyst", state_at_ms: 1, state_reason: "why" })),
  );
  expect(told).toHaveLength(findingStates.length * severities.length);
  const ids = findingStates.map((state) => {
    const { status_id, activity_id, is_alert } = exported({ state, state_at_ms: state === "open" ? 0 : 1, state_by: "analyst" });
    return [state, status_id, activity_id, is_alert];
  });
  expect(ids).toEqual([
    ["open", 1, 1, true],
    ["acknowledged", 2, 2, true],
    ["benign", 3, 3, false],
    ["confirmed", 2, 2, true],
    ["muted", 99, 2, false],
  ]);
  expect(severities.map((severity) => exported({ severity }).severity_id)).toEqual([2, 3, 4, 5]);
});

test("the analysis, the evidence, the events and the technique are filled from the finding", () => {
  const event = exported();
  expect(event.anomaly_analyses?.[0]).toMatchObject({
    analysis_target: { name: uid },
    anomalies: [{ observed_attribute: "New network", observations: [{ value: "network internet 198.51.100.0/24" }] }],
    baselines: [{ observed_attribute: "New network", observations: [{ value: "none of its 1 known in 42 value-days; used by nobody before" }] }],
  });
  expect(event.evidences?.[0]).toMatchObject({
    uid: "e1",
    actor: { user: { uid } },
    api: { operation: "GetObject", service: { name: "s3" } },
    src_endpoint: { ip: "198.51.100.9" },
  });
  expect(event.finding_info).toMatchObject({
    uid: "a000000000000001",
    related_events: [{ uid: "e1" }],
    attacks: [{ technique: { uid: "T1078", name: "Valid Accounts" }, sub_technique: { uid: "T1078.004" } }],
    tags: [{ name: "OWASP NHI", values: ["NHI2"] }],
  });
  expect([event.risk_score, event.confidence_score, event.impact_score]).toEqual([28, 50, 10]);
  expect(event.observables?.map(({ value }) => value)).toContain("198.51.100.9");
});

test("what is told for certain and of sources is told by a rule; what the past knew of a value is counted and dated", () => {
  const [reason] = listed().reasons;
  if (reason === undefined) throw new Error("no reason");
  const typesOf = (fields: Partial<ListedFinding>) => {
    const { analytic, related_analytics = [] } = exported(fields).finding_info;
    return [analytic, ...related_analytics].map((each) => each?.type_id);
  };
  expect(typesOf({ reasons: [reason, { ...reason, detector: "leaked-key", certainty: "mechanism" }] })).toEqual([3, 1]);
  expect(typesOf({ kind: "source" })).toEqual([1]);
  const past = { days: 2, first_seen_ms: 1000, last_seen_ms: 2000, others: 3, known_values: 4, value_days: 40 };
  const event = exported({ reasons: [{ ...reason, past }] });
  expect(event.anomaly_analyses?.[0]?.baselines?.[0]?.observations).toEqual([
    { value: reason.baseline, count: 2, timespan: { start_time: 1000, end_time: 2000 } },
  ]);
  expect(event.unmapped).toMatchObject({ reasons: [{ past }] });
});

test("a finding without events, reasons, names or advice is valid too, and so are texts that attackers choose", () => {
  const bare = {
    events: [],
    event_uids: [],
    reasons: [],
    detectors: [],
    techniques: [],
    nhi_risks: [],
    impact_reasons: [],
    provider: "",
    workload_type: "",
  };
  expect(exported(bare).evidences).toBeUndefined();
  const [event] = listed().events;
  if (event === undefined) throw new Error("no event");
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "binary" }), fc.string({ unit: "binary" }), (name, call) => {
      exported({ identity_name: name, events: [{ ...event, call, src_ip: name, resource_uids: [name], credential_uid: name }] });
    }),
  );
});

test("the schema is no rubber stamp: what the standard does not know, or requires, fails", () => {
  const event = ocsfDetectionFinding(listed(), "0.1.0") as Record<string, unknown>;
  const isValid = (change: object) => ocsfDetectionFindingSchema.safeParse({ ...event, ...change }).success;
  expect(isValid({})).toBe(true);
  for (const change of [
    { bits: 12 },
    { type_uid: 200403 },
    { severity_id: 7 },
    { finding_info: { title: "no uid" } },
    { metadata: undefined },
    { evidences: [{ uid: "e1" }] },
  ])
    expect(isValid(change), JSON.stringify(change)).toBe(false);
});
