// From stored findings to sinks: planned once, sent at least once under one id, retried by the schedule, kept back where a person would be flooded.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Alert, FindingAlert } from "../../alert/alert.ts";
import type { Outcome } from "../../alert/sink.ts";
import { PermanentError } from "../../model/errors.ts";
import type { Finding } from "../../model/finding.ts";
import { startAlerts } from "../../pipeline/alert-loop.ts";
import { plannedDelivery, storedDeliveryLog, writePlan } from "../../pipeline/delivery-log.ts";
import { writeDecision } from "../../pipeline/finding-decision.ts";
import { writeFindings } from "../../pipeline/finding-writer.ts";
import { deliveriesList } from "../../queries/deliveries-list.ts";
import { foldedFindings } from "../../queries/folded-findings.ts";
import { sinkHealth } from "../../queries/sink-health.ts";
import { unplannedFindings } from "../../queries/unplanned-findings.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import { EmbeddedSession } from "../../storage/engines/embedded-session.ts";
import type { RowTable, Store } from "../../storage/store.ts";
import { findingOf } from "../queries/stored-findings.ts";
import { hourMs, minuteMs, secondMs, settingsOf, TestSink, turnedAlerts } from "./turned-alerts.ts";

/** Deliveries of long ago run out. */
const startMs = Date.UTC(2100, 10, 3, 12);
const identity = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

let folder: string;
let store: Store;
let session: EmbeddedSession;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-alerts-"));
  store = await openEmbeddedStore(path.join(folder, "store"));
  await store.migrate();
  session = await EmbeddedSession.open(store.location);
});
afterAll(async () => {
  await session.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const table of ["findings", "finding_states", "deliveries", "alert_sinks"]) await session.run(`TRUNCATE TABLE ${table}`);
});

function finding(uid: string, fields: Partial<Finding> = {}): Finding {
  return findingOf({ finding_uid: uid.padEnd(16, "0"), identity_uid: identity(uid), raised_ms: startMs - minuteMs, ...fields });
}

const twoSinks = () => settingsOf({ sinks: [fileSink("one"), fileSink("two")] });
function fileSink(id: string, more: object = {}) {
  return { id, type: "file", path: "/dev/null", ...more };
}

/** As a bot does: what begins a thread can be answered. */
function beginsThread(alert: Alert): Outcome {
  const isFirst = alert.kind === "finding" && alert.thread === undefined;
  return { kind: "delivered", ...(isFirst && { receipt: `ts-${alert.id}` }) };
}

/** As the store, but for one question, or rows of one table. */
function refusing(whole: Store, { query: name, insertRows: table }: { readonly query?: string; readonly insertRows?: RowTable }): Store {
  const refused = () => Promise.reject(new PermanentError("refused"));
  return {
    ...{ location: whole.location, migrate: () => whole.migrate(), compact: () => whole.compact(), close: () => whole.close() },
    ...{ insertActions: (block) => whole.insertActions(block), insertRecords: (block) => whole.insertRecords(block) },
    ...{ queryText: (sql, format) => whole.queryText(sql, format) },
    insertRows: (into, rows) => (into === table ? refused() : whole.insertRows(into, rows)),
    query: (query, parameters) => (query.name === name ? refused() : whole.query(query, parameters)),
  };
}

async function states(sink = "") {
  return (await store.query(deliveriesList, { sink, limit: 1_000 })).map(({ state }) => state).sort();
}

