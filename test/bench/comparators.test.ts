// Each comparator says what its public definition says, and nothing of the future: one attack that it must see, calm that it must not.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { comparators } from "../../bench/comparators/registry.ts";
import { comparatorActions } from "../../bench/detection/evidence-store.ts";
import type { Alert, Moments } from "../../detect/alert-source.ts";
import { asOfView } from "../../detect/as-of-view.ts";
import { findPeeking } from "../../detect/peeking.ts";
import { dayMs, type ReceivedAction, startMs } from "../storage/action-rows.ts";
import { account, hourMs, roleCall, storeOf, type TemporaryStore } from "./evidence.ts";

const roleUid = (role: string) => `arn:aws:iam::${account}:role/${role}`;
const days = 35;
const day = (index: number, hour = 0) => startMs + index * dayMs + hour * hourMs;

/** Office hours on weekdays, 10 to 14 calls and three or four changes an hour, now and then a second address: calm, with some variance. */
function calm(role: string): ReceivedAction[] {
  const rows: ReceivedAction[] = [];
  for (let index = 0; index < days; index++) {
    if (index % 7 >= 5) continue;
    for (let hour = 8; hour < 16; hour++) {
      const calls = 10 + ((index * 7 + hour) % 5);
      for (let call = 0; call < calls; call++) {
        const address = call === 0 && (index * 3 + hour) % 7 === 0 ? "10.0.0.6" : "10.0.0.5";
        rows.push(roleCall(role, day(index, hour) + call * 60_000, { src_ip: address }));
      }
      for (let call = 0; call < 3 + ((index + hour) % 2); call++) {
        rows.push(roleCall(role, day(index, hour) + call * 60_000 + 1, { action: "PutObjectAcl", activity: "write" }));
      }
    }
  }
  return rows;
}

const accessKey = {
  principal_type: "iam-user",
  credential_uid: "AKIAEXAMPLE",
  identity_uid: `arn:aws:iam::${account}:user/bot`,
  identity_name: "bot",
} as const;
const pod = {
  provider: "kubernetes",
  source: "kubernetes-audit",
  principal_type: "k8s-service-account",
  identity_uid: "cluster-a/system:serviceaccount:shop:web",
  identity_name: "shop/web",
  service: "core",
} as const;

const rows: readonly ReceivedAction[] = [
  ...calm("calm"),
  ...calm("flood"),
  // A flood of changes on a Thursday at an hour that the role knows, from where it never was, with actions it never used.
  ...Array.from({ length: 900 }, (_, index) =>
    roleCall("flood", day(31, 10) + index * 1000, {
      action: `Delete${index % 30}`,
      activity: "write",
      src_ip: `198.51.100.${index % 50}`,
      src_network: "internet:198.51.100.0/24",
      resource_scopes: [`bucket-${index % 40}`],
    }),
  ),
  // A nightly visit of a role of office hours.
  ...calm("night"),
  roleCall("night", day(30, 2)),
  // A static key that is used daily, then from another address.
  ...Array.from({ length: 33 }, (_, index) => roleCall("key", day(index, 12), { ...accessKey, src_ip: "203.0.113.9" })),
  roleCall("key", day(32, 13), { ...accessKey, src_ip: "198.51.100.77" }),
  // A service account that lists pods all day, then reads a secret with curl and is refused with it.
  ...Array.from({ length: 33 }, (_, index) =>
    roleCall("pod", day(index, 12), { ...pod, resource_types: ["secrets"], action: "get secrets", user_agent: "web/1.0" }),
  ),
  roleCall("pod", day(32, 13), { ...pod, resource_types: ["secrets"], action: "get secrets", user_agent: "curl/8", src_ip: "198.51.100.78" }),
  roleCall("pod", day(32, 14), { ...pod, resource_types: ["secrets"], action: "list secrets", user_agent: "curl/8", outcome: "denied" }),
];

const moments: Moments = { fromMs: day(28), toMs: day(35), stepMs: hourMs };
let temporary: TemporaryStore;
const alerts = new Map<string, readonly Alert[]>();

beforeAll(async () => {
  temporary = await storeOf(rows);
  for (const detector of comparators) {
    alerts.set(detector.id, await detector.evaluate(asOfView(temporary.store, moments.toMs, comparatorActions), moments));
  }
});
afterAll(() => temporary.close());

const about = (id: string, identityUid: string) => (alerts.get(id) ?? []).filter(({ identityUids }) => identityUids.includes(identityUid));
const times = (found: readonly Alert[]) => found.map(({ asOfMs }) => asOfMs);

