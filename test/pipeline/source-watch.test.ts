// Sources that are not well become findings: by what is usual for each, as it was stored, once each, and never for the time in which nobody looked.
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyCounts } from "../../pipeline/ingest-messages.ts";
import { gapSeen, parkedSeen, sourceFindingUid } from "../../pipeline/source-finding.ts";
import { problemsOf, SourceActivity, writeProblems } from "../../pipeline/source-watch.ts";
import { findingsList } from "../../queries/findings-list.ts";
import { sourceGaps } from "../../queries/source-gaps.ts";
import { teachingDecisions } from "../../queries/teaching-decisions.ts";
import { findingSummary } from "../../report/finding-summary.ts";
import { ocsfDetectionFinding } from "../../report/ocsf-detection-finding.ts";
import { minuteText } from "../../runtime/minute-text.ts";
import type { Store } from "../../storage/store.ts";
import { timeText } from "../../storage/time-text.ts";
import { storeOf, type TemporaryStore } from "../bench/evidence.ts";
import { ocsfDetectionFindingSchema } from "../report/ocsf-schema.ts";
import { blockOf, dayMs, received } from "../storage/action-rows.ts";
import { sourceStatus } from "./live-status.ts";

const minuteMs = 60_000;
/** Noon of today, since old rows run out. */
const nowMs = Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2;

let opened: TemporaryStore;
let store: Store;
beforeAll(async () => {
  opened = await storeOf([]);
  store = opened.store;
});
afterAll(() => opened.close());

interface Minute {
  readonly source: string;
  /** Minutes before now. */
  readonly ago: number;
  readonly records: number;
  readonly format?: string;
  readonly rejected?: number;
}

const row = ({ source, ago, records, format = "", rejected = 0 }: Minute) => ({
  ...{ source_id: source, format, minute: timeText(nowMs - ago * minuteMs).slice(0, 19), process: "one", records, rejected },
});
/** Looked at every ten minutes over some days until now; `records`: by minutes before now. */
const looked = (source: string, days: number, records: (ago: number) => number) =>
  Array.from({ length: days * 144 }, (_, index) => ({ source, ago: (index + 1) * 10, records: records((index + 1) * 10) })).map(row);
const failed = (error: Error): never => {
  throw error;
};
/** Of these, among all that the store knows of. */
const problems = async (...ids: string[]) => {
  const sources = ids.map((id) => sourceStatus({ id }));
  return (await problemsOf(store, sources, nowMs, failed)).filter(({ about }) => ids.includes(about));
};

test("a source is silent after three times the pause that it makes on at least two days of two weeks; one that still makes such a pause is not", async () => {
  await store.insertRows("source_activity", [
    // Each hour; and for 160 minutes nothing, or for 400 of them.
    ...looked("hourly", 6, (ago) => (ago > 160 && ago % 60 === 0 ? 9 : 0)),
    ...looked("silent", 6, (ago) => (ago > 400 && ago % 60 === 0 ? 9 : 0)),
    // A pause of half a day each day is no silence, however long it is beside the others.
    ...looked("office", 6, (ago) => (ago % 1440 >= 720 ? 9 : 0)),
    // One outage is no habit: it does not make the next one usual.
    ...looked("outage", 6, (ago) => (ago > 400 && (ago < 3000 || ago > 5000) && ago % 60 === 0 ? 9 : 0)),
    // What is new has no habits yet.
    ...looked("new", 2, (ago) => (ago > 1000 ? 9 : 0)),
  ]);
  const seen = await problems("hourly", "silent", "office", "outage", "new");
  expect(seen.map(({ problem, about }) => [problem, about])).toEqual([
    ["source-silent", "outage"],
    ["source-silent", "silent"],
  ]);
  // Another process may read it: it is looked after whoever does. Of one that nobody looks at any more nothing is expected.
  expect((await problemsOf(store, [], nowMs, failed)).map(({ about }) => about)).toContain("silent");
  await store.insertRows("source_activity", looked("given up", 6, (ago) => (ago > 1000 && ago % 60 === 0 ? 9 : 0)).slice(10));
  expect(await problems("given up")).toEqual([]);
});