test("a finding reaches each sink once, whoever plans it how often, under an id of its own for each sink", async () => {
  await writeFindings(store, [finding("a1"), finding("a2")]);
  const [one, two] = [new TestSink("one"), new TestSink("two")];
  const alerts = await turnedAlerts(store, twoSinks(), [one, two]);
  await alerts.at(startMs);
  await alerts.at(startMs + secondMs);
  const again = await turnedAlerts(store, twoSinks(), [one, two], { fence: 2 });
  await again.at(startMs + minuteMs);
  for (const sink of [one, two])
    expect(sink.taken.map((alert) => (alert as FindingAlert).finding.finding_uid).sort()).toEqual(["a1".padEnd(16, "0"), "a2".padEnd(16, "0")]);
  expect(new Set([...one.taken, ...two.taken].map(({ id }) => id)).size).toBe(4);
  expect(await states()).toEqual(["delivered", "delivered", "delivered", "delivered"]);
});

test("a crash before anything was planned, after it was planned, and after it was sent and not marked loses nothing and changes no id", async () => {
  await writeFindings(store, [finding("a1")]);
  const sent: string[] = [];
  // Sends, and is dead before it can mark.
  const dying = new TestSink("one");
  let isAlive = true;
  dying.answer = ({ id }) => {
    sent.push(id);
    isAlive = false;
    return { kind: "delivered" };
  };
  const settings = settingsOf({ sinks: [fileSink("one")] });
  await (await turnedAlerts(store, settings, [dying], { fence: 1, isHeld: () => isAlive })).at(startMs);
  expect(await states()).toEqual(["leased"]);
  const next = new TestSink("one");
  await (await turnedAlerts(store, settings, [next], { fence: 2 })).at(startMs + secondMs);
  expect(next.taken.map(({ id }) => id)).toEqual(sent);
  expect(await states()).toEqual(["delivered"]);
});

test("a process that was replaced changes nothing, whatever it still writes and in which order", async () => {
  await writeFindings(store, [finding("a1")]);
  const settings = settingsOf({ sinks: [fileSink("one")] });
  const old = new TestSink("one");
  let answerOld: () => void = () => undefined;
  old.answer = () => new Promise((resolve) => (answerOld = () => resolve({ kind: "failed", scope: "message", reason: "late" })));
  const replaced = await turnedAlerts(store, settings, [old], { fence: 1 });
  await replaced.begin(startMs);
  const sink = new TestSink("one");
  await (await turnedAlerts(store, settings, [sink], { fence: 2 })).at(startMs + secondMs);
  expect(sink.taken).toHaveLength(1);
  // It still believes that the lease is its own.
  answerOld();
  await replaced.idle();
  expect(await states()).toEqual(["delivered"]);
});

test("a receiver that never answers holds up no other, and what is found meanwhile goes out to those", async () => {
  const [hanging, well] = [new TestSink("one"), new TestSink("two")];
  let release: () => void = () => undefined;
  hanging.answer = () => new Promise((resolve) => (release = () => resolve({ kind: "delivered" })));
  const alerts = await turnedAlerts(store, twoSinks(), [hanging, well]);
  for (const [place, uid] of ["a1", "a2", "a3"].entries()) {
    await writeFindings(store, [finding(uid)]);
    // Begun until it is taken: the sink is free again a moment after the mark of the one before can be read.
    do {
      await alerts.begin(startMs + place * secondMs);
      await new Promise((resolve) => setImmediate(resolve));
    } while (well.taken.length <= place);
  }
  expect([well.taken.length, hanging.taken.length]).toEqual([3, 0]);
  hanging.answer = () => ({ kind: "delivered" });
  release();
  await alerts.idle();
  await alerts.at(startMs + minuteMs);
  expect(hanging.taken).toHaveLength(3);
});

