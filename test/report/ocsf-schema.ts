// Detection Finding (2004) of OCSF as its own definitions have it: names, types, requirements and enumerations of the class and of the objects that our
// export uses. Attributes that are not known to it fail, whatever they hold; those of other objects that we never fill are left out.
//
// Source: github.com/ocsf/ocsf-schema (Apache-2.0), events/findings/{finding,detection_finding}.json, events/base_event.json, includes/{classification,
// occurrence}.json, objects/{finding_info,analytic,attack,technique,anomaly_analysis,analysis_target,anomaly,baseline,observation,evidences,actor,user,api,
// network_endpoint,resource_details,_resource,_entity,related_event,observable,metadata,product}.json. Read between 1.8 and 1.9 (August 2026); what
// CHANGELOG.md says was added in 1.9 (notes, uid_numeric, ai_agent, iam_role) is left out, and `comment` is not deprecated yet.
import { z } from "zod";

const text = z.string().min(1);
const texts = z.array(text).min(1);
/** timestamp_t: epoch milliseconds. */
const timestamp = z.int();
const score = z.int().min(0);
const any = z.unknown();
/** ip_t */
const address = z.union([z.ipv4(), z.ipv6()]);

function coded<Captions extends Readonly<Record<number, string>>>(captions: Captions) {
  return z.literal([0, 99, ...Object.keys(captions).map(Number)]);
}

const atLeastOne = (...names: string[]) =>
  [(value: object) => names.some((name) => name in value), { error: `has none of ${names.join(", ")}` }] as const;

const entity = { name: text.optional(), uid: text.optional() };
const product = z.strictObject({
  name: text,
  vendor_name: text.optional(),
  version: text.optional(),
  uid: text.optional(),
  feature: any.optional(),
  lang: text.optional(),
});
const metadata = z.strictObject({
  version: z.literal("1.8.0"),
  product,
  uid: text.optional(),
  correlation_uid: text.optional(),
  log_name: text.optional(),
  profiles: texts.optional(),
  labels: texts.optional(),
});

const analytic = z
  .strictObject({
    ...entity,
    type_id: coded({ 1: "Rule", 2: "Behavioral", 3: "Statistical", 4: "Learning (ML/DL)" }),
    type: text.optional(),
    desc: text.optional(),
    version: text.optional(),
  })
  .refine(...atLeastOne("name", "uid"));
const technique = z.strictObject({ ...entity, src_url: z.url().optional() }).refine(...atLeastOne("name", "uid"));
const attack = z
  .strictObject({ technique: technique.optional(), sub_technique: technique.optional(), tactic: any.optional(), version: text.optional() })
  .refine(...atLeastOne("tactic", "technique", "sub_technique"));
const relatedEvent = z.strictObject({ uid: text, type: text.optional(), type_uid: z.int().optional(), product_uid: text.optional() });

const findingInfo = z.strictObject({
  uid: text,
  title: text.optional(),
  desc: text.optional(),
  created_time: timestamp.optional(),
  modified_time: timestamp.optional(),
  first_seen_time: timestamp.optional(),
  last_seen_time: timestamp.optional(),
  types: texts.optional(),
  analytic: analytic.optional(),
  related_analytics: z.array(analytic).optional(),
  attacks: z.array(attack).optional(),
  related_events: z.array(relatedEvent).optional(),
  related_events_count: score.optional(),
  data_sources: texts.optional(),
  tags: z.array(z.strictObject({ name: text, value: text.optional(), values: texts.optional() })).optional(),
});

const observed = z.strictObject({
  observation_type: text.optional(),
  observed_attribute: text,
  observed_pattern: text.optional(),
  observations: z.array(z.strictObject({ value: text, count: z.int().optional(), timespan: any.optional() })).min(1),
});
const anomalyAnalysis = z.strictObject({
  analysis_target: z.strictObject({ name: text, type: text.optional() }),
  analysis_targets: any.optional(),
  anomalies: z.array(observed).min(1),
  baselines: z.array(observed).optional(),
});

const user = z.strictObject({ ...entity, credential_uid: text.optional(), type: text.optional() }).refine(...atLeastOne("account", "name", "uid"));
const resource = z.strictObject({ ...entity, type: text.optional(), region: text.optional(), labels: texts.optional() });
const evidence = z
  .strictObject({
    ...entity,
    actor: z
      .strictObject({ user: user.optional(), app_name: text.optional() })
      .refine(...atLeastOne("process", "user", "session", "app_name", "app_uid"))
      .optional(),
    api: z.strictObject({ operation: text, service: z.strictObject(entity).optional(), version: text.optional() }).optional(),
    src_endpoint: z
      .strictObject({ ip: address.optional(), name: text.optional() })
      .refine(...atLeastOne("ip", "uid", "name", "hostname"))
      .optional(),
    resources: z.array(resource).optional(),
    data: any.optional(),
    verdict_id: z.int().min(0).max(99).optional(),
  })
  .refine(...atLeastOne("actor", "api", "data", "resources", "src_endpoint", "user"));

const observable = z.strictObject({
  name: text,
  /** Those of the dictionary that we use. */
  type_id: coded({ 2: "IP Address", 4: "User Name", 10: "Resource UID", 21: "User" }),
  type: text.optional(),
  value: text.optional(),
});

const activities = { 1: "Create", 2: "Update", 3: "Close" };

export const ocsfDetectionFindingSchema = z
  .strictObject({
    activity_id: coded(activities),
    activity_name: text.optional(),
    category_uid: z.literal(2),
    category_name: z.literal("Findings").optional(),
    class_uid: z.literal(2004),
    class_name: z.literal("Detection Finding").optional(),
    type_uid: z.int(),
    type_name: text.optional(),
    time: timestamp,
    start_time: timestamp.optional(),
    end_time: timestamp.optional(),
    severity_id: coded({ 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal" }),
    severity: text.optional(),
    status_id: coded({ 1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved", 5: "Archived", 6: "Deleted" }).optional(),
    status: text.optional(),
    status_detail: text.optional(),
    comment: text.optional(),
    is_alert: z.boolean().optional(),
    confidence_id: coded({ 1: "Low", 2: "Medium", 3: "High" }).optional(),
    confidence: text.optional(),
    confidence_score: score.optional(),
    impact_id: coded({ 1: "Low", 2: "Medium", 3: "High", 4: "Critical" }).optional(),
    impact: text.optional(),
    impact_score: score.optional(),
    risk_level_id: z.literal([0, 1, 2, 3, 4, 99]).optional(),
    risk_level: text.optional(),
    risk_score: score.optional(),
    risk_details: text.optional(),
    message: text.optional(),
    finding_info: findingInfo,
    anomaly_analyses: z.array(anomalyAnalysis).min(1).optional(),
    evidences: z.array(evidence).min(1).optional(),
    resources: z.array(resource).optional(),
    observables: z.array(observable).optional(),
    metadata,
    unmapped: z.record(z.string(), any).optional(),
  })
  .refine(({ class_uid, activity_id, type_uid }) => type_uid === class_uid * 100 + activity_id, {
    error: "type_uid is class_uid * 100 + activity_id",
  })
  .refine(({ status_id, status }) => status_id !== 99 || status !== undefined, { error: "99 (Other) says in status what it is" });
