// Every sink against the contract, each with a receiver of its kind.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { addressGuard } from "../../alert/address-guard.ts";
import { HttpClient } from "../../alert/http-client.ts";
import { Pace } from "../../alert/pace.ts";
import { elasticSink } from "../../alert/sinks/elastic.ts";
import { emailSink } from "../../alert/sinks/email.ts";
import { fileSink } from "../../alert/sinks/file.ts";
import { pagerDutySink } from "../../alert/sinks/pagerduty.ts";
import { sentinelSink } from "../../alert/sinks/sentinel.ts";
import { slackSink } from "../../alert/sinks/slack.ts";
import { splunkHecSink } from "../../alert/sinks/splunk-hec.ts";
import { syslogSink } from "../../alert/sinks/syslog.ts";
import { teamsSink } from "../../alert/sinks/teams.ts";
import { webhookSink } from "../../alert/sinks/webhook.ts";
import { signingKey } from "../../alert/standard-webhooks.ts";
import { type Behaviour, startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { startMailServer } from "../stand-ins/mail-server.ts";
import { hasOpenssl, selfSigned, type TlsFiles } from "../stand-ins/self-signed.ts";
import { startSyslogServer } from "../stand-ins/syslog-server.ts";
import { failingWith, httpFailureNames } from "./http-failures.ts";
import { type SinkUnderTest, sinkContract } from "./sink-contract.ts";

const http = (timeoutMs: number) => new HttpClient({ allowHosts: ["127.0.0.1"], timeoutMs });
const noPace = () => new Pace(1_000, async () => undefined);

describe("webhook", () => {
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    const receiver = await startHttpReceiver();
    const secret = `whsec_${randomBytes(32).toString("base64")}`;
    return {
      sink: webhookSink({ id: "hook", url: `${receiver.url}/in?token=hidden-token`, keys: [signingKey(secret)], http: http(timeoutMs) }),
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
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    const receiver = await startHttpReceiver();
    return {
      sink: slackSink({
        id: "slack",
        target: { kind: "webhook", url: `${receiver.url}/services/T0/B0/hidden` },
        hasDecisions: false,
        http: http(timeoutMs),
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
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    let sent = 0;
    const taken = () => ({ status: 200, body: JSON.stringify({ ok: true, ts: `1700000000.${String(sent++).padStart(6, "0")}` }) });
    const refused = (error: string) => () => ({ status: 200, body: JSON.stringify({ ok: false, error }) });
    const receiver = await startHttpReceiver(taken);
    return {
      sink: slackSink({
        ...{ id: "bot", hasDecisions: true, http: http(timeoutMs), pace: noPace() },
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

describe("splunk-hec", () => {
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    let acks = 0;
    const answers = (path: string) =>
      path.includes("/ack") ? { acks: Object.fromEntries([[String(acks - 1), true]]) } : { text: "Success", code: 0, ackId: acks++ };
    const taken: Behaviour = ({ path: asked }) => ({ status: 200, body: JSON.stringify(answers(asked)) });
    const receiver = await startHttpReceiver(taken);
    const noAck: Behaviour = () => ({ status: 200, body: JSON.stringify({ text: "Success", code: 0 }) });
    return {
      sink: splunkHecSink({ id: "splunk", url: receiver.url, token: "hidden-token", index: "security", http: http(timeoutMs), askEveryMs: 1 }),
      received: () => receiver.requests.filter(({ path: asked }) => asked.endsWith("/event")).flatMap(({ body }) => eventIds(body)),
      accept: () => receiver.behave(taken),
      failures: {
        ...failingWith(receiver),
        "no acknowledgement of the indexer": { set: () => receiver.behave(noAck), outcome: { kind: "failed", scope: "sink" } },
      },
      secrets: ["hidden-token"],
      close: () => receiver.close(),
    };
  };
  sinkContract(make, [...httpFailureNames, "no acknowledgement of the indexer"]);
});

describe("elastic", () => {
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    const documents = new Set<string>();
    const order: string[] = [];
    // As Elasticsearch does: `create` of an id that is there is a conflict of that item.
    const taken: Behaviour = ({ body }) => {
      const ids = bulkIds(body);
      const items = ids.map((id) => ({
        create: {
          _id: id,
          status: documents.has(id) ? 409 : 201,
          ...(documents.has(id) && { error: { type: "version_conflict_engine_exception" } }),
        },
      }));
      for (const id of ids) if (!documents.has(id)) order.push(id);
      for (const id of ids) documents.add(id);
      return { status: 200, body: JSON.stringify({ errors: items.some(({ create }) => create.status > 299), items }) };
    };
    const refusing =
      (status: number): Behaviour =>
      ({ body }) => ({
        status: 200,
        body: JSON.stringify({
          errors: true,
          items: bulkIds(body).map(() => ({ create: { status, error: { type: "mapper_parsing_exception", reason: "no" } } })),
        }),
      });
    const receiver = await startHttpReceiver(taken);
    return {
      sink: elasticSink({ id: "elastic", url: receiver.url, index: "findings", authorization: "ApiKey hidden-key", http: http(timeoutMs) }),
      received: () => order,
      accept: () => receiver.behave(taken),
      failures: {
        ...failingWith(receiver),
        "a document that fits no mapping": { set: () => receiver.behave(refusing(400)), outcome: { kind: "failed", scope: "message" } },
        "a queue that is full": { set: () => receiver.behave(refusing(429)), outcome: { kind: "failed", scope: "sink" } },
      },
      secrets: ["hidden-key"],
      close: () => receiver.close(),
    };
  };
  sinkContract(make, [...httpFailureNames, "a document that fits no mapping", "a queue that is full"]);
});

describe("sentinel", () => {
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    const token = { status: 200, body: JSON.stringify({ access_token: "hidden-access", expires_in: 3_600 }) };
    const taken: Behaviour = ({ path: asked }) => (asked.endsWith("/token") ? token : { status: 204 });
    const receiver = await startHttpReceiver(taken);
    const noToken: Behaviour = ({ path: asked }) =>
      asked.endsWith("/token") ? { status: 401, body: JSON.stringify({ error: "invalid_client" }) } : { status: 204 };
    return {
      sink: sentinelSink({
        ...{
          id: "sentinel",
          endpoint: receiver.url,
          authority: receiver.url,
          rule: "dcr-0123456789abcdef",
          stream: "Custom-Findings",
          tenant: "example.org",
        },
        ...{ clientId: "client", clientSecret: "hidden-secret", http: http(timeoutMs) },
      }),
      received: () =>
        receiver.requests
          .filter(({ path: asked }) => asked.includes("/streams/"))
          .flatMap(({ body }) => (JSON.parse(body) as { AlertId: string }[]).map(({ AlertId }) => AlertId)),
      accept: () => receiver.behave(taken),
      failures: { ...failingWith(receiver), "no token": { set: () => receiver.behave(noToken), outcome: { kind: "failed", scope: "sink" } } },
      secrets: ["hidden-secret", "hidden-access"],
      close: () => receiver.close(),
    };
  };
  // The first request is for a token: what is said of that is about all messages.
  sinkContract(make, [...httpFailureNames.filter((name) => !name.includes("422")), "no token"]);
});

describe("pagerduty", () => {
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    const receiver = await startHttpReceiver(() => ({ status: 202, body: JSON.stringify({ status: "success" }) }));
    return {
      sink: pagerDutySink({ id: "pager", routingKey: "hidden-key", url: receiver.url, http: http(timeoutMs) }),
      received: () =>
        receiver.requests.map(
          ({ body }) => (JSON.parse(body) as { payload: { custom_details: { alert_id: string } } }).payload.custom_details.alert_id,
        ),
      accept: () => receiver.behave(() => ({ status: 202 })),
      failures: failingWith(receiver),
      secrets: ["hidden-key"],
      close: () => receiver.close(),
    };
  };
  sinkContract(make, httpFailureNames);
});

describe("teams", () => {
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    const receiver = await startHttpReceiver(() => ({ status: 202 }));
    return {
      sink: teamsSink({ id: "teams", url: `${receiver.url}/workflows/hidden`, http: http(timeoutMs) }),
      received: () =>
        receiver.requests.map(({ body }) => (JSON.parse(body) as { attachments: { content: { id: string } }[] }).attachments[0]?.content.id ?? ""),
      accept: () => receiver.behave(() => ({ status: 202 })),
      failures: failingWith(receiver),
      secrets: ["hidden"],
      close: () => receiver.close(),
    };
  };
  sinkContract(make, httpFailureNames);
});

describe("email", () => {
  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    const server = await startMailServer();
    return {
      sink: emailSink({
        ...{
          id: "mail",
          host: "127.0.0.1",
          port: server.port,
          security: "none",
          user: "",
          password: "",
          from: "machinetrail@example.org",
          to: ["soc@example.org"],
        },
        ...{ authorities: undefined, guard: addressGuard(["127.0.0.1"]), timeoutMs },
      }),
      received: () => server.mails.map((mail) => /^Message-ID: <([^@]+)@example\.org>/im.exec(mail)?.[1] ?? ""),
      accept: () => server.accept(),
      failures: {
        "a mail that is refused": { set: () => server.refuse(".", "554 no"), outcome: { kind: "failed", scope: "message" } },
        "a server that is busy": { set: () => server.refuse("MAIL", "451 later"), outcome: { kind: "failed", scope: "sink" } },
        "no answer": { set: () => server.hang(), outcome: { kind: "failed", scope: "sink" } },
      },
      secrets: [],
      close: () => server.close(),
    };
  };
  sinkContract(make, ["a mail that is refused", "a server that is busy", "no answer"]);
});

describe.skipIf(!hasOpenssl && process.env.CI === undefined)(`syslog${hasOpenssl ? "" : " (no openssl to make its certificate with)"}`, () => {
  let folder: string;
  let files: TlsFiles;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "machinetrail-syslog-"));
    files = selfSigned(folder, "syslog", 2);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const form of ["cef", "json"] as const) {
    describe(form, () => {
      const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
        const server = await startSyslogServer(files);
        return {
          sink: syslogSink({
            id: "syslog",
            host: "127.0.0.1",
            port: server.port,
            tls: { ca: files.cert },
            form,
            guard: addressGuard(["127.0.0.1"]),
            timeoutMs,
          }),
          received: () => server.messages().map((message) => message.split(" ")[5] ?? ""),
          accept: () => server.behave("take"),
          failures: {
            "a connection that breaks": { set: () => server.behave("break"), outcome: { kind: "failed", scope: "sink" } },
            "no answer": { set: () => server.behave("hang"), outcome: { kind: "failed", scope: "sink" } },
          },
          secrets: [],
          close: () => server.close(),
        };
      };
      sinkContract(make, ["a connection that breaks", "no answer"]);
    });
  }
});

function eventIds(body: string): string[] {
  return [...body.matchAll(/"event":\{"id":"([^"]+)"/g)].map(([, id]) => id ?? "");
}

function bulkIds(body: string): string[] {
  return body
    .split("\n")
    .filter((line) => line.startsWith('{"create"'))
    .map((line) => (JSON.parse(line) as { create: { _id: string } }).create._id);
}

function firstBlockId(body: string): string {
  return (JSON.parse(body) as { blocks: { block_id: string }[] }).blocks[0]?.block_id ?? "";
}
