// Alerts for tests: of the finding that the questions' tests store, and of the program.
import type { AlertedFinding, FindingAlert, NoticeAlert } from "../../alert/alert.ts";
import type { Finding } from "../../model/finding.ts";
import { findingSummary } from "../../report/finding-summary.ts";
import { ocsfDetectionFinding } from "../../report/ocsf-detection-finding.ts";
import { findingOf } from "../queries/stored-findings.ts";

const undecided = { state: "open", state_reason: "", state_by: "", state_at_ms: 0, muted_until_ms: 0 } as const;

export interface AlertFields extends Partial<Omit<FindingAlert, "finding" | "summary" | "ocsf">> {
  readonly of?: Partial<Finding>;
  readonly decided?: Partial<AlertedFinding>;
}

export function findingAlert({ of: fields = {}, decided = {}, ...alert }: AlertFields = {}): FindingAlert {
  const stored = findingOf({
    finding_uid: "a000000000000001",
    identity_uid: "arn:aws:iam::111122223333:role/deploy",
    identity_name: "deploy",
    ...fields,
  });
  const finding: AlertedFinding = { ...stored, ...undecided, ...decided };
  const ocsf = ocsfDetectionFinding(finding, "0.0.0");
  return {
    kind: "finding",
    id: `d${finding.finding_uid}`,
    timeMs: finding.changed_ms,
    severity: finding.severity,
    ...{ ocsf, ocsfJson: JSON.stringify(ocsf) },
    event: "raised",
    finding,
    summary: findingSummary(finding),
    incidentUid: finding.finding_uid,
    ...{ isGraver: false, hasOpenFindings: false },
    ...alert,
  };
}

/** So many, each of another identity. */
export function findingAlerts(count: number): FindingAlert[] {
  return Array.from({ length: count }, (_, place) => {
    const finding_uid = `f${place.toString(16).padStart(15, "0")}`;
    return findingAlert({ of: { finding_uid, identity_uid: `arn:aws:iam::111122223333:role/deploy-${place}`, identity_name: `deploy-${place}` } });
  });
}

export function noticeAlert(fields: Partial<NoticeAlert> = {}): NoticeAlert {
  const { ocsf, ocsfJson } = findingAlert();
  return { kind: "notice", id: "n1", timeMs: 0, severity: "medium", title: "A notice", lines: ["of the program itself"], ocsf, ocsfJson, ...fields };
}

/** A text in every field that an event can carry. */
export function hostileAlert(text: string): FindingAlert {
  const reason = { detector: "new-network", title: text, what: text, observed: text, baseline: text, bits: 9, probability: 0.001 };
  const step = { issuer_uid: text, relation: "issued", first_at_ms: 0, last_at_ms: 0, credentials: 1, event_uid: text, hop: 1 } as const;
  return findingAlert({
    of: {
      ...{ identity_uid: text, identity_name: text, identity_uids: [text], principal_type: text, workload_type: text, provider: text },
      ...{ impact_reasons: [text], reasons: [reason, reason], members: [{ ...hostileMember, identity_uid: text, identity_name: text }] },
      ...{ checks: [text], false_positives: [text], blind_spots: [text], event_uids: [text] },
      events: [
        {
          ...{ event_uid: text, identity_uid: text, time_ms: 0, call: text, outcome: text, resource_uids: [text], src_ip: text },
          ...{ agent_family: text, region: text, credential_uid: text, shows: 1 },
        },
      ],
      lineage: { up: [{ ...step, subject_uid: text, issuer_uid: `${text}2` }], down: [{ ...step, subject_uid: text }], reach: 1, is_cut: false },
    },
    decided: { state: "benign", state_reason: text, state_by: text, state_at_ms: 1 },
    link: "https://machinetrail.example.org/findings/a000000000000001",
  });
}

const hostileMember = { provider: "aws", principal_type: "iam-role", workload_type: "unknown", bits: 1 } as const;
