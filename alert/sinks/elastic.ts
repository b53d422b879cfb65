// Elasticsearch and what speaks its bulk API: documents of the Elastic Common Schema, made by `create` under our id, so that a repeat changes nothing.
import { arrayOf, isObject, numberOf, objectOf, parsedObject, textOf } from "../../model/json.ts";
import type { Alert } from "../alert.ts";
import type { HttpClient } from "../http-client.ts";
import { failureOutcome, httpOutcome } from "../http-outcome.ts";
import { shortText } from "../short-text.ts";
import type { Outcome, Sink } from "../sink.ts";

interface ElasticOptions {
  readonly id: string;
  /** https://elastic.example.org:9200 */
  readonly url: string;
  /** Data stream or index. */
  readonly index: string;
  /** ApiKey ..., or Basic ...; empty where none is needed. */
  readonly authorization: string;
  readonly http: HttpClient;
}

const ecsVersion = "8.17.0";
const severityNumbers = { low: 21, medium: 47, high: 73, critical: 99 } as const;

export function elasticSink({ id, url, index, authorization, http }: ElasticOptions): Sink {
  const headers = { "content-type": "application/x-ndjson", ...(authorization !== "" && { authorization }) };
  return {
    id,
    followUps: "all",
    batchSize: 250,
    async send(alerts, signal) {
      if (alerts.length === 0) return [];
      try {
        const body = alerts
          .map((alert) => `${JSON.stringify({ create: { _index: index, _id: alert.id } })}\n${JSON.stringify(ecsDocument(alert))}\n`)
          .join("");
        const answer = await http.send({ url: `${url}/_bulk`, headers, body, signal });
        const outcome = httpOutcome(answer);
        if (outcome.kind !== "delivered") return alerts.map(() => outcome);
        const items = arrayOf(parsedObject(answer.body), "items");
        return alerts.map((_, place) => itemOutcome(items[place]));
      } catch (error) {
        return alerts.map(() => failureOutcome(error));
      }
    },
    close: () => http.close(),
  };
}

function itemOutcome(item: unknown): Outcome {
  const created = isObject(item) ? objectOf(item, "create") : undefined;
  const status = numberOf(created, "status");
  if (status === undefined) return { kind: "failed", scope: "sink", reason: "the answer does not say what became of it" };
  // 409: it is there already, from a try whose answer was lost.
  if (status < 300 || status === 409) return { kind: "delivered" };
  const error = objectOf(created, "error");
  const reason = shortText(`answered ${status}: ${textOf(error, "type")} ${textOf(error, "reason")}`, 300);
  return { kind: "failed", scope: status === 429 || status >= 500 ? "sink" : "message", reason };
}

/** Names are those of ECS; what it has none for stands in `machinetrail`. */
function ecsDocument(alert: Alert): object {
  const { id, timeMs, severity, ocsfJson } = alert;
  const event = { id, kind: "alert", module: "machinetrail", dataset: "machinetrail.findings", severity: severityNumbers[severity] };
  const base = { "@timestamp": new Date(timeMs).toISOString(), ecs: { version: ecsVersion }, machinetrail: { ocsf: ocsfJson } };
  if (alert.kind === "notice") return { ...base, event: { ...event, kind: "event" }, message: [alert.title, ...alert.lines].join("\n") };
  const { finding, summary, event: what, link } = alert;
  const addresses = [...new Set(finding.events.map(({ src_ip }) => src_ip).filter((ip) => /^[0-9a-f.:]+$/i.test(ip)))];
  return {
    ...base,
    event: { ...event, category: ["threat"], type: ["indicator"], action: what, risk_score: finding.risk, ...(link !== undefined && { url: link }) },
    message: summary.sentence,
    rule: { name: summary.why, id: finding.detectors },
    user: { id: finding.identity_uid, name: summary.who },
    related: { user: finding.identity_uids, ...(addresses.length > 0 && { ip: addresses }) },
    cloud: { provider: finding.provider },
    threat: { framework: "MITRE ATT&CK", technique: { id: finding.techniques } },
    machinetrail: {
      finding: finding.finding_uid,
      incident: alert.incidentUid,
      revision: finding.revision,
      state: finding.state,
      bits: finding.bits,
      ocsf: ocsfJson,
    },
  };
}