test("their ids are unique, and each has its key and ours but the control", () => {
  const ids = comparators.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => id.endsWith("-our-key")).length).toBe(8);
  expect(ids.filter((id) => id.endsWith("-own-key")).length).toBe(7);
});

describe("Elastic new terms", () => {
  test("sees a static key from a new address, once, at the end of the hour in which it was received", () => {
    const found = about("elastic-new-terms-our-key", accessKey.identity_uid);
    expect(times(found)).toEqual([day(32, 14)]);
    expect(found[0]).toMatchObject({ reason: "access key from new address", score: 47, windowFromMs: day(32, 13) });
  });

  test("sees a service account read a secret with another agent, and an agent that was refused", () => {
    expect(about("elastic-new-terms-our-key", pod.identity_uid).map(({ asOfMs, reason }) => [asOfMs, reason])).toEqual([
      [day(32, 14), "decision by new agent, service account reads secret"],
      [day(32, 15), "decision by new agent, forbidden request of new agent"],
    ]);
  });

  test("forgets after its window: a role that rests over a weekend is not new, one known for a month neither", () => {
    expect(about("elastic-new-terms-broad-our-key", roleUid("calm"))).toEqual([]);
    expect(about("elastic-new-terms-broad-our-key", roleUid("flood")).length).toBe(1);
  });
});

describe("Google CSA", () => {
  test("raises on the day of the flood when it crosses the line, once; with our key calm stays calm", () => {
    expect(times(about("google-csa-volume-our-key", roleUid("flood")))).toEqual([day(31, 11)]);
    expect(about("google-csa-volume-our-key", roleUid("calm"))).toEqual([]);
  });

  test("with its own key is blind to it: a session has no days before", () => {
    expect(about("google-csa-volume-own-key", roleUid("flood"))).toEqual([]);
  });
});

test("Splunk ESCU raises on the hour of the flood of changes, and not on calm hours", () => {
  expect(times(about("splunk-escu-density-our-key", roleUid("flood")))).toEqual([day(31, 11)]);
  expect(about("splunk-escu-density-our-key", roleUid("calm"))).toEqual([]);
  expect(times(about("splunk-escu-density-own-key", roleUid("flood")))).toEqual([day(31, 11)]);
});

test("Panther's z-scores raise at the end of the six hours of the flood, and once a day while the week is high", () => {
  const found = about("panther-zscore-our-key", roleUid("flood"));
  expect(found[0]?.asOfMs).toBe(day(31, 12));
  expect(new Set(times(found).map((timeMs) => Math.floor((timeMs - 1) / dayMs))).size).toBe(found.length);
  expect(about("panther-zscore-our-key", roleUid("calm"))).toEqual([]);
});

test("Panther's activity slots see the night visit only", () => {
  expect(times(about("panther-activity-slots-our-key", roleUid("night")))).toEqual([day(30, 3)]);
  expect(about("panther-activity-slots-our-key", roleUid("calm"))).toEqual([]);
});

test("Sentinel-like sees what is new about the flood; with a session's key everything is new all the time", () => {
  expect(about("sentinel-first-seen-our-key", roleUid("flood")).map(({ asOfMs, score }) => [asOfMs, score])).toEqual([[day(31, 11), 10]]);
  expect(about("sentinel-first-seen-our-key", roleUid("calm"))).toEqual([]);
  expect(about("sentinel-first-seen-own-key", roleUid("calm")).length).toBeGreaterThan(20);
});

test("alerts carry events of their window and identities of their events", () => {
  for (const [id, raised] of alerts) {
    for (const alert of raised) {
      expect(alert.detectorId).toBe(id);
      expect(alert.eventUids.length).toBeGreaterThan(0);
      expect(alert.identityUids.length).toBeGreaterThan(0);
      expect(alert.asOfMs % hourMs).toBe(0);
      expect(alert.asOfMs).toBeGreaterThan(moments.fromMs);
      expect(alert.asOfMs).toBeLessThanOrEqual(moments.toMs);
    }
  }
});

test.each(comparators.map((detector) => [detector.id, detector] as const))("%s does not look ahead", async (_, detector) => {
  for (const cutMs of [day(30), day(31, 11), day(33, 7)]) {
    expect(await findPeeking(detector, { store: temporary.store, source: comparatorActions, moments, cutMs })).toBeUndefined();
  }
});
