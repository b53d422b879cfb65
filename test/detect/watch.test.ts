// Detection as a fold: what it finds, and what must not change it: order within a moment, names, a shift by weeks, rows received later.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { comparatorActions } from "../../bench/detection/evidence-store.ts";
import type { Told } from "../../detect/alert-collapse.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { type IdentityHour, windowsOf } from "../../detect/evidence.ts";
import { findPeeking } from "../../detect/peeking.ts";
import { dayMs, hourMs, hourOf, startDay } from "../../detect/shown-hour.ts";
import { type Raised, Watch } from "../../detect/watch.ts";
import { watchAlerts, watchParts } from "../../detect/watched-days.ts";
import { roleCall, storeOf, type TemporaryStore } from "../bench/evidence.ts";
import { startMs, dayMs as storeDayMs } from "../storage/action-rows.ts";

const identities = Array.from({ length: 12 }, (_, number) => `service-${number}`);
const attackDay = 18;
const victim = "service-3";

/** Machines that work in four hours of each day, each with its own buckets; on one day somebody else uses a credential of one of them. */
function estate(): IdentityHour[] {
  const rows = Array.from({ length: 24 }, (_, day) => day).flatMap((day) =>
    identities.flatMap((identity, number) =>
      [1, 7, 13, 19].map((hour) =>
        hourOf({
          identity,
          day,
          hour: (hour + number) % 24,
          events: 10 + ((day * 7 + hour * 3 + number) % 9),
          resources: [`arn:aws:s3:::${identity}/*`],
          network: `internet 203.0.${number}.0/24`,
        }),
      ),
    ),
  );
  const stolen = hourOf({
    identity: victim,
    day: attackDay,
    hour: 5,
    actions: ["sts:GetCallerIdentity", "s3:ListBuckets"],
    denied: ["iam:ListUsers"],
    resources: ["arn:aws:s3:::payroll/*"],
    network: "internet 198.51.100.0/24",
    agent: "aws-cli/2",
  });
  return [...rows, stolen].sort((left, right) => left.moment_ms - right.moment_ms || (left.identity_uid < right.identity_uid ? -1 : 1));
}

function watched(rows: readonly IdentityHour[], arrange: <Value>(values: Value[]) => Value[] = (values) => values): Raised[] {
  const watch = new Watch({ detectors, budget: 0.5 });
  const moments = new Map<number, IdentityHour[]>();
  for (const row of rows) {
    const same = moments.get(row.moment_ms);
    if (same === undefined) moments.set(row.moment_ms, [row]);
    else same.push(row);
  }
  return [...moments].flatMap(([momentMs, each]) =>
    watch
      .step(momentMs, arrange(windowsOf(each)))
      .filter(({ isNews }) => isNews)
      .map((told) => told.raised),
  );
}

/** As a set: windows of one moment have no order. */
const facts = (raised: readonly Raised[]) =>
  raised
    .map(({ window, bits }) => [window.identityUid, window.momentMs, bits] as const)
    .toSorted(([leftUid, leftMs], [rightUid, rightMs]) => leftMs - rightMs || (leftUid < rightUid ? -1 : 1));

describe("on an estate of machines that keep their habits", () => {
  const raised = watched(estate());

  test("the stolen credential is what stands out most, and its reasons say why", () => {
    const [first] = raised.toSorted((left, right) => right.bits - left.bits);
    expect(first?.window).toMatchObject({ identityUid: victim, momentMs: (startDay + attackDay) * dayMs + 6 * hourMs });
    const said = first?.reasons.map(({ detector }) => detector.id) ?? [];
    expect(said).toEqual(expect.arrayContaining(["new-network", "new-agent", "new-action", "new-denied-action"]));
    expect(first?.reasons.find(({ detector }) => detector.id === "new-network")).toMatchObject({
      observed: "network internet 198.51.100.0/24",
      baseline: expect.stringContaining("none of its 1 known"),
    });
  });

  test("whoever works every day in the same hours has not returned from a silence", () => {
    expect(raised.flatMap(({ reasons }) => reasons).filter(({ detector }) => detector.id === "return-after-silence")).toEqual([]);
  });

  test("nobody is raised before there is a past to be odd against", () => {
    expect(raised.filter(({ window }) => window.momentMs < (startDay + 6) * dayMs)).toEqual([]);
  });

  test("the order of windows within a moment changes nothing", () => {
    expect(facts(watched(estate(), (windows) => windows.toReversed()))).toEqual(facts(raised));
  });

  test("other names of identities give the same findings under those names", () => {
    const renamed = estate().map((row) => ({ ...row, identity_uid: `other/${row.identity_uid}` }));
    expect(facts(watched(renamed))).toEqual(facts(raised).map(([uid, ...rest]) => [`other/${uid}`, ...rest]));
  });

  test("the same three weeks later gives the same findings three weeks later", () => {
    const laterMs = 21 * dayMs;
    const later = estate().map((row) => ({ ...row, moment_ms: row.moment_ms + laterMs, hour: row.hour + 21 * 24 }));
    expect(facts(watched(later))).toEqual(facts(raised).map(([uid, momentMs, bits]) => [uid, momentMs + laterMs, bits]));
  });
});

