// Decisions about findings over HTTP: who may decide, and that what was decided is in the store with their name.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PermanentError, TransientError } from "../../model/errors.ts";
import { decideFinding } from "../../pipeline/decide-finding.ts";
import { writeFindings } from "../../pipeline/finding-writer.ts";
import { findingDecisions } from "../../queries/finding-decisions.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import type { Store } from "../../storage/store.ts";
import { findingOf } from "../queries/stored-findings.ts";
import { bearer, digestOf, send } from "./push-client.ts";
import { type RunningApi, runApi } from "./run-api.ts";

const token = "token-of-somebody-who-may-decide";
const pushToken = "token-of-a-source-that-only-pushes";
const signingSecret = "8f742231b10e8888abcd99yyyzzz85a5";
const findingUid = "a000000000000001";

let folder = "";
let store: Store;
let api: RunningApi;
/** Of the store, for as long as it is set. */
let failure: Error | undefined;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-decisions-"));
  store = await openEmbeddedStore(path.join(folder, "store"));
  await store.migrate();
  await writeFindings(store, [findingOf({ finding_uid: findingUid, identity_uid: "i" })]);
  api = await runApi(
    folder,
    {
      http: { decision_tokens: [{ name: "ana", sha256: digestOf(token) }] },
      sources: [{ id: "source", type: "http-push", tokens: [{ name: "x", sha256: digestOf(pushToken) }] }],
      alerts: { slack_signing_secret: { env: "SLACK_SECRET" } },
    },
    {
      decide: (request, nowMs) => (failure === undefined ? decideFinding(store, request, nowMs) : Promise.reject(failure)),
      environment: { SLACK_SECRET: signingSecret },
    },
  );
});
afterAll(async () => {
  await api.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const decisions = () => store.query(findingDecisions, { finding_uid: findingUid });
const decide = (body: unknown, { as = token, finding = findingUid } = {}) =>
  send(`${api.url}/findings/${finding}/decision`, { headers: bearer(as), body: typeof body === "string" ? body : JSON.stringify(body) });

test("a decision is kept under the name of the token that it came with; whoever has none, or one of a source, decides nothing", async () => {
  const benign = { state: "benign", reason: "a planned move" };
  for (const as of ["", "unknown", pushToken, digestOf(token)]) expect((await decide(benign, { as })).status).toBe(401);
  expect(await decisions()).toEqual([]);
  const kept = await decide(benign);
  expect([kept.status, JSON.parse(kept.body)]).toMatchObject([
    200,
    { finding_uid: findingUid, state: "benign", decided_by: "ana", taught: expect.any(Array) },
  ]);
  expect(await decisions()).toMatchObject([{ state: "benign", decided_by: "ana", reason: "a planned move" }]);
});

test("what is half, says who decided, is of no finding or no JSON is refused with what is wrong", async () => {
  const before = await decisions();
  expect(await decide({ state: "benign" })).toMatchObject({ status: 400, body: expect.stringContaining("reason is missing") });
  expect((await decide({ state: "acknowledged", by: "somebody else" })).status).toBe(400);
  expect((await decide("{")).status).toBe(400);
  expect((await decide({ state: "muted", reason: "x", muted_until: "2020-01-01T00:00:00Z" })).status).toBe(400);
  expect((await decide({ state: "acknowledged" }, { finding: "b000000000000001" })).status).toBe(404);
  expect((await decide({ state: "acknowledged", reason: "x".repeat(20_000) })).status).toBe(413);
  expect(await decisions()).toEqual(before);
});

test("that a decision failed inside is no word on the finding: it is answered as such and logged, and what failed is told to nobody outside", async () => {
  const failures: [Error, number][] = [
    [new TransientError("no answer from 10.0.0.7"), 503],
    [new PermanentError("no table in 10.0.0.7"), 500],
    [new Error("a defect at 10.0.0.7"), 500],
  ];
  const startSeconds = Math.floor(Date.now() / 1000) - 60;
  for (const [index, [error, status]] of failures.entries()) {
    failure = error;
    const answers = [await decide({ state: "acknowledged" }), await clicked("confirmed", signingSecret, String(startSeconds + index))];
    failure = undefined;
    expect(answers.map((answer) => answer.status)).toEqual([status, status]);
    expect(answers.some(({ body }) => body.includes("10.0.0.7"))).toBe(false);
    expect(api.log.filter((line) => line.includes(error.message))).toHaveLength(2);
  }
});

function clicked(choice: string, secret = signingSecret, timestamp = String(Math.floor(Date.now() / 1000))) {
  const action = { action_id: "machinetrail_decide", selected_option: { value: `${findingUid}:${choice}` } };
  const payload = { type: "block_actions", user: { id: "U1", username: "ben" }, actions: [action] };
  const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const headers = { "content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": timestamp, "x-slack-signature": signature };
  return send(`${api.url}/slack/interactions`, { headers, body });
}

test("a click in Slack is kept under the name of who clicked, once; what Slack did not sign, or long ago, is refused", async () => {
  const before = (await decisions()).length;
  expect((await clicked("confirmed", "another secret")).status).toBe(401);
  expect((await clicked("confirmed", signingSecret, String(Math.floor(Date.now() / 1000) - 3600))).status).toBe(401);
  expect((await decisions()).length).toBe(before);
  const now = String(Math.floor(Date.now() / 1000));
  expect(await clicked("confirmed", signingSecret, now)).toMatchObject({ status: 200, body: '{"decided":true}' });
  expect((await clicked("confirmed", signingSecret, now)).status).toBe(401);
  const kept = await decisions();
  expect(kept.length).toBe(before + 1);
  expect(kept.find(({ state }) => state === "confirmed")?.decided_by).toBe("ben (Slack U1)");
  expect(await clicked("nothing")).toMatchObject({ status: 200, body: '{"decided":false}' });
});
