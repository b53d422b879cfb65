// Findings of the small estate, and what was decided about them: a benign one, one whose mute is over, one that two configurations raised.
import type { Finding } from "../../model/finding.ts";
import { writeFindings } from "../../pipeline/finding-writer.ts";
import type { Store } from "../../storage/store.ts";
import { timeText } from "../../storage/time-text.ts";
import { dayMs, startMs } from "../storage/action-rows.ts";

const hourMs = 3_600_000;

/** Whole, from the fields that matter: one odd hour of one identity on day 40. */
export function findingOf(fields: Partial<Finding> & Pick<Finding, "finding_uid" | "identity_uid">): Finding {
  const { identity_uid } = fields;
  const raised_ms = fields.raised_ms ?? startMs + 40 * dayMs;
  const kind = { provider: "aws", principal_type: "iam-role", workload_type: "unknown" };
  return {
    configuration: "c0",
    revision: 1,
    kind: "identity",
    budget: 10,
    identity_name: "",
    identity_uids: [identity_uid],
    ...kind,
    window_start_ms: raised_ms - hourMs,
    raised_ms,
    changed_ms: raised_ms,
    windows: [[identity_uid, raised_ms]],
    bits: 10,
    probability: 2 ** -10,
    maturity: "own",
    severity: "low",
    impact: 10,
    impact_reasons: ["settings and lists read (10)"],
    confidence: 50,
    risk: 28,
    detectors: ["new-network"],
    techniques: ["T1078.004"],
    nhi_risks: ["NHI2"],
    reasons: [
      {
        detector: "new-network",
        title: "New network",
        what: "internet 198.51.100.0/24",
        observed: "network internet 198.51.100.0/24",
        baseline: "none of its 1 known in 42 value-days; used by nobody before",
        bits: 9,
        probability: 0.001,
      },
    ],
    members: [{ identity_uid, identity_name: "", ...kind, bits: 10 }],
    event_uids: ["e1"],
    events: [
      {
        event_uid: "e1",
        identity_uid,
        time_ms: raised_ms - 60_000,
        call: "s3:GetObject",
        outcome: "success",
        resource_uids: ["arn:aws:s3:::shop-data/orders/2026.parquet"],
        src_ip: "198.51.100.9",
        agent_family: "aws-cli/2",
        region: "eu-west-1",
        credential_uid: "AKIASHARED",
        shows: 1,
      },
    ],
    lineage: { up: [], down: [], reach: 0, is_cut: false },
    checks: ["Who has this address?"],
    false_positives: ["An office moved."],
    blind_spots: ["The same network."],
    ...fields,
  };
}

const deploy = "arn:aws:iam::111122223333:role/deploy";
const bot = "arn:aws:iam::111122223333:user/ci-bot";
const open = findingOf({ finding_uid: "a000000000000001", identity_uid: deploy, identity_name: "deploy" });

const storedFindings: readonly Finding[] = [
  open,
  {
    ...open,
    configuration: "c1",
    budget: 3,
    revision: 2,
    windows: [...open.windows, [deploy, open.raised_ms + hourMs]],
    changed_ms: open.raised_ms + hourMs,
  },
  findingOf({
    finding_uid: "a000000000000002",
    identity_uid: bot,
    severity: "high",
    impact: 60,
    risk: 70,
    detectors: ["new-agent"],
    raised_ms: startMs + 41 * dayMs,
  }),
  findingOf({ finding_uid: "b000000000000003", identity_uid: "runner@example-project.iam.gserviceaccount.com", provider: "gcp" }),
  findingOf({
    finding_uid: "b000000000000004",
    identity_uid: bot,
    severity: "medium",
    risk: 35,
    bits: 11,
    identity_uids: [deploy, bot],
  }),
];

interface Decision {
  readonly finding: string;
  readonly day: number;
  readonly state: string;
  readonly untilDay?: number;
  readonly uid?: string;
}

function decided({ finding, day, state, untilDay, uid = "d0" }: Decision) {
  return {
    finding_uid: finding,
    decided_at: timeText(startMs + day * dayMs),
    decision_uid: uid,
    state,
    muted_until: timeText(untilDay === undefined ? 0 : startMs + untilDay * dayMs),
    reason: `${state} on day ${day}`,
    decided_by: "analyst",
  };
}

const decisions = [
  decided({ finding: "b000000000000003", day: 42, state: "benign" }),
  decided({ finding: "a000000000000002", day: 43, state: "acknowledged" }),
  decided({ finding: "a000000000000002", day: 44, state: "muted", untilDay: 46 }),
  decided({ finding: "b000000000000004", day: 44, state: "confirmed", uid: "d1" }),
  decided({ finding: "b000000000000004", day: 44, state: "benign" }),
];

export async function settleFindings(store: Store): Promise<void> {
  for (const each of storedFindings) await writeFindings(store, [each]);
  for (const each of decisions) await store.insertRows("finding_states", [each]);
}
