// What a changed configuration would have raised, held against what the present one would have: by finding, by detector, by day. Pure, so that what
// counts as a difference can be read in one place.
import type { ReplayedFinding, ReplayedTrial } from "./replay.ts";

/** more: only the changed configuration raises it. less: only the present one. otherwise: both, with other bits or at another rank. */
type Difference = "more" | "less" | "otherwise";

export interface DifferentFinding {
  readonly difference: Difference;
  readonly finding: ReplayedFinding;
  /** Null where it is not raised. 1 is the oddest. */
  readonly rankBefore: number | null;
  readonly rankNow: number | null;
  readonly bitsBefore: number | null;
  readonly bitsNow: number | null;
}

interface BeforeAndNow {
  readonly before: number;
  readonly now: number;
}

export interface BacktestDiff {
  /** The oddest first. */
  readonly different: readonly DifferentFinding[];
  readonly same: number;
  readonly total: BeforeAndNow;
  /** Findings that tell a reason of the detector. */
  readonly byDetector: readonly (BeforeAndNow & { readonly detector: string })[];
  readonly byDay: readonly (BeforeAndNow & { readonly startMs: number })[];
  /** Findings a day that are promised, and that came, over days on which something was received. */
  readonly promised: BeforeAndNow;
  readonly kept: BeforeAndNow;
}

export function backtestDiff(before: ReplayedTrial, now: ReplayedTrial): BacktestDiff {
  const ranksBefore = ranked(before.findings);
  const ranksNow = ranked(now.findings);
  const different: DifferentFinding[] = [];
  let same = 0;
  for (const [id, { finding, rank }] of ranksNow) {
    const known = ranksBefore.get(id);
    const isSame = known?.rank === rank && roundedBits(known.finding) === roundedBits(finding);
    if (isSame) same++;
    else {
      const past = { rankBefore: known?.rank ?? null, bitsBefore: known === undefined ? null : roundedBits(known.finding) };
      different.push({ difference: known === undefined ? "more" : "otherwise", finding, ...past, rankNow: rank, bitsNow: roundedBits(finding) });
    }
  }
  for (const [id, { finding, rank }] of ranksBefore)
    if (!ranksNow.has(id))
      different.push({ difference: "less", finding, rankBefore: rank, bitsBefore: roundedBits(finding), rankNow: null, bitsNow: null });
  const order: readonly Difference[] = ["more", "less", "otherwise"];
  different.sort(
    (left, right) => order.indexOf(left.difference) - order.indexOf(right.difference) || right.finding.bits - left.finding.bits || byId(left, right),
  );
  return {
    different,
    same,
    total: { before: before.findings.length, now: now.findings.length },
    byDetector: byDetector(before.findings, now.findings),
    byDay: byDay(before, now),
    promised: { before: before.budget, now: now.budget },
    kept: { before: keptADay(before), now: keptADay(now) },
  };
}

function ranked(findings: readonly ReplayedFinding[]): Map<string, { readonly finding: ReplayedFinding; readonly rank: number }> {
  const ordered = findings.toSorted((left, right) => right.bits - left.bits || left.raisedMs - right.raisedMs || (left.id < right.id ? -1 : 1));
  return new Map(ordered.map((finding, index) => [finding.id, { finding, rank: index + 1 }]));
}

function roundedBits({ bits }: ReplayedFinding): number {
  return Math.round(bits * 10) / 10;
}

function byId(left: DifferentFinding, right: DifferentFinding): number {
  return left.finding.id < right.finding.id ? -1 : 1;
}

function byDetector(before: readonly ReplayedFinding[], now: readonly ReplayedFinding[]): BacktestDiff["byDetector"] {
  const counts = new Map<string, { before: number; now: number }>();
  const count = (findings: readonly ReplayedFinding[], side: "before" | "now") => {
    for (const detector of findings.flatMap(({ detectors }) => detectors)) {
      const known = counts.get(detector) ?? { before: 0, now: 0 };
      known[side]++;
      counts.set(detector, known);
    }
  };
  count(before, "before");
  count(now, "now");
  return [...counts].map(([detector, each]) => ({ detector, ...each })).sort((left, right) => (left.detector < right.detector ? -1 : 1));
}

function byDay(before: ReplayedTrial, now: ReplayedTrial): BacktestDiff["byDay"] {
  const present = new Map(before.days.map(({ startMs, raised }) => [startMs, raised]));
  return now.days.map(({ startMs, raised }) => ({ startMs, before: present.get(startMs) ?? 0, now: raised }));
}

function keptADay({ days }: ReplayedTrial): number {
  const active = days.filter(({ windows }) => windows > 0);
  const raised = active.reduce((sum, day) => sum + day.raised, 0);
  return active.length === 0 ? 0 : Math.round((raised / active.length) * 100) / 100;
}