test("the time in which no process looked is no silence, and a source that fails says why", async () => {
  const rows = looked("slept", 6, (ago) => (ago % 60 === 0 ? 9 : 0)).filter(({ minute }) => minute < timeText(nowMs - 400 * minuteMs));
  await store.insertRows("source_activity", rows);
  expect(await problems("slept")).toEqual([]);
  await store.insertRows(
    "source_activity",
    Array.from({ length: 39 }, (_, index) => row({ source: "slept", ago: 10 * (index + 1), records: 0 })),
  );
  const seen = await problemsOf(store, [sourceStatus({ id: "slept", state: "failing", detail: "the topic is gone" })], nowMs, failed);
  expect(seen.find(({ about }) => about === "slept")?.observed).toContain("it is failing: the topic is gone");
});

test("a kind of log that stops while the source goes on is told of itself", async () => {
  await store.insertRows("source_activity", [
    ...looked("mixed", 6, (ago) => (ago % 60 === 0 ? 9 : 0)),
    ...looked("mixed", 6, (ago) => (ago % 60 === 0 ? 9 : 0))
      .filter(({ records }) => records > 0)
      .flatMap((each) => [
        { ...each, format: "aws-cloudtrail" },
        ...(each.minute < timeText(nowMs - dayMs) ? [{ ...each, format: "gcp-audit" }] : []),
      ]),
  ]);
  expect((await problems("mixed")).map(({ problem, observed }) => [problem, observed])).toEqual([
    ["log-type-stopped", expect.stringContaining("no gcp-audit for ")],
  ]);
});

test("a rejected share is told where it is far above the source's own, not where it always was so", async () => {
  await store.insertRows("source_activity", [
    ...[row({ source: "worse", ago: 3000, records: 1000, rejected: 10 }), row({ source: "worse", ago: 5, records: 200, rejected: 30 })],
    ...[row({ source: "always", ago: 3000, records: 1000, rejected: 300 }), row({ source: "always", ago: 5, records: 200, rejected: 65 })],
    ...[row({ source: "few", ago: 3000, records: 1000, rejected: 10 }), row({ source: "few", ago: 5, records: 20, rejected: 20 })],
  ]);
  expect((await problems("worse", "always", "few")).map(({ problem, about, observed }) => [problem, about, observed])).toEqual([
    ["rejected-share", "worse", "15.0 % of 200 records of an hour cannot be read"],
  ]);
});

test("a log whose records mostly happened after they were received has a wrong clock, told once however many accounts its records name; a few forged ones give it none", async () => {
  const audited = (source: "kubernetes-audit" | "gcp-audit" | "aws-cloudtrail", account_uid: string, index: number, aheadMs: number) => {
    const time = nowMs - minuteMs + aheadMs;
    const event_uid = `${account_uid}-${index}`;
    return received({ event_uid, identity_uid: `${account_uid}/x`, account_uid, source, time }, nowMs - minuteMs);
  };
  const rows = Array.from({ length: 30 }, (_, index) => [
    ...[audited("kubernetes-audit", "ahead", index, 10 * minuteMs), audited("gcp-audit", "forged", index, index < 10 ? 10 * dayMs : -1000)],
    ...["a", "b", "c"].map((account) => audited("aws-cloudtrail", account, Math.min(index, 20), dayMs)),
  ]).flat();
  await store.insertActions(await blockOf(rows));
  const clocks = (await problemsOf(store, [], nowMs, failed)).filter(({ problem }) => problem === "clock-off");
  expect(clocks.map(({ about, observed }) => [about, observed])).toEqual([
    [
      "aws-cloudtrail",
      "half or more of 21 records of aws-cloudtrail in a happened 60 s or more after they were received, at most 86400 s; 2 other accounts too",
    ],
    ["kubernetes-audit", "half or more of 30 records of kubernetes-audit in ahead happened 60 s or more after they were received, at most 600 s"],
  ]);
});