test("a message that is refused is tried ten times by the schedule, within a fifth of it, and given up; its neighbours are sent", async () => {
  await writeFindings(store, [finding("a1"), finding("a2")]);
  const sink = new TestSink("one");
  const triedMs: number[] = [];
  let nowMs = startMs;
  sink.answer = (alert) => {
    if ((alert as FindingAlert).finding.identity_uid !== identity("a1")) return { kind: "delivered" };
    triedMs.push(nowMs);
    return { kind: "failed", scope: "message", reason: "answered 422" };
  };
  const alerts = await turnedAlerts(store, settingsOf({ sinks: [fileSink("one")] }), [sink]);
  for (let round = 0; round < 12; round++) {
    await alerts.at(nowMs);
    const [waiting] = await store.query(deliveriesList, { states: ["pending"] });
    if (waiting === undefined) break;
    nowMs = waiting.next_ms;
  }
  const waits = triedMs.slice(1).map((atMs, place) => atMs - (triedMs[place] ?? 0));
  const schedule = [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 14 * hourMs, 20 * hourMs, 24 * hourMs];
  expect(waits).toHaveLength(schedule.length);
  for (const [place, waitMs] of waits.entries()) {
    expect(waitMs).toBeGreaterThanOrEqual((schedule[place] ?? 0) * 0.8 - 1);
    expect(waitMs).toBeLessThanOrEqual((schedule[place] ?? 0) * 1.2 + 1);
  }
  expect(sink.taken).toHaveLength(1);
  expect(await store.query(deliveriesList, { states: ["failed"] })).toMatchObject([{ attempts: 10, reason: "answered 422" }]);
});

test("a sink that fails for half a day is parked, another one is told once, and what waited arrives when it answers again", async () => {
  const [broken, well] = [new TestSink("one"), new TestSink("two")];
  broken.answer = () => ({ kind: "failed", scope: "sink", reason: "connection refused" });
  await writeFindings(store, [finding("a1"), finding("a2")]);
  const alerts = await turnedAlerts(store, twoSinks(), [broken, well]);
  for (let nowMs = startMs; nowMs <= startMs + 14 * hourMs; nowMs += 2 * hourMs) await alerts.at(nowMs);
  const told = well.taken.filter(({ kind }) => kind === "notice");
  expect(told).toMatchObject([{ title: "The alert sink one takes nothing" }]);
  expect(alerts.problems.join("\n")).toContain("the alert sink one is parked: connection refused");
  expect(new Set(await states("one"))).toEqual(new Set(["pending"]));
  broken.answer = () => ({ kind: "delivered" });
  for (let nowMs = startMs + 15 * hourMs; nowMs <= startMs + 40 * hourMs; nowMs += 5 * hourMs) await alerts.at(nowMs);
  expect(broken.taken).toHaveLength(2);
});

test("who refuses three messages and takes none is failing until it takes one; what was given up is told, to another sink once a day", async () => {
  const [refusing, well] = [new TestSink("one"), new TestSink("two")];
  refusing.answer = () => ({ kind: "failed", scope: "message", reason: "answered 400" });
  const alerts = await turnedAlerts(store, twoSinks(), [refusing, well]);
  const healthOfOne = async () => (await store.query(sinkHealth, {})).filter(({ sink_id }) => sink_id === "one").map(({ state }) => state);
  await writeFindings(store, [finding("a1"), finding("a2")]);
  await alerts.at(startMs);
  expect(await healthOfOne()).toEqual([]);
  await writeFindings(store, [finding("a3")]);
  await alerts.at(startMs + secondMs);
  expect(await healthOfOne()).toEqual(["failing"]);
  const [, refused] = (await store.query(deliveriesList, { sink: "one" })).map((delivery) => delivery);
  // Their last tries, of one day.
  const log = storedDeliveryLog(store);
  const tried = (await store.query(deliveriesList, { sink: "one" })).map(({ total: _, ...delivery }) => ({ ...delivery, attempts: 9 }));
  await log.write(tried.map((delivery, place) => ({ ...delivery, next_ms: startMs + (place + 1) * minuteMs, version: delivery.version + 1n })));
  for (let minute = 1; minute <= 4; minute++) await alerts.at(startMs + minute * minuteMs);
  const told = well.taken.filter(({ kind }) => kind === "notice");
  expect(told).toMatchObject([{ title: "The alert sink one did not take all" }]);
  expect(alerts.problems.join("\n")).toContain(`alerts to one: 1 given up, such as ${refused?.delivery_id}: answered 400`);
  refusing.answer = () => ({ kind: "delivered" });
  await writeFindings(store, [finding("a4")]);
  await alerts.at(startMs + hourMs);
  expect(await healthOfOne()).toEqual(["active"]);
});

