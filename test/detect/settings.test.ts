// What each setting of detection does, by what is raised under it and what is not: over machines that keep their habits, of which one's credential is
// stolen on one day, and one that is new.
import { describe, expect, test } from "vitest";
import { detectors } from "../../detect/detectors/registry.ts";
import { type IdentityHour, windowsOf } from "../../detect/evidence.ts";
import { type ApprovedException, type DetectionSettings, modeOf, usualSettings } from "../../detect/settings.ts";
import { dayMs, hourMs, hourOf, startDay } from "../../detect/shown-hour.ts";
import { type Raised, Watch } from "../../detect/watch.ts";

const attackDay = 18;
const victim = "service-3";
const youngster = "youngster";
const theftMs = (startDay + attackDay) * dayMs + 6 * hourMs;

function estate(): IdentityHour[] {
  const rows = Array.from({ length: attackDay + 1 }, (_, day) => day).flatMap((day) =>
    Array.from({ length: 8 }, (_, number) => number).flatMap((number) =>
      [1, 7, 13, 19].map((hour) =>
        hourOf({
          ...{ identity: `service-${number}`, day, hour: (hour + number) % 24, events: 10 + ((day * 7 + hour * 3 + number) % 9) },
          ...{ resources: [`arn:aws:s3:::service-${number}/*`], network: `internet 203.0.${number}.0/24` },
        }),
      ),
    ),
  );
  const elsewhere = { actions: ["sts:GetCallerIdentity", "s3:ListBuckets"], denied: ["iam:ListUsers"], resources: ["arn:aws:s3:::payroll/*"] };
  const stolen = hourOf({ identity: victim, day: attackDay, hour: 5, ...elsewhere, network: "internet 198.51.100.0/24", agent: "aws-cli/2" });
  const early = [15, 16, 17].map((day) => hourOf({ identity: youngster, day, hour: 9 }));
  const odd = { actions: ["iam:ListRoles", "ec2:DescribeInstances"], denied: ["iam:GetUser"], resources: ["arn:aws:s3:::other/*"] };
  const young = hourOf({ identity: youngster, day: attackDay, hour: 9, ...odd, network: "internet 192.0.2.0/24", agent: "curl/8" });
  return [...rows, stolen, ...early, young].sort(
    (left, right) => left.moment_ms - right.moment_ms || (left.identity_uid < right.identity_uid ? -1 : 1),
  );
}

const rows = estate();

function raisedWith(changed: Partial<DetectionSettings>): Raised[] {
  const settings = { ...usualSettings, budget: 0.5, ...changed };
  const watch = new Watch({ detectors: detectors.filter(({ id }) => modeOf(settings, id) === "on"), budget: settings.budget, gates: settings });
  return [...Map.groupBy(rows, ({ moment_ms }) => moment_ms)].flatMap(([momentMs, each]) =>
    watch.step(momentMs, windowsOf(each)).flatMap(({ raised, isNews }) => (isNews ? [raised] : [])),
  );
}

const theftIn = (raised: readonly Raised[]) => raised.find(({ window }) => window.identityUid === victim && window.momentMs === theftMs);
const says = (raised: Raised | undefined, id: string) => raised?.reasons.some(({ detector }) => detector.id === id);
const uids = (raised: readonly Raised[]) => new Set(raised.map(({ window }) => window.identityUid));

const usual = raisedWith({});

test("the usual settings raise the theft and the youngster, with all detectors", () => {
  expect([...uids(usual)]).toEqual(expect.arrayContaining([victim, youngster]));
  for (const id of ["new-network", "new-agent", "new-action", "new-resource"]) expect(says(theftIn(usual), id), id).toBe(true);
});

describe("a mode", () => {
  test("off takes the detector's reasons away, and what only they made odd", () => {
    const without = theftIn(raisedWith({ modes: { "new-network": "off", "session-elsewhere": "off", "new-agent": "off" } }));
    expect([without !== undefined, says(without, "new-network"), says(without, "new-action")]).toEqual([true, false, true]);
    const modes = Object.fromEntries(detectors.filter(({ id }) => id !== "new-region").map(({ id }) => [id, "off" as const]));
    expect(raisedWith({ modes })).toEqual([]);
  });

  test("shadow raises exactly what off raises", () => {
    const facts = (raised: readonly Raised[]) => raised.map(({ window, bits }) => [window.identityUid, window.momentMs, bits]);
    expect(facts(raisedWith({ modes: { "new-network": "shadow" } }))).toEqual(facts(raisedWith({ modes: { "new-network": "off" } })));
  });

  test("of a detector that is not named is on, whatever it is called", () => {
    expect([modeOf(usualSettings, "new-network"), modeOf(usualSettings, "toString")]).toEqual(["on", "on"]);
  });
});

