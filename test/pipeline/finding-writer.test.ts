// Findings in the store: what is written comes back whole, the same windows give the same rows however often and in which order they are
// written, and a finding that goes on is one row.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { FindingPlace, Told } from "../../detect/alert-collapse.ts";
import { asOfView } from "../../detect/as-of-view.ts";
import { newNetwork } from "../../detect/detectors/new-network.ts";
import { sessionElsewhere } from "../../detect/detectors/session-elsewhere.ts";
import { windowsOf } from "../../detect/evidence.ts";
import { dayMs, hourMs, hourOf, startDay } from "../../detect/shown-hour.ts";
import { writeTold } from "../../pipeline/finding-writer.ts";
import { configurationOf, type FindingConfiguration } from "../../pipeline/make-findings.ts";
import { findingsList } from "../../queries/findings-list.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import type { Store } from "../../storage/store.ts";
import { blockOf, received } from "../storage/action-rows.ts";
import { keepForEver, runInFolder } from "../storage/keep-for-ever.ts";
import { tableRows } from "../storage/table-digest.ts";

const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-findings-"));
/** End of the hour that `hourOf` gives to its day 0. */
const momentMs = startDay * dayMs + 3 * hourMs;
const configuration = configurationOf({ budget: 10, detectors: [newNetwork] });
const odd = "internet 198.51.100.0/24";

let store: Store;
let stores = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await store?.close();
  store = await openEmbeddedStore(path.join(folder, `${stores++}`));
  await store.migrate();
  await keepForEver((sql) => runInFolder(store.location, sql));
  const event = { identity_uid: "backup", identity_name: "2026-11-01 00:00:00", src_network: odd, service: "s3", action: "GetObject" };
  await store.insertActions(await blockOf([received({ event_uid: "e1", time: momentMs - 60_000, ...event }, momentMs - 30_000)]));
});
afterAll(() => store.close());

/** `atMinute`: before the hour was over. */
function toldOf(identity: string, hour: number, bits: number, place?: FindingPlace, atMinute = 60): Told {
  const [window] = windowsOf([hourOf({ identity, day: 0, hour, network: odd, isStatic: true })]);
  if (window === undefined) throw new Error("no window");
  const reasons = [newNetwork, sessionElsewhere].map((detector, index) => ({
    ...{ detector, what: odd, observed: `network ${odd}`, baseline: "none of its 1 known", bits: 9 - index, probability: 0.001 * (index + 1) },
    ...(index === 0
      ? { past: { days: 2, firstDay: 20_000, lastDay: 20_009, others: 3, knownValues: 4, valueDays: 40 } }
      : { certainty: "mechanism" as const }),
  }));
  const raised = { window, asOfMs: window.momentMs - (60 - atMinute) * 60_000, maturity: "own", bits, reasons } as const;
  const own = { kind: "identity", about: identity, momentMs: window.momentMs } as const;
  return {
    raised,
    place: place ?? own,
    isNews: place === undefined || place.momentMs === window.momentMs,
    isRevision: place?.momentMs === window.momentMs,
    isRare: true,
  };
}

async function write(told: readonly Told[], as: FindingConfiguration = configuration) {
  return writeTold(told, { store, view: asOfView(store, momentMs + dayMs), configuration: as });
}

const list = () => store.query(findingsList, { now_ms: momentMs });
const rows = () => tableRows(store, "findings");

test("what was raised is read as it was written, with the events and the advice", async () => {
  const [written] = await write([toldOf("backup", 2, 12)]);
  const [read] = await list();
  expect(read).toEqual({ ...written, state: "open", state_reason: "", state_by: "", state_at_ms: 0, muted_until_ms: 0, total: 1 });
  expect(written).toMatchObject({
    finding_uid: expect.stringMatching(/^[0-9a-f]{16}$/),
    identity_uid: "backup",
    identity_name: "2026-11-01 00:00:00",
    window_start_ms: momentMs - hourMs,
    raised_ms: momentMs,
    detectors: ["new-network", "session-elsewhere"],
    event_uids: ["e1"],
    events: [{ event_uid: "e1", call: "s3:GetObject", shows: 1 }],
    reasons: [
      { past: { days: 2, first_seen_ms: 20_000 * dayMs, last_seen_ms: 20_009 * dayMs, others: 3, known_values: 4, value_days: 40 } },
      { certainty: "mechanism" },
    ],
    checks: [...newNetwork.checks, ...sessionElsewhere.checks],
  });
});

test("the same windows written again, in another order, by another call are the same rows", async () => {
  const told = [toldOf("backup", 2, 12), toldOf("other", 2, 9)];
  await write(told);
  const once = await rows();
  expect(once).toHaveLength(2);
  await write(told.toReversed());
  for (const each of told) await write([each]);
  expect(await rows()).toEqual(once);
});

test("a finding that goes on is one row, whether it is written as it is told, at once, or an earlier state of it comes late", async () => {
  const first = toldOf("backup", 2, 12, undefined, 20);
  const told = [
    first,
    toldOf("backup", 2, 15, first.place),
    toldOf("backup", 3, 8, first.place, 10),
    toldOf("backup", 3, 9, first.place),
    toldOf("backup", 5, 9, first.place),
  ];
  for (const each of told) await write([each]);
  const oneByOne = await rows();
  expect(oneByOne).toMatchObject([{ revision: 5 }]);
  for (const part of [told.slice(0, 2), told.slice(2, 4), told, told.slice(1)]) {
    await write(part);
    expect(await rows()).toEqual(oneByOne);
  }
  const changed_ms = momentMs + 3 * hourMs;
  expect(await list()).toMatchObject([{ window_start_ms: momentMs - hourMs, raised_ms: momentMs - 40 * 60_000, changed_ms, bits: 15 }]);
  expect((await list())[0]?.windows.map(([, atMs]) => atMs - momentMs)).toEqual([0, hourMs, 3 * hourMs]);
});

test("hours of a finding whose beginning is not stored are kept under its id", async () => {
  const first = toldOf("backup", 2, 12);
  const [whole] = await write([first]);
  store = await reopened();
  const [part] = await write([toldOf("backup", 3, 8, first.place)]);
  expect(part?.finding_uid).toBe(whole?.finding_uid);
  expect(await list()).toMatchObject([{ finding_uid: whole?.finding_uid, bits: 8 }]);
});

async function reopened(): Promise<Store> {
  await store.close();
  const fresh = await openEmbeddedStore(path.join(folder, `${stores++}`));
  await fresh.migrate();
  return fresh;
}

test("another configuration's finding of the same hour stays beside it, and is listed once", async () => {
  await write([toldOf("backup", 2, 12)]);
  await write([toldOf("backup", 2, 12)], configurationOf({ budget: 3, detectors: [newNetwork] }));
  expect(await rows()).toHaveLength(2);
  expect(await list()).toHaveLength(1);
  for (const budget of [3, 10]) expect(await store.query(findingsList, { now_ms: momentMs, budget })).toMatchObject([{ budget }]);
  expect(await store.query(findingsList, { now_ms: momentMs, budget: 4 })).toEqual([]);
});