test("killed between the word on a parked sink and its row, the next process says the same under the same id", async () => {
  const [broken, well] = [new TestSink("one"), new TestSink("two")];
  broken.answer = () => ({ kind: "failed", scope: "sink", reason: "connection refused" });
  await writeFindings(store, [finding("a1")]);
  await (await turnedAlerts(store, twoSinks(), [broken, well])).at(startMs);
  const dying = refusing(store, { insertRows: "alert_sinks" });
  const killed = await turnedAlerts(dying, twoSinks(), [broken, well], { fence: 2 });
  await expect(killed.at(startMs + 13 * hourMs)).rejects.toThrow("refused");
  for (const fence of [3, 4]) await (await turnedAlerts(store, twoSinks(), [broken, well], { fence })).at(startMs + (13 + fence) * hourMs);
  expect(well.taken.filter(({ kind }) => kind === "notice")).toMatchObject([{ title: "The alert sink one takes nothing" }]);
});

test("a sink that says that it wants no more is sent no more, over restarts, until its configuration is another; another one is told", async () => {
  const [gone, well] = [new TestSink("one"), new TestSink("two")];
  gone.answer = () => ({ kind: "gone", reason: "answered 410" });
  await writeFindings(store, [finding("a1")]);
  await (await turnedAlerts(store, twoSinks(), [gone, well])).at(startMs);
  await writeFindings(store, [finding("a2")]);
  let tries = 0;
  gone.answer = () => {
    tries++;
    return { kind: "delivered" };
  };
  await (await turnedAlerts(store, twoSinks(), [gone, well], { fence: 2 })).at(startMs + hourMs);
  expect([tries, await states("one")]).toEqual([0, ["pending", "pending"]]);
  expect(well.taken.filter(({ kind }) => kind === "notice")).toHaveLength(1);
});

test("what the receiver puts off is not used up by that, is tried when it said, and not before a second or after an hour", async () => {
  await writeFindings(store, [finding("a1")]);
  const sink = new TestSink("one");
  const alerts = await turnedAlerts(store, settingsOf({ sinks: [fileSink("one")] }), [sink]);
  let nowMs = startMs;
  for (const [askedMs, waitMs] of [
    [30 * secondMs, 30 * secondMs],
    [1, secondMs],
    [1e12, hourMs],
  ] as const) {
    sink.answer = () => ({ kind: "failed", scope: "sink", reason: "answered 429", retryAfterMs: askedMs });
    await alerts.at(nowMs);
    expect(await store.query(deliveriesList, { states: ["pending"] })).toMatchObject([{ next_ms: nowMs + waitMs, attempts: 0 }]);
    sink.answer = () => ({ kind: "delivered" });
    await alerts.at(nowMs + waitMs - 1);
    expect(sink.taken).toEqual([]);
    nowMs += waitMs;
  }
  await alerts.at(nowMs);
  expect(sink.taken).toHaveLength(1);
});