test("people and a cloud's own services are remembered and not judged", () => {
  for (const change of [{ workload_types: ["human"] }, { principal_type: "aws-service" }]) {
    const rows = estate().map((row) => (row.identity_uid === victim ? { ...row, ...change } : row));
    expect(watched(rows).filter(({ window }) => window.identityUid === victim)).toEqual([]);
  }
});

test("a machine's credential in a browser is judged: the agent is the caller's own word", () => {
  const rows = estate().map((row) => (row.identity_uid === victim && row.denied > 0 ? { ...row, workload_types: ["human"] } : row));
  expect(facts(watched(rows))).toEqual(facts(watched(estate())));
});

test("decades of hours in one window, as an archive or a forger brings them, neither end detection nor take its neighbours along", () => {
  const momentMs = (startDay + 20) * dayMs + 12 * hourMs;
  const decades = Array.from({ length: 150_000 }, (_, hour) => ({ ...hourOf({ identity: "archive", day: 20 }), moment_ms: momentMs, hour }));
  const before = estate().filter((row) => row.moment_ms <= momentMs);
  const after = estate().filter((row) => row.moment_ms > momentMs);
  const found = watched([...before, ...decades, ...after]).filter(({ window }) => window.identityUid === victim);
  expect(found.map(({ window }) => window.momentMs)).toContain((startDay + attackDay) * dayMs + 6 * hourMs);
});

const bitsOfVictim = (rows: readonly IdentityHour[]) =>
  Math.max(
    ...watched(rows)
      .filter(({ window }) => window.identityUid === victim)
      .map(({ bits }) => bits),
  );
const besides = (rows: readonly IdentityHour[]) =>
  [...estate(), ...rows].sort((left, right) => left.moment_ms - right.moment_ms || (left.identity_uid < right.identity_uid ? -1 : 1));
const wandering = (identity: string, day: number) =>
  hourOf({
    identity,
    day,
    hour: 5,
    actions: [`iam:List${day}`],
    resources: [`arn:aws:s3:::other-${day}/*`],
    network: `internet 192.0.${day}.0/24`,
    agent: `tool/${day}`,
  });

test("a wave of alarms does not hide what comes after it: what was raised is no measure of what is normal", () => {
  const wave = [15, 16, 17].flatMap((day) => identities.slice(6).map((identity) => wandering(identity, day)));
  expect(bitsOfVictim(besides(wave))).toBeCloseTo(bitsOfVictim(estate()), 1);
});

test("late records of what was told are no finding of their own, however odd they are", () => {
  const theft = estate().find(({ denied }) => denied > 0);
  const late = theft === undefined ? [] : [{ ...theft, moment_ms: theft.moment_ms + 40 * hourMs, events: 5000, reads: 5000 }];
  expect(facts(watched(besides(late))).filter(([uid]) => uid === victim)).toEqual(facts(watched(estate())).filter(([uid]) => uid === victim));
});

test("a record that comes late hides nothing of what else its hour brings: an attack behind a finding is a finding", () => {
  // 30 hours after the theft somebody else comes, and with him one record of the day before: as it is with every twentieth record.
  const other = { identity: victim, network: "internet 192.0.2.0/24", agent: "curl/8" };
  const second = hourOf({
    ...other,
    day: attackDay + 1,
    hour: 11,
    actions: ["iam:ListRoles", "iam:CreateAccessKey"],
    resources: ["arn:aws:s3:::ledger/*"],
  });
  const late = { ...hourOf({ identity: victim, day: attackDay + 1, hour: 4, events: 1 }), moment_ms: second.moment_ms };
  const raisedThen = (rows: readonly IdentityHour[]) =>
    facts(watched(besides(rows))).filter(([uid, momentMs]) => uid === victim && momentMs === second.moment_ms);
  expect(raisedThen([second])).toHaveLength(1);
  expect(raisedThen([late, second])).toHaveLength(1);
});

