// What the program itself has to say (a flood, a digest, a sink that was parked, a test) as an OCSF Detection Finding, so that who takes findings takes it too.
import type { Severity } from "../model/finding.ts";
import { ocsfSeverity, ocsfVersion } from "./ocsf-detection-finding.ts";

export interface Notice {
  readonly uid: string;
  readonly timeMs: number;
  readonly severity: Severity;
  readonly title: string;
  readonly lines: readonly string[];
  /** Counts and ids that a machine may want. */
  readonly facts: object;
}

/** `productVersion`: of this program. */
export function ocsfNotice({ uid, timeMs, severity, title, lines, facts }: Notice, productVersion: string): object {
  const level = ocsfSeverity(severity);
  return {
    activity_id: 1,
    activity_name: "Create",
    category_uid: 2,
    category_name: "Findings",
    class_uid: 2004,
    class_name: "Detection Finding",
    type_uid: 200_401,
    type_name: "Detection Finding: Create",
    time: timeMs,
    severity_id: level.id,
    severity: level.caption,
    status_id: 1,
    status: "New",
    is_alert: false,
    message: title,
    finding_info: { uid, title, ...(lines.length > 0 && { desc: lines.join("\n") }), created_time: timeMs, types: ["Notice of machinetrail itself"] },
    metadata: {
      version: ocsfVersion,
      product: { name: "machinetrail", vendor_name: "machinetrail", version: productVersion },
      uid,
      log_name: "notices",
    },
    unmapped: { ...facts },
  };
}
