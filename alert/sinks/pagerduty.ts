// PagerDuty's Events API v2: one alert an incident by its dedup key, acknowledged and resolved by what is decided here.
import type { Severity } from "../../model/finding.ts";
import type { Alert, FindingAlert } from "../alert.ts";
import type { HttpClient } from "../http-client.ts";
import { httpOutcome } from "../http-outcome.ts";
import { sendEach } from "../send-each.ts";
import { chainText, cutText } from "../short-text.ts";
import type { Sink } from "../sink.ts";

interface PagerDutyOptions {
  readonly id: string;
  readonly routingKey: string;
  /** https://events.pagerduty.com */
  readonly url: string;
  readonly http: HttpClient;
}

const atOnce = 4;
const shownReasons = 5;
const levels: Readonly<Record<Severity, string>> = { low: "info", medium: "warning", high: "error", critical: "critical" };

export function pagerDutySink({ id, routingKey, url, http }: PagerDutyOptions): Sink {
  return {
    id,
    followUps: "all",
    batchSize: 50,
    send: (alerts, signal) =>
      sendEach(alerts, { atOnce, signal, laneOf: dedupKey }, async (alert) => {
        const body = JSON.stringify({ routing_key: routingKey, client: "machinetrail", ...pagerDutyEvent(alert) });
        return httpOutcome(await http.send({ url: `${url}/v2/enqueue`, headers: { "content-type": "application/json" }, body, signal }));
      }),
    close: () => http.close(),
  };
}

function pagerDutyEvent(alert: Alert): object {
  const { id, timeMs, severity } = alert;
  const timestamp = new Date(timeMs).toISOString();
  if (alert.kind === "notice") {
    const details = { alert_id: id, lines: alert.lines.map((line) => cutText(line, 500)) };
    const payload = { summary: cutText(alert.title, 1_024), source: "machinetrail", severity: levels[severity], timestamp, custom_details: details };
    return { event_action: "trigger", dedup_key: dedupKey(alert), payload };
  }
  const { finding, summary, link } = alert;
  return {
    event_action: actionOf(alert),
    dedup_key: dedupKey(alert),
    payload: {
      summary: cutText(`${summary.title}: ${summary.why}`, 1_024),
      source: cutText(finding.identity_uid, 255),
      severity: levels[severity],
      timestamp,
      class: finding.detectors[0] ?? "behaviour",
      custom_details: {
        alert_id: id,
        finding: finding.finding_uid,
        sentence: cutText(summary.sentence, 1_000),
        reasons: summary.reasons.slice(0, shownReasons).map(({ observed, normal }) => cutText(`${observed} (normal: ${normal})`, 500)),
        chain: chainText(summary.chain, 500),
        risk: finding.risk,
        ...(summary.decision !== undefined && { decision: cutText(summary.decision, 500) }),
      },
    },
    ...(link !== undefined && { links: [{ href: link, text: "Open finding" }] }),
  };
}

function dedupKey(alert: Alert): string {
  return alert.kind === "finding" ? alert.incidentUid : alert.id;
}

/**
 * Benign and muted close it, unless something else of the incident is open; somebody who looks at it, or found it true, quiets the pager and leaves it
 * open. What comes late, behind the decision, says what is true by now.
 */
function actionOf({ event, finding, hasOpenFindings }: FindingAlert): string {
  if (finding.state === "benign" || finding.state === "muted") return hasOpenFindings ? "trigger" : "resolve";
  if (event !== "decided") return "trigger";
  return finding.state === "open" ? "trigger" : "acknowledge";
}
