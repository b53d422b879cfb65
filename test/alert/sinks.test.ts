// Every sink against the contract, each with a receiver of its kind.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe } from "vitest";
import { HttpClient } from "../../alert/http-client.ts";
import { Pace } from "../../alert/pace.ts";
import { fileSink } from "../../alert/sinks/file.ts";
import { slackSink } from "../../alert/sinks/slack.ts";
import { webhookSink } from "../../alert/sinks/webhook.ts";
import { signingKey } from "../../alert/standard-webhooks.ts";
import { startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { failingWith, httpFailureNames, testTimeoutMs } from "./http-failures.ts";
import { type SinkUnderTest, sinkContract } from "./sink-contract.ts";

const http = () => new HttpClient({ allowHosts: ["127.0.0.1"], timeoutMs: testTimeoutMs });
const noPace = () => new Pace(1_000, async () => undefined);

describe("webhook", () => {
  const make = async (): Promise<SinkUnderTest> => {
    const receiver = await startHttpReceiver();
    const secret = `whsec_${randomBytes(32).toString("base64")}`;
    return {
      sink: webhookSink({ id: "hook", url: `${receiver.url}/in?token=hidden-token`, keys: [signingKey(secret)], http: http() }),
      received: () =>
        receiver.requests.filter(({ headers }) => headers["webhook-id"] !== undefined).map(({ headers }) => headers["webhook-id"] ?? ""),
      accept: () => receiver.behave(() => ({ status: 204 })),
      failures: failingWith(receiver),
      secrets: [secret, "hidden-token"],
      close: () => receiver.close(),
    };
  };
  sinkContract(make, httpFailureNames);
});

describe("slack, an incoming webhook", () => {
  const make = async (): Promise<SinkUnderTest> => {
    const receiver = await startHttpReceiver();
    return {
      sink: slackSink({
        id: "slack",
        target: { kind: "webhook", url: `${receiver.url}/services/T0/B0/hidden` },
        hasDecisions: false,
        http: http(),
        pace: noPace(),
      }),
      received: () => receiver.requests.map(({ body }) => firstBlockId(body)),
      accept: () => receiver.behave(() => ({ status: 200, body: "ok" })),
      failures: failingWith(receiver),
      secrets: ["hidden"],
      close: () => receiver.close(),
    };
  };
  sinkContract(make, httpFailureNames);
});

describe("slack, a bot", () => {
  const make = async (): Promise<SinkUnderTest> => {
    let sent = 0;
    const taken = () => ({ status: 200, body: JSON.stringify({ ok: true, ts: `1700000000.${String(sent++).padStart(6, "0")}` }) });
    const refused = (error: string) => () => ({ status: 200, body: JSON.stringify({ ok: false, error }) });
    const receiver = await startHttpReceiver(taken);
    return {
      sink: slackSink({
        ...{ id: "bot", hasDecisions: true, http: http(), pace: noPace() },
        target: { kind: "bot", token: "xoxb-hidden", channel: "C0123456789", api: receiver.url },
      }),
      received: () => receiver.requests.map(({ body }) => firstBlockId(body)),
      accept: () => receiver.behave(taken),
      failures: {
        ...failingWith(receiver),
        "a message that Slack cannot read": { set: () => receiver.behave(refused("invalid_blocks")), outcome: { kind: "failed", scope: "message" } },
        "a token that was revoked": { set: () => receiver.behave(refused("token_revoked")), outcome: { kind: "failed", scope: "sink" } },
      },
      secrets: ["xoxb-hidden"],
      close: () => receiver.close(),
    };
  };
  sinkContract(make, [...httpFailureNames, "a message that Slack cannot read", "a token that was revoked"]);
});

describe("file", () => {
  const make = async (): Promise<SinkUnderTest> => {
    const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-alerts-"));
    const file = path.join(folder, "alerts.ndjson");
    return {
      sink: fileSink({ id: "file", path: file }),
      received: () =>
        readFileSync(file, "utf8")
          .trimEnd()
          .split("\n")
          .map((line) => (JSON.parse(line) as { id: string }).id),
      accept: () => rmSync(file, { recursive: true, force: true }),
      failures: { "a place that cannot be written": { set: () => mkdirSync(file), outcome: { kind: "failed", scope: "sink" } } },
      secrets: [],
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  };
  sinkContract(make, ["a place that cannot be written"]);
});

function firstBlockId(body: string): string {
  return (JSON.parse(body) as { blocks: { block_id: string }[] }).blocks[0]?.block_id ?? "";
}
