// Any receiver that speaks Standard Webhooks 1.0.0: an OCSF Detection Finding a request, signed.
import type { HttpClient } from "../http-client.ts";
import { httpOutcome } from "../http-outcome.ts";
import { sendEach } from "../send-each.ts";
import type { Sink } from "../sink.ts";
import { type SigningKey, signedHeaders } from "../standard-webhooks.ts";

interface WebhookOptions {
  readonly id: string;
  readonly url: string;
  /** One, or two while one replaces the other. */
  readonly keys: readonly SigningKey[];
  readonly http: HttpClient;
}

const atOnce = 16;

export function webhookSink({ id, url, keys, http }: WebhookOptions): Sink {
  return {
    id,
    followUps: "all",
    batchSize: 1_000,
    // One is read and written down while the other is sent.
    batchesAtOnce: 2,
    send: (alerts, signal) =>
      sendEach(alerts, { atOnce, signal }, async (alert) => {
        const body = alert.ocsfJson;
        const headers = { "content-type": "application/json", "user-agent": "machinetrail", ...signedHeaders(alert.id, body, keys, Date.now()) };
        return httpOutcome(await http.send({ url, headers, body, signal }));
      }),
    close: () => http.close(),
  };
}
