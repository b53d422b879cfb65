// Microsoft Sentinel by the Logs Ingestion API: rows for the stream of a data collection rule, with a token of a service principal.
import { numberOf, parsedObject, textOf } from "../../model/json.ts";
import type { Alert } from "../alert.ts";
import type { HttpClient } from "../http-client.ts";
import { describeAnswer, failureOutcome, httpOutcome } from "../http-outcome.ts";
import { secretMask } from "../secret-mask.ts";
import type { Outcome, Sink } from "../sink.ts";

interface SentinelOptions {
  readonly id: string;
  /** Of the data collection endpoint, or of the rule itself: https://NAME.REGION.ingest.monitor.azure.com */
  readonly endpoint: string;
  /** Immutable id: dcr-... */
  readonly rule: string;
  /** Custom-... */
  readonly stream: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** https://login.microsoftonline.com */
  readonly authority: string;
  readonly http: HttpClient;
}

const scope = "https://monitor.azure.com/.default";
const apiVersion = "2023-01-01";
/** A token is asked for anew so long before it runs out. */
const spareMs = 120_000;

export function sentinelSink(options: SentinelOptions): Sink {
  const { id, endpoint, rule, stream, http } = options;
  let token: { readonly text: string; readonly untilMs: number } | undefined;
  const authorize = async (signal: AbortSignal): Promise<string | Outcome> => {
    if (token !== undefined && Date.now() < token.untilMs) return token.text;
    const { tenant, clientId, clientSecret, authority } = options;
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope });
    const url = `${authority}/${tenant}/oauth2/v2.0/token`;
    const answer = await http.send({ url, headers: { "content-type": "application/x-www-form-urlencoded" }, body: form.toString(), signal });
    const text = textOf(parsedObject(answer.body), "access_token");
    const outcome = httpOutcome(answer);
    if (outcome.kind !== "delivered") return { ...outcome, kind: "failed", scope: "sink", reason: `for a token Entra ${describeAnswer(answer)}` };
    if (text === "") return { kind: "failed", scope: "sink", reason: "Entra gave no token" };
    token = { text, untilMs: Date.now() + (numberOf(parsedObject(answer.body), "expires_in") ?? 0) * 1000 - spareMs };
    return text;
  };
  return {
    id,
    followUps: "all",
    // A call takes 1 MB, and a body has 64 KiB at most.
    batchSize: 12,
    async send(alerts, signal) {
      if (alerts.length === 0) return [];
      try {
        const authorized = await authorize(signal);
        if (typeof authorized !== "string") return alerts.map(() => authorized);
        const url = `${endpoint}/dataCollectionRules/${rule}/streams/${stream}?api-version=${apiVersion}`;
        const headers = { authorization: `Bearer ${authorized}`, "content-type": "application/json" };
        const answer = await http.send({ url, headers, body: JSON.stringify(alerts.map(row)), signal });
        if (answer.status === 401) token = undefined;
        const outcome = httpOutcome({ ...answer, body: secretMask([authorized])(answer.body) });
        return alerts.map(() => outcome);
      } catch (error) {
        return alerts.map(() => failureOutcome(error));
      }
    },
    close: () => http.close(),
  };
}

/** Columns of the custom table that docs/alerts.md gives. */
function row(alert: Alert): object {
  const { id, timeMs, severity, ocsf } = alert;
  const base = { TimeGenerated: new Date(timeMs).toISOString(), AlertId: id, Severity: severity, Finding: ocsf };
  if (alert.kind === "notice") return { ...base, Title: alert.title, Identity: "", FindingId: "", State: "notice" };
  return {
    ...base,
    Title: alert.summary.sentence,
    Identity: alert.finding.identity_uid,
    FindingId: alert.finding.finding_uid,
    State: alert.finding.state,
  };
}
