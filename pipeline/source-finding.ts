// Findings about what detection rests on: that a source's records stopped, are gone, cannot be read, or carry a wrong clock, and that a detector failed.
// Told by rules, not by calibrated surprise, so that they have no bits and take no place of the budget. It stands apart from who asks (source-watch.ts)
// because a source tells of its own gaps too.
import { createHash } from "node:crypto";
import { riskOf, severityOf } from "../detect/impact.ts";
import type { ParkedOnDay } from "../detect/parking.ts";
import type { SourceGap } from "../ingest/source-type.ts";
import type { Finding } from "../model/finding.ts";

interface ProblemKind {
  readonly detector: string;
  readonly title: string;
  /** 0 to 100, as of an action: what is lost to whoever looks. */
  readonly impact: number;
  readonly says: string;
  readonly checks: readonly string[];
  readonly falsePositives: readonly string[];
  readonly blindSpots: readonly string[];
}

/** By the id that stands in `detectors` of the finding. */
export const sourceProblems = {
  "source-silent": {
    title: "Source is silent",
    impact: 50,
    says: "nothing is seen of what it told",
    checks: [
      "Does `/readyz` or the log of `serve` say that the source fails?",
      "Does the provider still write: is the trail, sink or diagnostic setting on, and who changed it last?",
      "Is the queue, topic or bucket empty, or does it only not reach us?",
    ],
    falsePositives: [
      "A holiday, or a longer pause than there was twice in two weeks.",
      "A source that was meant to end: take it out of the configuration.",
    ],
    blindSpots: ["Silence while no process of ours runs, and that of one account among many of a source."],
  },
  "log-type-stopped": {
    title: "Log type stopped",
    impact: 50,
    says: "nothing is seen of what it told",
    checks: ["Was this kind of log switched off or filtered at the provider?", "Do its records go to another source now?"],
    falsePositives: ["A kind of log that is seldom, and was dense for two days."],
    blindSpots: ["A filter that lets some records of the kind through."],
  },
  "records-gone": {
    title: "Records are gone",
    impact: 60,
    says: "records that were there cannot be had any more",
    checks: [
      "Were records deleted, or did they run out before they were read: is the retention too short for the longest stop?",
      "Can the span be read once more from an archive (scan, or a listing source)?",
    ],
    falsePositives: ["A topic that was made anew on purpose."],
    blindSpots: ["What was deleted before the source ever told of it."],
  },
  "rejected-share": {
    title: "Rejected share above its norm",
    impact: 35,
    says: "records come that cannot be read",
    checks: ["What are they? `quarantine` shows reasons and examples.", "Did the provider or a shipper change its format?"],
    falsePositives: ["Another log was sent to the same source by mistake."],
    blindSpots: ["Records that are read, and wrongly."],
  },
  "clock-off": {
    title: "Clock is off",
    impact: 25,
    says: "times of its records cannot be trusted",
    checks: [
      "Is the clock of this machine right (NTP)?",
      "Is that of what writes the log? Providers' own clocks seldom err; those of API servers and shippers do.",
    ],
    falsePositives: ["A log replayed with its dates moved."],
    blindSpots: [
      "A clock that is behind by less than years: a record has two times, when it happened and when it came, and one that is dated back looks like one that came late.",
    ],
  },
  "time-impossible": {
    title: "Records of a time that cannot be",
    impact: 20,
    says: "when it happened is not known: it is judged by when it was received",
    checks: [
      "Who writes these records: a device without a clock (1970), a counter that ran over (2036, 2038), or somebody who wants them out of sight?",
      "A search by time does not find them where they belong: look at them by when they were received.",
    ],
    falsePositives: ["A test record with a date of its own."],
    blindSpots: ["A time that is wrong and could be."],
  },
  "logging-changed": {
    title: "Logging was switched off or changed",
    impact: 60,
    says: "what happens from now on may not be seen",
    checks: [
      "Is it on, and does it write what it wrote: trail, sink, diagnostic setting, audit sink?",
      "Who is behind the identity, and what else did it do in the hour before?",
      "What is missing since? Look for the same time in other logs.",
    ],
    falsePositives: ["A pipeline that owns the setting and writes it anew.", "A migration of logging."],
    blindSpots: [
      "Settings that travel in calls for much else: an IAM policy's audit configuration, a cluster's, an API server's audit policy file; a diagnostic setting that is narrowed.",
      "Buckets in which logs lie, emptied or given a lifecycle.",
      "A call whose own record is the first that is missing.",
    ],
  },
  "detector-failed": {
    title: "Detector failed and is left out",
    impact: 35,
    says: "what it would find until the day is over is not found",
    checks: [
      "What does it say of itself: did it throw, take too long, or flood? The next day it is tried again.",
      "Is it one of yours, or changed by you? If not, it is a bug of machinetrail: the reason is what a report of it needs.",
    ],
    falsePositives: ["A machine that was short of time, where it was too slow."],
    blindSpots: ["A detector that never ends: it holds up detection, and the time of the last tick says so."],
  },
} as const satisfies Readonly<Record<string, Omit<ProblemKind, "detector">>>;