test("what one identity does within a day is one incident: people are told again only of what is graver, a thread gets all of it", async () => {
  const [chat, single, machine] = [
    new TestSink("chat", { followUps: "threaded" }),
    new TestSink("single", { followUps: "graver" }),
    new TestSink("machine"),
  ];
  chat.answer = beginsThread;
  const settings = settingsOf({ sinks: ["chat", "single", "machine"].map((id) => fileSink(id)) });
  const alerts = await turnedAlerts(store, settings, [chat, single, machine]);
  const same = { identity_uid: identity("a"), identity_uids: [identity("a")] };
  await writeFindings(store, [finding("a1", same)]);
  await alerts.at(startMs);
  await writeFindings(store, [finding("a1", { ...same, revision: 2, changed_ms: startMs })]);
  await alerts.at(startMs + minuteMs);
  await writeFindings(store, [finding("a2", { ...same, raised_ms: startMs + hourMs })]);
  await alerts.at(startMs + 2 * hourMs);
  await writeFindings(store, [finding("a3", { ...same, raised_ms: startMs + 2 * hourMs, severity: "high" })]);
  await alerts.at(startMs + 3 * hourMs);
  await writeFindings(store, [finding("a4", { ...same, raised_ms: startMs + 30 * hourMs })]);
  await alerts.at(startMs + 31 * hourMs);
  const told = (sink: TestSink) =>
    sink.taken.map((alert) => `${(alert as FindingAlert).event} ${(alert as FindingAlert).finding.finding_uid.slice(0, 2)}`);
  expect(told(machine)).toEqual(["raised a1", "continued a1", "raised a2", "raised a3", "raised a4"]);
  expect(told(chat)).toEqual(told(machine));
  expect(told(single)).toEqual(["raised a1", "raised a3", "raised a4"]);
  const [first, ...others] = chat.taken as FindingAlert[];
  expect(others.map(({ thread }) => thread)).toEqual([...Array(3).fill(`ts-${first?.id}`), undefined]);
});

test("the first message that is graver than all before it in its incident says so; a decision says whether anything of the incident is open", async () => {
  const chat = new TestSink("chat", { followUps: "threaded" });
  chat.answer = beginsThread;
  const alerts = await turnedAlerts(store, settingsOf({ sinks: [fileSink("chat")] }), [chat]);
  const same = { identity_uid: identity("a"), identity_uids: [identity("a")] };
  for (const [place, severity] of (["low", "medium", "low", "high", "medium"] as const).entries()) {
    await writeFindings(store, [finding(`a${place}`, { ...same, severity, raised_ms: startMs + place })]);
    await alerts.at(startMs + place * minuteMs);
  }
  const told = () => chat.taken as FindingAlert[];
  expect(told().map(({ isGraver }) => isGraver)).toEqual([false, true, false, true, false]);
  const decided = { muted_until_ms: 0, reason: "planned", decided_by: "analyst", state: "benign" } as const;
  for (const place of [4, 3, 2, 1, 0]) {
    const decided_ms = startMs + hourMs + place;
    await writeDecision(store, { ...decided, decided_ms, finding_uid: finding(`a${place}`).finding_uid });
    await alerts.at(startMs + 2 * hourMs + (5 - place) * minuteMs);
  }
  expect(
    told()
      .slice(5)
      .map(({ event, hasOpenFindings }) => [event, hasOpenFindings]),
  ).toEqual([...Array(4).fill(["decided", true]), ["decided", false]]);
});

test("what was kept back told nobody: in the morning, after a restart as well, people are told of an incident that began in quiet hours, and once", async () => {
  const night = { quiet_hours: { from: "22:00", to: "07:00", time_zone: "Europe/Berlin", above: "critical" } };
  const settings = settingsOf({
    sinks: [fileSink("people", night), fileSink("routed")],
    routes: [{ sinks: ["people"] }, { sinks: ["routed"], providers: ["gcp"] }],
  });
  const nightMs = Date.UTC(2100, 10, 3, 23);
  const morningMs = Date.UTC(2100, 10, 4, 7);
  const same = { identity_uid: identity("a"), identity_uids: [identity("a")] };
  const [people, routed] = [new TestSink("people", { followUps: "graver" }), new TestSink("routed", { followUps: "graver" })];
  const open = (fence: number) => turnedAlerts(store, settings, [people, routed], { fence });
  const alerts = await open(1);
  await writeFindings(store, [finding("a1", { ...same, severity: "high", raised_ms: nightMs })]);
  await alerts.at(nightMs);
  expect([...people.taken, ...routed.taken]).toEqual([]);
  await writeFindings(store, [finding("a1", { ...same, severity: "high", raised_ms: nightMs, revision: 2, changed_ms: morningMs })]);
  await (await open(2)).at(morningMs);
  await writeFindings(store, [finding("a2", { ...same, severity: "medium", provider: "gcp", raised_ms: morningMs })]);
  await (await open(3)).at(morningMs + hourMs);
  const told = (sink: TestSink) =>
    sink.taken.map((alert) => `${(alert as FindingAlert).event} ${(alert as FindingAlert).finding.finding_uid.slice(0, 2)}`);
  expect([told(people), told(routed)]).toEqual([["continued a1"], ["raised a2"]]);
});

