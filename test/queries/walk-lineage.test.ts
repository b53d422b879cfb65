// Lineage over several hops: cycles end, every edge comes once, and a walk that was cut says so.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LineageEdge } from "../../model/lineage-step.ts";
import { walkLineage } from "../../queries/walk-lineage.ts";

const edge = (issuer: string, subject: string): LineageEdge => ({
  issuer_uid: issuer,
  subject_uid: subject,
  relation: "issued",
  first_at_ms: 1,
  last_at_ms: 2,
  credentials: 1,
  event_uid: "e",
});

function hopOver(edges: readonly LineageEdge[], direction: "up" | "down") {
  return async (uids: string[]) => edges.filter((candidate) => uids.includes(direction === "up" ? candidate.subject_uid : candidate.issuer_uid));
}

test("a chain is followed to its end, with the number of hops", async () => {
  const edges = [edge("ci", "deploy"), edge("deploy", "backup")];
  const { steps, isCut } = await walkLineage("backup", "up", hopOver(edges, "up"));
  expect(steps.map(({ issuer_uid, hop }) => [issuer_uid, hop])).toEqual([
    ["deploy", 1],
    ["ci", 2],
  ]);
  expect(isCut).toBe(false);
});

test("a chain longer than eight hops is cut, and says so", async () => {
  const edges = Array.from({ length: 20 }, (_, index) => edge(`r${index}`, `r${index + 1}`));
  const { steps, isCut } = await walkLineage("r0", "down", hopOver(edges, "down"));
  expect(steps.length).toBe(8);
  expect(isCut).toBe(true);
});

test("more neighbours than are followed are cut, asked in portions, and said so", async () => {
  const edges = Array.from({ length: 1_200 }, (_, index) => edge("hub", `s${index}`));
  let asked = 0;
  const { steps, isCut } = await walkLineage("hub", "down", async (uids) => {
    expect(uids.length).toBeLessThanOrEqual(200);
    asked += uids.length;
    return hopOver(edges, "down")(uids);
  });
  expect([steps.length, asked, isCut]).toEqual([1_200, 1_001, true]);
});

test("in any graph the walk ends, asks about no identity twice and returns no edge twice", async () => {
  const node = fc.integer({ min: 0, max: 9 }).map(String);
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(node, node), { selector: String, maxLength: 40 }),
      fc.constantFrom("up", "down"),
      async (pairs, direction) => {
        const edges = pairs.map(([issuer, subject]) => edge(issuer, subject));
        const asked: string[] = [];
        const { steps } = await walkLineage("0", direction, async (uids) => {
          asked.push(...uids);
          return hopOver(edges, direction)(uids);
        });
        expect(new Set(asked).size).toBe(asked.length);
        const found = steps.map(({ issuer_uid, subject_uid }) => `${issuer_uid} ${subject_uid}`);
        expect(new Set(found).size).toBe(found.length);
      },
    ),
  );
});