test("records of 1970 and 2036 are told, once a log and day; one that is two years late or an hour ahead is not", async () => {
  const at = (source: "azure-activity" | "kubernetes-audit", event_uid: string, time: number) =>
    received({ event_uid, identity_uid: "clockless", account_uid: "clockless", source, time }, nowMs - minuteMs);
  await store.insertActions(
    await blockOf([
      ...[at("azure-activity", "epoch", 0), at("azure-activity", "ahead", Date.UTC(2036, 1, 7)), at("azure-activity", "late", nowMs - 730 * dayMs)],
      at("kubernetes-audit", "soon", nowMs + 60 * minuteMs),
    ]),
  );
  const wrong = async (atMs: number) => (await problemsOf(store, [], atMs, failed)).filter(({ problem }) => problem === "time-impossible");
  // Those of gcp-audit that were forged above lie ten days ahead.
  const seen = (await wrong(nowMs)).filter(({ about }) => about !== "gcp-audit");
  expect(seen.map(({ observed }) => observed)).toEqual([
    "2 records of azure-activity that came within minutes say that they happened 1970-01-01 00:00 to 2036-02-07 00:00 UTC",
  ]);
  expect(await writeProblems(store, seen, nowMs)).toHaveLength(1);
  expect(
    await writeProblems(
      store,
      (await wrong(nowMs + minuteMs)).filter(({ about }) => about !== "gcp-audit"),
      nowMs,
    ),
  ).toEqual([]);
});

test("logging that is switched off or changed is told once a call, account and day, whoever did it, also where it is seen late; a try that was refused, and a call that only looks like one, are not", async () => {
  const did = (event_uid: string, service: string, action: string, fields: object = {}) =>
    received(
      {
        event_uid,
        identity_uid: "role/logs",
        account_uid: "111122223333",
        source: "aws-cloudtrail",
        outcome: "success",
        service,
        action,
        time: nowMs - 90_000,
        ...fields,
      },
      nowMs - minuteMs,
    );
  await store.insertActions(
    await blockOf([
      ...[
        did("stop-1", "cloudtrail", "StopLogging"),
        did("stop-2", "cloudtrail", "StopLogging", { identity_uid: "role/z", time: nowMs - 80_000 }),
        did("stop-3", "cloudtrail", "StopLogging", { account_uid: "444455556666" }),
      ],
      did("sink", "logging.googleapis.com", "google.logging.v2.ConfigServiceV2.UpdateSink", { source: "gcp-audit", account_uid: "" }),
      did("setting", "microsoft.insights", "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE", { source: "azure-activity", identity_uid: "" }),
      ...[did("refused", "cloudtrail", "DeleteTrail", { outcome: "denied" }), did("looks", "cloudtrail", "StopLoggingNow")],
      did("forged", "logging.googleapis.com", "x.google.logging.v2.ConfigServiceV2.DeleteSink", { source: "gcp-audit" }),
    ]),
  );
  const changed = async (atMs: number) => (await problemsOf(store, [], atMs, failed)).filter(({ problem }) => problem === "logging-changed");
  const seen = await changed(nowMs);
  const when = `${minuteText(nowMs - 90_000)} UTC`;
  expect(seen.map(({ about, observed }) => [about, observed])).toEqual([
    ["aws-cloudtrail", `cloudtrail:StopLogging by role/logs in 111122223333, ${when} (event stop-1); 2 such calls of 2 in the hour`],
    ["aws-cloudtrail", `cloudtrail:StopLogging by role/logs in 444455556666, ${when} (event stop-3)`],
    [
      "azure-activity",
      `microsoft.insights:MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE by somebody unknown in 111122223333, ${when} (event setting)`,
    ],
    ["gcp-audit", `logging.googleapis.com:google.logging.v2.ConfigServiceV2.UpdateSink by role/logs, ${when} (event sink)`],
  ]);
  expect(await writeProblems(store, seen, nowMs)).toHaveLength(4);
  expect(await changed(nowMs + 30 * minuteMs)).toEqual(seen);
  expect(await writeProblems(store, await changed(nowMs + 30 * minuteMs), nowMs)).toEqual([]);
});

test("a question that the store does not answer is told, and the others are asked", async () => {
  const deaf: Store = {
    ...({} as Store),
    query: async (query, parameters) => {
      if (query.name === sourceGaps.name) throw new Error("not today");
      return store.query(query, parameters);
    },
  };
  const failures: string[] = [];
  const seen = await problemsOf(deaf, [], nowMs, ({ message }) => void failures.push(message));
  expect(failures).toEqual(["not today"]);
  expect(new Set(seen.map(({ problem }) => problem))).toEqual(new Set(["rejected-share", "clock-off", "time-impossible", "logging-changed"]));
});