test("a decision goes where the finding went; what is benign or muted is told to nobody when it goes on", async () => {
  const sink = new TestSink("one");
  const alerts = await turnedAlerts(store, settingsOf({ sinks: [fileSink("one")] }), [sink]);
  await writeFindings(store, [finding("a1"), finding("b1")]);
  await alerts.at(startMs);
  const decided = { decided_ms: startMs + 1, muted_until_ms: 0, reason: "planned", decided_by: "analyst" };
  await writeDecision(store, { ...decided, finding_uid: finding("a1").finding_uid, state: "benign" });
  await writeDecision(store, { ...decided, finding_uid: finding("b1").finding_uid, state: "muted", muted_until_ms: startMs + 90 * 24 * hourMs });
  await alerts.at(startMs + minuteMs);
  await writeFindings(
    store,
    ["a1", "b1"].map((uid) => finding(uid, { revision: 2, changed_ms: startMs })),
  );
  await alerts.at(startMs + minuteMs);
  const told = sink.taken.map((alert) => `${(alert as FindingAlert).event} ${(alert as FindingAlert).summary.decision ?? ""}`);
  expect(told.slice(0, 2)).toEqual(["raised ", "raised "]);
  expect(told.slice(2).sort()).toEqual([expect.stringMatching(/^decided benign, by analyst/), expect.stringMatching(/^decided muted until/)]);
});

test("routes, environments and quiet hours decide who is told; what is too old is told to nobody", async () => {
  const settings = settingsOf({
    sinks: [fileSink("pager", { quiet_hours: { from: "22:00", to: "07:00", time_zone: "Europe/Berlin", above: "high" } }), fileSink("siem")],
    routes: [{ sinks: ["siem"] }, { sinks: ["pager"], severity: "medium", environments: ["production"], providers: ["aws"] }],
    environments: [
      { name: "staging", identities: ["*:role/staging-*"] },
      { name: "production", identities: ["arn:aws:iam::*"] },
    ],
  });
  const [pager, siem] = [new TestSink("pager"), new TestSink("siem")];
  const alerts = await turnedAlerts(store, settings, [pager, siem]);
  const nightMs = Date.UTC(2100, 10, 3, 23);
  await writeFindings(store, [
    finding("a1", { severity: "medium" }),
    finding("a2", { severity: "low" }),
    finding("a3", { severity: "high", identity_uids: [identity("staging-x")] }),
    finding("a4", { severity: "high", provider: "gcp" }),
    finding("a5", { severity: "critical", raised_ms: startMs - 80 * hourMs }),
  ]);
  await alerts.at(startMs);
  await writeFindings(store, [finding("b1", { severity: "medium", raised_ms: nightMs }), finding("b2", { severity: "high", raised_ms: nightMs })]);
  await alerts.at(nightMs);
  const told = (sink: TestSink) => sink.taken.map((alert) => (alert as FindingAlert).finding.finding_uid.slice(0, 2)).sort();
  expect(told(siem)).toEqual(["a1", "a2", "a3", "a4", "b1", "b2"]);
  expect(told(pager)).toEqual(["a1", "b2"]);
  expect(await states("pager")).toEqual(["delivered", "delivered", "folded"]);
});

