// What PagerDuty hears of one incident: in order, and its end only when nothing of it is open.
import { expect, test } from "vitest";
import type { FindingAlert } from "../../alert/alert.ts";
import { HttpClient } from "../../alert/http-client.ts";
import { pagerDutySink } from "../../alert/sinks/pagerduty.ts";
import { type Behaviour, startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { findingAlert } from "./alerts.ts";

async function sent(alerts: readonly FindingAlert[], behaviour: Behaviour = () => ({ status: 202 })) {
  const receiver = await startHttpReceiver(behaviour);
  const sink = pagerDutySink({ id: "pager", routingKey: "key", url: receiver.url, http: new HttpClient({ allowHosts: ["127.0.0.1"] }) });
  const outcomes = await sink.send(alerts, new AbortController().signal);
  await sink.close();
  await receiver.close();
  const events = receiver.requests.map(({ body }) => JSON.parse(body) as { event_action: string; payload: { custom_details: { alert_id: string } } });
  return {
    outcomes: outcomes.map(({ kind }) => kind),
    events: events.map(({ event_action, payload }) => [payload.custom_details.alert_id, event_action]),
  };
}

test("an incident is resolved when nothing of it is open; what comes late says what was decided meanwhile", async () => {
  const benign = { state: "benign", state_by: "analyst", state_reason: "planned", state_at_ms: 1 } as const;
  const { events } = await sent([
    findingAlert({ id: "a", event: "decided", decided: benign, hasOpenFindings: true }),
    findingAlert({ id: "b", event: "decided", decided: { ...benign, state: "confirmed" } }),
    findingAlert({ id: "c", event: "decided", decided: benign }),
    findingAlert({ id: "d", event: "raised", decided: benign }),
  ]);
  expect(events).toEqual([
    ["a", "trigger"],
    ["b", "acknowledge"],
    ["c", "resolve"],
    ["d", "resolve"],
  ]);
});

test("events of one incident go in their order, and none after one that failed; those of others go on", async () => {
  const alerts = ["a", "b", "c"].flatMap((id) => [1, 2, 3].map((place) => findingAlert({ id: `${id}${place}`, incidentUid: id })));
  const { events, outcomes } = await sent(alerts, ({ body }) => ({ status: body.includes('"alert_id":"b2"') ? 400 : 202 }));
  const of = (incident: string) => events.map(([id]) => id).filter((id) => id?.startsWith(incident));
  expect([of("a"), of("b"), of("c")]).toEqual([
    ["a1", "a2", "a3"],
    ["b1", "b2"],
    ["c1", "c2", "c3"],
  ]);
  expect(outcomes.slice(3, 6)).toEqual(["delivered", "failed", "untried"]);
});