type SourceProblem = keyof typeof sourceProblems;

export interface ProblemSeen {
  readonly problem: SourceProblem;
  /** Id of the source, log or detector; without "source:" or "detector:". */
  readonly about: string;
  /** Kind of the source, or log. */
  readonly type: string;
  /** What tells this problem from another of the same kind, the same for whoever sees it: since when, or which records. */
  readonly since: string;
  readonly sinceMs: number;
  readonly observed: string;
  readonly baseline: string;
}

const longestText = 500;

/** The same problem has the same id, whichever process sees it and how often. */
export function sourceFindingUid({ problem, about, since }: Pick<ProblemSeen, "problem" | "about" | "since">): string {
  return createHash("sha256")
    .update(JSON.stringify([`${whatOf(problem)}:${about}`, problem, since]))
    .digest("hex")
    .slice(0, 16);
}

export function sourceFinding(seen: ProblemSeen, nowMs: number): Finding {
  const { problem, about, type, sinceMs } = seen;
  const { title, impact, says, checks, falsePositives, blindSpots } = sourceProblems[problem];
  const what = whatOf(problem);
  const uid = `${what}:${about}`.slice(0, longestText);
  const confidence = 100;
  const named = { identity_uid: uid, identity_name: `${what} ${about}`.slice(0, longestText) };
  const kind = { provider: "", principal_type: what, workload_type: type };
  const reason = { detector: problem, title, what: problem, observed: seen.observed.slice(0, longestText), baseline: seen.baseline };
  return {
    finding_uid: sourceFindingUid(seen),
    configuration: "source",
    revision: 1,
    kind: "source",
    // Told whatever the budget is; the column has no other word for it.
    budget: 1,
    ...named,
    identity_uids: [uid],
    ...kind,
    window_start_ms: sinceMs,
    raised_ms: nowMs,
    changed_ms: nowMs,
    windows: [[uid, nowMs]],
    bits: 0,
    probability: 1,
    maturity: "own",
    severity: severityOf(impact),
    impact,
    impact_reasons: [`${says} (${impact})`],
    confidence,
    risk: riskOf(confidence, impact),
    detectors: [problem],
    techniques: [],
    nhi_risks: [],
    reasons: [{ ...reason, bits: 0, probability: 1 }],
    members: [{ ...named, ...kind, bits: 0 }],
    event_uids: [],
    events: [],
    lineage: { up: [], down: [], reach: 0, is_cut: false },
    checks: [...checks],
    false_positives: [...falsePositives],
    blind_spots: [...blindSpots],
  };
}

function whatOf(problem: SourceProblem): "source" | "detector" {
  return problem === "detector-failed" ? "detector" : "source";
}

/** Once a day: the next one it is tried again. */
export function parkedSeen({ id, reason, dayMs }: ParkedOnDay): ProblemSeen {
  return {
    ...{ problem: "detector-failed", about: id, type: "detector", since: String(dayMs), sinceMs: dayMs },
    observed: `it ${reason}`,
    baseline: "a detector answers for each window, soon and with a number",
  };
}

export function gapSeen(
  { id, type }: { readonly id: string; readonly type: string },
  { partition, from, to, reason }: SourceGap,
  nowMs: number,
): ProblemSeen {
  return {
    ...{ problem: "records-gone", about: id, type, since: JSON.stringify([partition, from, to]), sinceMs: nowMs },
    observed: `${reason}: ${partition} from ${from} to ${to}`,
    baseline: "a source hands over all that it has",
  };
}