test("a digest once a day counts what went to the sink in no message of its own, to the last one, and once whoever asks again", async () => {
  const settings = settingsOf({
    sinks: [fileSink("one", { digest: { at: "08:00", time_zone: "Europe/Berlin" } })],
    routes: [{ sinks: ["one"], severity: "high" }],
  });
  const sink = new TestSink("one");
  const morningMs = Date.UTC(2100, 10, 4, 7);
  await writeFindings(store, [
    finding("a1", { severity: "high" }),
    ...["b1", "b2", "b3"].map((uid) => finding(uid, { severity: uid === "b3" ? "medium" : "low" })),
  ]);
  const alerts = await turnedAlerts(store, settings, [sink]);
  await alerts.at(startMs);
  await alerts.at(morningMs - minuteMs);
  await alerts.at(morningMs);
  await (await turnedAlerts(store, settings, [sink], { fence: 2 })).at(morningMs + hourMs);
  const digests = sink.taken.filter((alert) => alert.kind === "notice" && alert.timeMs >= morningMs - minuteMs);
  expect(digests).toMatchObject([
    {
      title: "Daily digest: 3 findings that did not page",
      lines: [expect.stringContaining("1 medium (1 identities), 2 low (2 identities)"), ...Array(3).fill(expect.anything())],
    },
  ]);
});

test("a digest that nobody was there to write is sent on the next day, once; one with nothing in it only on its own day", async () => {
  const settings = settingsOf({
    sinks: [fileSink("one", { digest: { at: "08:00", time_zone: "UTC" } })],
    routes: [{ sinks: ["one"], severity: "high" }],
  });
  const sink = new TestSink("one");
  const morningMs = Date.UTC(2100, 10, 4, 8);
  await writeFindings(store, [finding("a1")]);
  await (await turnedAlerts(store, settings, [sink])).at(morningMs - hourMs);
  // Down from before one digest until after the next, and until before a third.
  for (const [place, atMs] of [morningMs + 25 * hourMs, morningMs + 26 * hourMs, morningMs + 47 * hourMs].entries())
    await (await turnedAlerts(store, settings, [sink], { fence: 2 + place })).at(atMs);
  expect(sink.taken).toMatchObject([
    { title: "Daily digest: 1 findings that did not page", lines: [expect.stringContaining("to 2100-11-04 08:00 UTC"), expect.anything()] },
    { title: "Daily digest: nothing that you were not told of" },
  ]);
});

test("what gets worse while nobody is told stands in the digest, once and at its gravest; what was told as grave, or was decided, does not", async () => {
  const quiet = { quiet_hours: { from: "22:00", to: "07:00", time_zone: "UTC", above: "critical" }, digest: { at: "08:00", time_zone: "UTC" } };
  const sink = new TestSink("one");
  const alerts = await turnedAlerts(store, settingsOf({ sinks: [fileSink("one", quiet)] }), [sink]);
  await writeFindings(
    store,
    ["a1", "b1", "c1"].map((uid) => finding(uid, { severity: "low" })),
  );
  await alerts.at(startMs);
  const nightMs = Date.UTC(2100, 10, 3, 23);
  const worse = (uid: string, revision: number, severity: "low" | "medium" | "high") =>
    finding(uid, { severity, revision, changed_ms: nightMs + revision });
  await writeFindings(store, [worse("a1", 2, "medium"), worse("b1", 2, "low"), worse("c1", 2, "high")]);
  await alerts.at(nightMs);
  await writeFindings(store, [worse("a1", 3, "high"), finding("d1", { severity: "low", raised_ms: nightMs })]);
  await alerts.at(nightMs + hourMs);
  const decided = { decided_ms: nightMs + 2 * hourMs, muted_until_ms: 0, reason: "planned", decided_by: "analyst", state: "benign" } as const;
  await writeDecision(store, { ...decided, finding_uid: finding("c1").finding_uid });
  await alerts.at(Date.UTC(2100, 10, 4, 8));
  const digest = sink.taken.findLast(({ kind }) => kind === "notice");
  expect(digest).toMatchObject({
    title: "Daily digest: 2 findings that did not page",
    lines: [
      expect.stringContaining("1 high (1 identities), 1 low (1 identities)"),
      expect.stringMatching(/^high: .*a1/),
      expect.stringMatching(/^low: .*d1/),
    ],
  });
});

