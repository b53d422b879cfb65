// Splunk's HTTP Event Collector with indexer acknowledgement: delivered is what Splunk has indexed, not what it has taken.
import { randomUUID } from "node:crypto";
import { isObject, numberOf, objectOf, parsedObject } from "../../model/json.ts";
import { pause } from "../../runtime/pause.ts";
import type { HttpClient } from "../http-client.ts";
import { failureOutcome, httpOutcome } from "../http-outcome.ts";
import type { Outcome, Sink } from "../sink.ts";

interface SplunkOptions {
  readonly id: string;
  /** https://splunk.example.org:8088 */
  readonly url: string;
  readonly token: string;
  readonly index: string | undefined;
  readonly http: HttpClient;
  /** Between two questions whether it is indexed. Default: a second. */
  readonly askEveryMs?: number;
}

const mostQuestions = 20;

export function splunkHecSink({ id, url, token, index, http, askEveryMs = 1_000 }: SplunkOptions): Sink {
  // One channel a process: Splunk counts acknowledgements in it.
  const channel = randomUUID();
  const headers = { authorization: `Splunk ${token}`, "x-splunk-request-channel": channel, "content-type": "application/json" };
  const isIndexed = async (ackId: number, signal: AbortSignal): Promise<boolean> => {
    for (let question = 0; question < mostQuestions && !signal.aborted; question++) {
      await pause(askEveryMs, signal);
      const asked = { url: `${url}/services/collector/ack?channel=${channel}`, headers, body: JSON.stringify({ acks: [ackId] }), signal };
      const answer = await http.send(asked);
      if (objectOf(parsedObject(answer.body), "acks")?.[String(ackId)] === true) return true;
      if (answer.status >= 400) return false;
    }
    return false;
  };
  return {
    id,
    followUps: "all",
    batchSize: 200,
    async send(alerts, signal) {
      if (alerts.length === 0) return [];
      const all = (outcome: Outcome): Outcome[] => alerts.map(() => outcome);
      try {
        const body = alerts
          .map((alert) =>
            JSON.stringify({
              time: alert.timeMs / 1000,
              source: "machinetrail",
              sourcetype: "ocsf:detection_finding",
              ...(index !== undefined && { index }),
              event: { id: alert.id, ...alert.ocsf },
            }),
          )
          .join("");
        const answer = await http.send({ url: `${url}/services/collector/event`, headers, body, signal });
        const outcome = httpOutcome(answer);
        if (outcome.kind !== "delivered") return all(outcome);
        const answered = parsedObject(answer.body);
        const ackId = isObject(answered) ? numberOf(answered, "ackId") : undefined;
        if (ackId === undefined)
          return all({ kind: "failed", scope: "sink", reason: "Splunk gave no ackId: switch indexer acknowledgement on for this token" });
        if (await isIndexed(ackId, signal)) return all({ kind: "delivered" });
        return all({ kind: "failed", scope: "sink", reason: "Splunk took it and did not acknowledge that it is indexed" });
      } catch (error) {
        return all(failureOutcome(error));
      }
    },
    close: () => http.close(),
  };
}