describe("while an hour goes on", () => {
  const theft = (startDay + attackDay) * dayMs + 5 * hourMs;
  /** The same rows, some of them received at moments within their hour. */
  const inParts = (rows: readonly IdentityHour[], minutesOf: (row: IdentityHour) => number) =>
    rows
      .map((row) => ({ ...row, moment_ms: row.moment_ms - hourMs + minutesOf(row) * 60_000 }))
      .sort((left, right) => left.moment_ms - right.moment_ms);
  const ticked = (rows: readonly IdentityHour[]) => watchParts(new Watch({ detectors, budget: 0.5 }), windowsOf(rows), Number.POSITIVE_INFINITY);
  const ofTheft = (told: readonly Told[]) =>
    told.filter(({ raised: { window } }) => window.identityUid === victim && window.momentMs === theft + hourMs);

  test("a window is told at the first moment at which it is odd enough, and once more when its hour is over", () => {
    const told = ofTheft(ticked(inParts(estate(), () => 7)));
    expect(told.map(({ raised: { asOfMs }, isNews, isRevision }) => [asOfMs - theft, isNews, isRevision])).toEqual([
      [7 * 60_000, true, false],
      [hourMs, true, true],
    ]);
  });

  test("what is known at the end of an hour is the same however it was cut", () => {
    const atEnd = (told: readonly Told[]) =>
      told
        .filter(({ raised: { asOfMs, window } }) => asOfMs === window.momentMs)
        .map(({ raised: { window, bits, reasons } }) => [window.identityUid, window.momentMs, bits, reasons.map(({ observed }) => observed)]);
    const whole = atEnd(ticked(estate()));
    expect(whole.length).toBeGreaterThan(0);
    expect(atEnd(ticked(inParts(estate(), ({ identity_uid, hour }) => 1 + ((identity_uid.length + hour) % 60))))).toEqual(whole);
  });

  test("what was told stays told where others do the same before the hour is over", () => {
    const rollOut = identities.map((identity) =>
      hourOf({
        identity,
        day: attackDay,
        hour: 5,
        resources: ["arn:aws:s3:::payroll/*"],
        actions: ["s3:ListBuckets"],
        network: "internet 198.51.100.0/24",
      }),
    );
    const rows = inParts(
      [...estate().filter(({ denied }) => denied === 0), ...rollOut].sort((left, right) => left.moment_ms - right.moment_ms),
      (row) => (row.identity_uid === victim || !rollOut.includes(row) ? 2 : 40),
    );
    const told = ofTheft(ticked(rows));
    expect(told.map(({ isRevision }) => isRevision)).toEqual([false, true]);
    expect(told[1]?.raised.bits).toBeLessThan(told[0]?.raised.bits ?? 0);
  });
});

test("a clock of 1970 or of 2036 is taken for that of reception: its identity is as old, as silent and as odd as one whose clock is right", () => {
  const clocks = [0, Date.UTC(2036, 1, 7) / hourMs];
  for (const clock of clocks) {
    const bad = estate().map((row) => (row.identity_uid === victim && row.denied === 0 ? { ...row, hour: clock } : row));
    const right = estate().map((row) => (row.identity_uid === victim && row.denied === 0 ? { ...row, hour: row.moment_ms / hourMs - 1 } : row));
    expect(facts(watched(bad))).toEqual(facts(watched(right)));
  }
});

describe("over a store", () => {
  const source = watchAlerts("ours", "ours", { detectors, budget: 1 });
  const moments = { fromMs: startMs + 8 * storeDayMs, toMs: startMs + 15 * storeDayMs, stepMs: hourMs };
  let temporary: TemporaryStore;
  beforeAll(async () => {
    const rows = ["one", "two", "three"].flatMap((role, number) =>
      Array.from({ length: 14 * 8 }, (_, index) => {
        const timeMs = startMs + index * 3 * hourMs + number * 600_000;
        const isOdd = index === 100 && role === "two";
        const fields = isOdd
          ? { action: "DeleteTrail", service: "cloudtrail", activity: "admin" as const, src_network: "internet 198.51.100.0/24" }
          : {};
        return roleCall(role, timeMs, fields, index % 9 === 0 ? timeMs + 11 * hourMs : timeMs + 60_000);
      }),
    );
    temporary = await storeOf(rows);
  });
  afterAll(() => temporary.close());

  test("nothing that is received later shows in what was raised before", async () => {
    const cutMs = startMs + 13 * storeDayMs;
    expect(await findPeeking(source, { store: temporary.store, source: comparatorActions, moments, cutMs })).toBeUndefined();
  });
});