test("20,000 findings in a minute are one message to people, and it counts them all", async () => {
  const settings = settingsOf({ sinks: [fileSink("people", { flood_limit: 20 })] });
  await session.run(`INSERT INTO findings (finding_uid, configuration, revision, version, kind, budget, maturity, identity_uid, identity_uids, provider, severity, raised_at, changed_at, risk, windows, reasons, members, events, lineage)
    SELECT lower(leftPad(hex(number), 16, '0')), 'c', 1, 1, 'identity', 10, 'own', concat('arn:aws:iam::111122223333:role/r', toString(number % 4000)), [concat('arn:aws:iam::111122223333:role/r', toString(number % 4000))],
      'aws', if(number % 100 = 0, 'high', 'low'), toDateTime64('2100-11-03 11:59:00', 3, 'UTC') + toIntervalMillisecond(number % 60000) AS at, at, number % 100, [('a', toInt64(1))], '[]',
      '[{"identity_uid":"a","identity_name":"","provider":"aws","principal_type":"","workload_type":"","bits":1}]', '[]', '{"up":[],"down":[],"reach":0,"is_cut":false}' FROM numbers(20000)`);
  const sink = new TestSink("people", { followUps: "graver" });
  const alerts = await turnedAlerts(store, settings, [sink]);
  await alerts.at(startMs);
  await alerts.at(startMs + 3 * minuteMs);
  await alerts.at(startMs + 4 * minuteMs);
  const notices = sink.taken.filter(({ kind }) => kind === "notice");
  expect(notices).toHaveLength(1);
  const [flood] = await store
    .query(deliveriesList, { states: ["delivered"], limit: 100 })
    .then((rows) => rows.filter(({ kind }) => kind === "flood"));
  const counted = await store.query(foldedFindings, { folded_into: flood?.delivery_id ?? "" });
  const inFlood = counted.reduce((sum, { findings }) => sum + findings, 0);
  const folded = await store.query(deliveriesList, { states: ["folded"], limit: 1 });
  const singles = sink.taken.length - 1;
  // Each is a message of its own, counted in the flood, or one more of the incidents that people were told of: four for each of those.
  expect((folded[0]?.total ?? 0) + singles).toBe(20_000);
  expect(notices[0]).toMatchObject({ title: "A flood: 19,900 more findings were not sent one by one" });
  expect([singles, inFlood, inFlood + singles + 4 * singles]).toEqual([20, 19_900, 20_000]);
});

test("what is planned already goes out though planning fails, and why it fails is told", async () => {
  const file = path.join(folder, "sent.ndjson");
  const planned = { sink_id: "one", kind: "parked", subject: `parked:two:${startMs}`, severity: "high", created_ms: Date.now() } as const;
  await writePlan(store, [], [plannedDelivery(planned)], Date.now());
  const settings = settingsOf({ sinks: [{ ...fileSink("one"), path: file }] });
  const stop = new AbortController();
  const problems: string[] = [];
  const told = { onProblem: (message: string) => void problems.push(message) };
  const loop = await startAlerts({
    store: refusing(store, { query: unplannedFindings.name }),
    settings,
    productVersion: "0.0.0",
    signal: stop.signal,
    ...told,
  });
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  await loop?.ended;
  expect(readFileSync(file, "utf8")).toContain("The alert sink two takes nothing");
  expect(problems).toEqual(["alerts: refused"]);
});