test("each is told once, by whichever process sees it, as a finding of kind source that every way out takes; it teaches detection nothing", async () => {
  const gap = { partition: "topic/0\u001b[2J", from: "10", to: "90", reason: "records ran out before they were read" };
  const seen = gapSeen({ id: "audit", type: "kafka" }, gap, nowMs);
  const [finding] = await writeProblems(store, [seen, seen], nowMs);
  expect(finding).toMatchObject({ kind: "source", identity_uid: "source:audit", severity: "high", detectors: ["records-gone"], bits: 0 });
  expect(await writeProblems(store, [seen], nowMs + minuteMs)).toEqual([]);
  expect(sourceFindingUid({ ...seen, about: "another" })).not.toBe(finding?.finding_uid);
  const [listed] = await store.query(findingsList, { now_ms: nowMs, finding_uids: [finding?.finding_uid ?? ""] });
  if (listed === undefined) throw new Error("it is stored");
  const event = ocsfDetectionFindingSchema.parse(ocsfDetectionFinding(listed, "0.1.0"));
  expect(event.finding_info.title).toBe("source audit: Records are gone");
  await store.insertRows("finding_states", [
    {
      finding_uid: listed.finding_uid,
      decided_at: timeText(nowMs),
      decision_uid: "d",
      state: "benign",
      muted_until: timeText(0),
      reason: "",
      decided_by: "",
    },
  ]);
  expect(await store.query(teachingDecisions, { until_ms: nowMs + dayMs })).toEqual([]);
});

test("a detector that failed is told once a day, as detection's own matter: by its name, and of no source", async () => {
  const [seen, nextDay] = [nowMs - dayMs, nowMs].map((dayMs) => parkedSeen({ id: "odd-hour", reason: "threw: boom", dayMs }));
  if (seen === undefined || nextDay === undefined) throw new Error("two days make two");
  const findings = await writeProblems(store, [seen, seen, nextDay], nowMs);
  expect(findings.map(({ identity_uid, detectors }) => [identity_uid, ...detectors])).toEqual(
    Array(2).fill(["detector:odd-hour", "detector-failed"]),
  );
  expect(await writeProblems(store, [seen], nowMs)).toEqual([]);
  const [listed] = await store.query(findingsList, { now_ms: nowMs, detector: "detector-failed" });
  if (listed === undefined) throw new Error("it is stored");
  const event = ocsfDetectionFindingSchema.parse(ocsfDetectionFinding(listed, "0.1.0"));
  expect([event.finding_info.title, event.finding_info.types]).toEqual([
    "detector odd-hour: Detector failed and is left out",
    ["Health of detection"],
  ]);
  expect(findingSummary(listed).sentence).toMatch(/^The detector odd-hour is not well, /);
});

test("what a process notes of a minute is what came since it noted last, also where that was refused once or the source was configured anew, twice in a minute", async () => {
  let isRefused = false;
  const notes: Record<string, unknown>[] = [];
  const activity = new SourceActivity({
    ...({} as Store),
    insertRows: async (_, rows) => {
      if (isRefused) throw new Error("refused");
      notes.push(...(rows as Record<string, unknown>[]));
    },
  });
  const status = (records: number, rejected: number, startedMs = 1000) =>
    sourceStatus({
      id: "a",
      startedMs,
      counts: { ...emptyCounts(), records, rejected: { x: rejected }, byFormat: { "gcp-audit": records - rejected } },
    });
  await activity.note([status(10, 1)], nowMs);
  isRefused = true;
  await expect(activity.note([status(15, 1)], nowMs + minuteMs)).rejects.toThrow("refused");
  isRefused = false;
  await activity.note([status(17, 2)], nowMs + 2 * minuteMs);
  // The one before had gone on, and another one came and went.
  activity.ended(status(19, 3));
  activity.ended(status(5, 1, 2000));
  isRefused = true;
  await expect(activity.note([status(30, 0, 3000)], nowMs + 3 * minuteMs)).rejects.toThrow("refused");
  isRefused = false;
  await activity.note([status(31, 0, 3000)], nowMs + 4 * minuteMs);
  await activity.note([status(31, 0, 3000)], nowMs + 5 * minuteMs);
  const of = (format: string) => notes.filter((note) => note.format === format).map(({ records, rejected }) => [records, rejected]);
  expect(of("")).toEqual([
    [10, 1],
    [7, 1],
    [2 + 5 + 31, 1 + 1],
    [0, 0],
  ]);
  expect(of("gcp-audit")).toEqual([
    [9, 0],
    [6, 0],
    [1 + 4 + 31, 0],
  ]);
});
