// One story over many identities: told once, nothing lost, and only where it is the same new thing within one hour.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Finding } from "../../model/finding.ts";
import { alikeFindings } from "../../report/alike-findings.ts";
import { findingOf } from "../queries/stored-findings.ts";

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 9, 12);

/** `things`: new networks, the rarest first. */
function finding(identity: string, things: readonly string[], hour = 0, detector = "new-network"): Finding {
  const base = findingOf({ finding_uid: `${identity}-${hour}`, identity_uid: identity, raised_ms: startMs + (hour + 1) * hourMs });
  const reasons = things.map((what) => ({
    detector,
    title: "New network",
    what,
    observed: `network ${what}`,
    baseline: "none",
    bits: 9,
    probability: 0.001,
  }));
  return { ...base, reasons };
}

const told = (findings: readonly Finding[]) =>
  alikeFindings(findings).map(({ first, others, shared }) => [first.finding_uid, others.map(({ finding_uid }) => finding_uid), shared] as const);

test("three identities with the same new network within an hour are one, in the place of the first", () => {
  const findings = [finding("z", ["own"]), finding("a", ["x", "n"]), finding("b", ["n"]), finding("c", ["n", "y"])];
  expect(told(findings)).toEqual([
    ["z-0", [], ""],
    ["a-0", ["b-0", "c-0"], "network n"],
  ]);
});

test("two identities, one identity three times, another hour, or what is no novelty are not", () => {
  const apart = (findings: readonly Finding[]) => expect(alikeFindings(findings).every(({ others }) => others.length === 0)).toBe(true);
  apart([finding("a", ["n"]), finding("b", ["n"])]);
  apart([finding("a", ["n"]), finding("a", ["n"]), finding("b", ["n"])]);
  apart([finding("a", ["n"]), finding("b", ["n"]), finding("c", ["n"], 1)]);
  apart(["a", "b", "c"].map((identity) => finding(identity, ["n"], 0, "odd-hour")));
  apart(["a", "b", "c"].map((identity) => finding(identity, ["1", "2", "3"].map((value) => identity + value).concat("n"))));
});

test("each finding is told exactly once, and first ones keep their order", () => {
  const some = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d", "e"), fc.subarray(["k", "l", "m"]), fc.integer({ min: 0, max: 1 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(some, (drawn) => {
      const findings = drawn.map(([identity, things, hour], place) => ({ ...finding(identity, things, hour), finding_uid: String(place) }));
      const groups = alikeFindings(findings);
      const all = groups.flatMap(({ first, others }) => [first, ...others]).map(({ finding_uid }) => Number(finding_uid));
      expect(all.toSorted((left, right) => left - right)).toEqual(findings.map((_, place) => place));
      const firsts = groups.map(({ first }) => Number(first.finding_uid));
      expect(firsts).toEqual(firsts.toSorted((left, right) => left - right));
    }),
  );
});
