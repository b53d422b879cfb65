// What counts as a difference between two configurations: nobody must have to compare two lists by eye.
import { expect, test } from "vitest";
import { backtestDiff } from "../../pipeline/backtest-diff.ts";
import type { ReplayedFinding, ReplayedTrial } from "../../pipeline/replay.ts";

const dayMs = 86_400_000;

function finding(id: string, bits: number, detectors: readonly string[] = []): ReplayedFinding {
  return { id, bits, detectors, identityUid: `of ${id}`, raisedMs: dayMs, why: "" };
}

function trial(findings: readonly ReplayedFinding[], raised: readonly number[], budget = 10): ReplayedTrial {
  return { budget, findings, days: raised.map((each, day) => ({ startMs: day * dayMs, windows: each < 0 ? 0 : 10, raised: Math.max(0, each) })) };
}

test("more, less, otherwise by bits or by rank, and the same, which is not listed", () => {
  const before = trial([finding("a", 20), finding("b", 15), finding("c", 12), finding("d", 11)], [4]);
  const now = trial([finding("a", 20.04), finding("b", 14), finding("new", 13), finding("c", 12)], [4]);
  const { different, same } = backtestDiff(before, now);
  expect(
    different.map(({ difference, finding: { id }, rankBefore, rankNow, bitsBefore, bitsNow }) => [
      difference,
      id,
      rankBefore,
      rankNow,
      bitsBefore,
      bitsNow,
    ]),
  ).toEqual([
    ["more", "new", null, 3, null, 13],
    ["less", "d", 4, null, 11, null],
    ["otherwise", "b", 2, 2, 15, 14],
    ["otherwise", "c", 3, 4, 12, 12],
  ]);
  expect(same).toBe(1);
});

test("of equals there is no difference, whatever the order in which they were raised", () => {
  const findings = [finding("a", 20), finding("b", 20), finding("c", 12)];
  expect(backtestDiff(trial(findings, [3]), trial(findings.toReversed(), [3]))).toMatchObject({ different: [], same: 3 });
});

test("counts by detector and by day, and the budget over days on which something was received", () => {
  const before = trial([finding("a", 20, ["new-agent", "new-network"]), finding("b", 15, ["new-agent"])], [1, -1, 1], 1);
  const now = trial([finding("a", 20, ["new-network"])], [1, -1, 0], 2);
  const diff = backtestDiff(before, now);
  expect(diff.byDetector).toEqual([
    { detector: "new-agent", before: 2, now: 0 },
    { detector: "new-network", before: 1, now: 1 },
  ]);
  expect(diff.byDay.map(({ before: past, now: present }) => [past, present])).toEqual([
    [1, 1],
    [0, 0],
    [1, 0],
  ]);
  expect([diff.promised, diff.kept]).toEqual([
    { before: 1, now: 2 },
    { before: 1, now: 0.5 },
  ]);
});
