// The whole way of a scoring on a small folder of native logs: files with times, labels beside them, alerts laid against labels.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { comparators } from "../../bench/comparators/registry.ts";
import { curveFigure } from "../../bench/detection/curve-figure.ts";
import { evidenceStore } from "../../bench/detection/evidence-store.ts";
import { readLabels } from "../../bench/detection/labels.ts";
import { markdownReport } from "../../bench/detection/markdown-report.ts";
import { measure, type Run, summarise } from "../../bench/detection/measures.ts";
import { detectorReport, equalAlerts } from "../../bench/detection/report.ts";
import { type FolderScore, scoreFolder } from "../../bench/detection/score-folder.ts";
import { ConfigError } from "../../model/errors.ts";

const root = mkdtempSync(path.join(tmpdir(), "machinetrail-score-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const account = "111122223333";
const startMs = Date.UTC(2026, 2, 2);
const botUid = `arn:aws:iam::${account}:user/bot`;
const attackStartMs = startMs + 16 * dayMs + 12 * hourMs + 10 * 60_000;
const attackUids = Array.from({ length: 3 }, (_, index) => `stolen-${index}`);

function record(id: string, user: string, timeMs: number, address: string): string {
  return `${JSON.stringify({
    eventVersion: "1.09",
    userIdentity: {
      type: "IAMUser",
      principalId: `AIDA${user.toUpperCase()}`,
      arn: `arn:aws:iam::${account}:user/${user}`,
      accountId: account,
      accessKeyId: `AKIA${user.toUpperCase()}EXAMPLE`,
      userName: user,
    },
    eventTime: new Date(timeMs).toISOString().replace(".000", ""),
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
    awsRegion: "eu-west-1",
    sourceIPAddress: address,
    userAgent: "restic/0.16",
    eventID: id,
    recipientAccountId: account,
  })}\n`;
}

/** One file a day, delivered at the day's end; the attack's own file an hour after its first event. */
function writeLogs(folder: string): void {
  mkdirSync(path.join(folder, "logs"), { recursive: true });
  const write = (name: string, lines: string, modifiedAtMs: number) => {
    writeFileSync(path.join(folder, "logs", name), lines);
    utimesSync(path.join(folder, "logs", name), modifiedAtMs / 1000, modifiedAtMs / 1000);
  };
  for (let day = 0; day < 20; day++) {
    const lines = ["bot", "calm"].flatMap((user) =>
      Array.from({ length: 24 }, (_, hour) => record(`${user}-${day}-${hour}`, user, startMs + day * dayMs + hour * hourMs, "203.0.113.9")),
    );
    write(`day-${day}.jsonl`, lines.join(""), startMs + (day + 1) * dayMs - 1000);
  }
  const stolen = attackUids.map((uid, index) => record(uid, "bot", attackStartMs + index * 40 * 60_000, "198.51.100.77"));
  write("stolen.jsonl", stolen.join(""), attackStartMs + hourMs);
}

const label = (fields: object = {}) =>
  `${JSON.stringify({
    id: "attack-1",
    attack: "stolen-static-key",
    technique: "T1078.004",
    identities: [botUid],
    credential_uid: "AKIABOTEXAMPLE",
    event_uids: attackUids,
    start: new Date(attackStartMs).toISOString(),
    end: attackStartMs + 80 * 60_000,
    size: 3,
    ...fields,
  })}\n`;

async function score(logs: string, scratch: string, detectors = comparators): Promise<FolderScore> {
  return scoreFolder({
    logs,
    scratch: path.join(root, scratch),
    receivedAt: "file-time",
    detectors,
    warmUpMs: 14 * dayMs,
    checksPeeking: false,
    onStep: () => undefined,
  });
}

const folder = path.join(root, "estate");
let scored: FolderScore;
beforeAll(async () => {
  writeLogs(folder);
  writeFileSync(path.join(folder, "labels.jsonl"), label());
  writeFileSync(
    path.join(folder, "estate.json"),
    JSON.stringify({ seed: 1, identities: [{ identity_uid: botUid, workload_type: "on-prem-service" }] }),
  );
  scored = await score(folder, "scratch");
});

const runOf = (id: string) => {
  const run = scored.runs.get(id);
  if (run === undefined) throw new Error(`no run of ${id}`);
  return run;
};

test("the truth beside the logs is no log: every record of the logs is stored, nothing is rejected", () => {
  expect([scored.stored, scored.rejected]).toEqual([20 * 48 + 3, 0]);
});

test("what an operator knows of the clusters, in machinetrail.yaml beside the logs, names them, and is no log either", async () => {
  const named = path.join(root, "named");
  mkdirSync(path.join(named, "logs"), { recursive: true });
  writeFileSync(path.join(named, "machinetrail.yaml"), "default_account: edge-1\n");
  const event = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    auditID: "0b9b2c0e-6d3f-4e0c-9f5a-5f0f6f1f2a31",
    stage: "ResponseComplete",
    verb: "list",
    requestURI: "/api/v1/pods",
    user: { username: "system:serviceaccount:shop:checkout" },
    objectRef: { resource: "pods", apiVersion: "v1" },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: "2026-03-02T00:00:00.000000Z",
    stageTimestamp: "2026-03-02T00:00:00.010000Z",
  };
  writeFileSync(path.join(named, "logs", "audit.log"), `${JSON.stringify(event)}\n`);
  const { store, summary } = await evidenceStore(path.join(root, "named-scratch"), named, "event-time");
  const text = new TextDecoder().decode(await store.queryText("SELECT identity_uid FROM actions", "JSONEachRow"));
  await store.close();
  expect([summary.records, summary.stored, JSON.parse(text)]).toEqual([1, 1, { identity_uid: "edge-1/system:serviceaccount:shop:checkout" }]);
});

test("scored from the end of the warm-up to the last reception, every hour", () => {
  const lastMs = startMs + 20 * dayMs;
  expect(scored.moments).toEqual({ fromMs: startMs + 14 * dayMs + 23 * hourMs, toMs: lastMs, stepMs: hourMs });
});

test("Elastic's new terms find the stolen key at the first hour after its file arrived, with all measures as by hand", () => {
  const measures = measure([summarise(runOf("elastic-new-terms-our-key"))]);
  // Received 60 minutes after the start at 12:10: known at 14:00. Both users are active on six days; the bot is under attack on two of them.
  expect(measures).toEqual({
    attacks: 1,
    found: 1,
    recall: 1,
    alerts: 1,
    falseAlerts: 0,
    benignIdentityDays: 10,
    falsePerThousandDays: 0,
    precision: 1,
    averagePrecision: 1,
    recallAtOneFalse: 1,
    minutesToDetect: 110,
    eventsToDetect: 3,
  });
});

test("workload types are the estate's where it says them", () => {
  expect(runOf("elastic-new-terms-our-key").attacks[0]?.workloadType).toBe("on-prem-service");
  expect([...runOf("elastic-new-terms-our-key").benignIdentityDays.keys()].sort()).toEqual(["on-prem-service", "unknown"]);
});

test("other labels and another estate change no alert", async () => {
  const altered = path.join(root, "altered");
  writeLogs(altered);
  writeFileSync(
    path.join(altered, "labels.jsonl"),
    label({ identities: [`arn:aws:iam::${account}:user/calm`], attack: "mining", event_uids: ["calm-16-13"] }),
  );
  const again = await score(altered, "altered-scratch");
  for (const [id, run] of scored.runs) {
    const plain = (alerts: typeof run.alerts) => alerts.map(({ asOfMs, identityUids, score: value }) => ({ asOfMs, identityUids, value }));
    expect(plain(again.runs.get(id)?.alerts ?? []), id).toEqual(plain(run.alerts));
  }
});

describe("labels that cannot be used are told:", () => {
  test("events that are not in the logs, the first ten of them", async () => {
    const strange = path.join(root, "strange");
    writeLogs(strange);
    writeFileSync(path.join(strange, "labels.jsonl"), label({ event_uids: Array.from({ length: 12 }, (_, index) => `nowhere-${index}`) }));
    const refused = score(strange, "strange-scratch");
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(/12 labelled events are not in the logs: nowhere-0 \(attack-1\), .*nowhere-9 \(attack-1\), and 2 more$/);
  });

  test.each([
    ["no file", undefined, /no such file/],
    ["not JSON", "{", /labels\.jsonl:1: not JSON/],
    ["a key that is missing", '\n{"id":"a"}', /labels\.jsonl:2: .*attack/s],
    ["an id that is used twice", label() + label(), /labels\.jsonl:2: the id attack-1 is used twice/],
    ["an attack that ends before it starts", label({ end: 0 }), /ends before it starts/],
    ["a time that is none", label({ start: "yesterday" }), /labels\.jsonl:1: /],
  ])("%s", (name, text, message) => {
    const broken = path.join(root, `broken ${name}`);
    mkdirSync(broken);
    if (text !== undefined) writeFileSync(path.join(broken, "labels.jsonl"), text);
    expect(() => readLabels(broken)).toThrow(message);
  });
});

test("the report holds every figure, and both it and the figure are made whatever the runs are", () => {
  const reports = comparators.map((detector) => detectorReport(detector, [runOf(detector.id), runOf(detector.id)], 1.5));
  const estates = [1, 2].map((seed) => ({ name: `seed ${seed}`, stored: 963, rejected: 0, attacks: 1, from: "a", to: "b" }));
  const others = comparators.map(({ id }): [string, Run[]] => [id, [runOf(id), runOf(id)]]);
  const besideOurs = equalAlerts(new Map([["machinetrail", [runOf("elastic-new-terms-our-key")]], ...others]));
  const report = { machine: "a machine", command: "npm run bench -- detection", estates, detectors: reports, equalAlerts: besideOurs };
  const markdown = markdownReport(report);
  expect(markdown).toContain(
    "| elastic-new-terms-our-key | 1.00 [1.00, 1.00] | 0.0 [0.0, 0.0] | 1.000 [1.000, 1.000] | 1.000 [1.000, 1.000] | 1.00 [1.00, 1.00] | 110 [110, 110] |",
  );
  expect(markdown).toContain("| elastic-new-terms-our-key | 2 | 1.00 | 1.00 | machinetrail | 1 | 1.00 | 1.00 |");
  expect(markdown).toContain("| elastic-new-terms-our-key | 2/2 | 110 | 0/2 | 0/0 | – | 0/0 |");
  expect(markdown).toContain("| elastic-new-terms-our-key | 0.0 (0.1) | 0.2 (10.0) |");
  expect(markdown).toContain("stolen-static-key");
  expect(markdown).toContain("on-prem-service");
  const figure = curveFigure(reports);
  expect(figure.startsWith("<svg ")).toBe(true);
  expect(figure.match(/<circle /g)?.length).toBe(reports.filter(({ curve }) => curve.length > 0).length);
  expect(curveFigure([detectorReport({ id: "none", title: "<none>", identityKey: "" }, [], 0)])).toContain("&lt;none&gt;");
});
