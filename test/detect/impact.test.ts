// What an odd window could do: each rule of the table decides where it stands alone, a refusal counts half, and how odd it is stays out of it.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Window } from "../../detect/evidence.ts";
import { windowsOf } from "../../detect/evidence.ts";
import {
  confidenceOf,
  deedRules,
  impactOf,
  reachRules,
  riskOf,
  severityOf,
  severityRules,
  staticCredentialPoints,
  triedShare,
} from "../../detect/impact.ts";
import { hourOf } from "../../detect/shown-hour.ts";

type Deed = readonly [action: string, activity: string, outcome: string];

function doing(deeds: readonly Deed[], isStatic = false, identity = "backup"): Window[] {
  const hour = hourOf({ identity, day: 0, isStatic });
  return windowsOf([{ ...hour, deeds: deeds.map(([action, activity, outcome]) => [action, activity, outcome]) }]);
}

/** One call of each rule, in the order of the table. */
const calls: readonly Deed[] = [
  ["cloudtrail:StopLogging", "admin", "success"],
  ["iam:AttachRolePolicy", "admin", "success"],
  ["secretsmanager:GetSecretValue", "secret-read", "success"],
  ["ec2:ModifyInstanceAttribute", "admin", "success"],
  ["s3:DeleteObject", "data-write", "success"],
  ["s3:GetObject", "data-read", "success"],
  ["sts:GetCallerIdentity", "read", "success"],
];

test("each kind of deed has the points of its rule, and the gravest of several counts", () => {
  expect(calls).toHaveLength(deedRules.length);
  for (const [place, call] of calls.entries()) {
    expect(impactOf(doing([call]), 0)).toEqual({
      points: deedRules[place]?.points,
      reasons: [`${deedRules[place]?.says} (${deedRules[place]?.points})`],
    });
    expect(impactOf(doing(calls.slice(place)), 0).points).toBe(deedRules[place]?.points);
    expect(impactOf(doing(calls.slice(place).toReversed()), 0).points).toBe(deedRules[place]?.points);
  }
});

test("what was refused or failed was tried: it counts half, and says so", () => {
  for (const outcome of ["denied", "failure"]) {
    const { points, reasons } = impactOf(doing([["cloudtrail:StopLogging", "admin", outcome]]), 0);
    expect(points).toBe((deedRules[0]?.points ?? 0) * triedShare);
    expect(reasons[0]).toMatch(/^tried, not done: logging switched off/);
  }
});

test("a credential that does not expire, and reach down the chain add to it", () => {
  const base = impactOf(doing(calls.slice(6)), 0).points;
  expect(impactOf(doing(calls.slice(6), true), 0).points).toBe(base + staticCredentialPoints);
  for (const { from, points } of reachRules) expect(impactOf(doing(calls.slice(6)), from).points).toBe(base + points);
});

test("severity follows impact alone, and risk follows both: odder is never less urgent, graver neither", () => {
  for (const { from, severity } of severityRules) expect(severityOf(from)).toBe(severity);
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 60, noNaN: true }),
      fc.double({ min: 0, max: 60, noNaN: true }),
      percent,
      percent,
      (bits, more, impact, graver) => {
        const [low, high] = [confidenceOf(Math.min(bits, more)), confidenceOf(Math.max(bits, more))];
        expect(low).toBeLessThanOrEqual(high);
        expect(riskOf(low, Math.min(impact, graver))).toBeLessThanOrEqual(riskOf(high, Math.max(impact, graver)));
        expect(riskOf(high, impact)).toBeLessThanOrEqual(100);
      },
    ),
  );
});

test("nothing of it goes beyond 100", () => {
  expect(impactOf(doing(calls, true), 1_000).points).toBeLessThanOrEqual(100);
  expect(impactOf(doing(calls, true), 1_000).points).toBeGreaterThan(90);
});