describe("a maturity gate", () => {
  test("raises nobody younger, and leaves the others as they are", () => {
    expect([...uids(raisedWith({ fromMaturity: "own" }))]).not.toContain(youngster);
    expect(theftIn(raisedWith({ fromMaturity: "own" }))?.bits).toBe(theftIn(usual)?.bits);
    expect([...uids(raisedWith({ fromMaturity: "peer" }))]).toContain(youngster);
  });

  test("raises nobody with fewer active days", () => {
    expect([...uids(raisedWith({ activeDays: 4 }))]).not.toContain(youngster);
    expect([...uids(raisedWith({ activeDays: 3 }))]).toContain(youngster);
    expect(theftIn(raisedWith({ activeDays: 18 }))).toBeDefined();
    expect(theftIn(raisedWith({ activeDays: 19 }))).toBeUndefined();
  });
});

describe("sensitivity", () => {
  test("of nothing raises nothing of the identities that fit, and the first that fits counts", () => {
    expect([...uids(raisedWith({ sensitivity: [{ identities: "service-*", factor: 0 }] }))]).toEqual([youngster]);
    const first = [
      { identities: victim, factor: 1 },
      { identities: "*", factor: 0 },
    ];
    expect([...uids(raisedWith({ sensitivity: first }))]).toEqual([victim]);
  });

  test("above one raises more of them, below one less", () => {
    const of = (factor: number) => raisedWith({ budget: 0.2, sensitivity: [{ identities: "*", factor }] }).length;
    expect(of(100)).toBeGreaterThan(of(1));
    expect(of(0.0001)).toBeLessThan(of(1));
  });
});

test("a static key is told once it is in use for longer than the policy that was set", () => {
  const key = { identity: "legacy", credential: "AKIAIOSFODNN7EXAMPLE", isStatic: true } as const;
  const toldWith = (keyAgeDays: number) => {
    const watch = new Watch({ detectors: detectors.filter(({ id }) => id === "stale-key"), budget: 1, gates: { ...usualSettings, keyAgeDays } });
    return [0, 31].flatMap((day) => watch.step((startDay + day) * dayMs + 3 * hourMs, windowsOf([hourOf({ ...key, day })])));
  };
  expect(toldWith(31)).toEqual([]);
  expect(toldWith(30)[0]?.raised.reasons.map(({ observed, baseline }) => [observed, baseline])).toEqual([
    ["AKIAIOSFODNN7EXAMPLE used 31 days after its first use that is known", "the policy is 30 days"],
  ]);
});

describe("an approved exception", () => {
  const exception = (more: Partial<ApprovedException>): ApprovedException => ({
    ...{ identities: victim, detector: "new-network", value: "*", untilMs: theftMs, reason: "moved to the new exit, change 4711" },
    ...more,
  });
  const networkSaid = (exceptions: readonly ApprovedException[]) => says(theftIn(raisedWith({ exceptions })), "new-network");

  test("silences one detector about one value of the identities that fit, and nothing else", () => {
    const theft = theftIn(raisedWith({ exceptions: [exception({ value: "internet 198.51.100.*" })] }));
    expect([says(theft, "new-network"), says(theft, "new-agent"), says(theft, "new-action")]).toEqual([false, true, true]);
    expect(theft?.bits).toBeLessThanOrEqual(theftIn(usual)?.bits ?? 0);
    expect(networkSaid([exception({ value: "internet 198.51.101.*" })])).toBe(true);
    expect(networkSaid([exception({ identities: "service-4" })])).toBe(true);
    expect(networkSaid([exception({ detector: "new-region" })])).toBe(true);
  });

  test("holds until its end, by the window's own time, and no longer", () => {
    expect(networkSaid([exception({ untilMs: theftMs })])).toBe(false);
    expect(networkSaid([exception({ untilMs: theftMs - 1 })])).toBe(true);
  });
});
