// What is handed to a sink: one message about a finding, or one of the program itself. Whoever sends renders it once, so that a sink knows no store.
import type { Finding, Severity } from "../model/finding.ts";
import type { FindingState } from "../model/finding-state.ts";
import type { FindingSummary } from "../model/finding-summary.ts";

/** A finding with what was decided about it by the time of sending. */
export interface AlertedFinding extends Finding {
  readonly state: FindingState;
  readonly state_reason: string;
  readonly state_by: string;
  /** Unix epoch, milliseconds, UTC; 0 where nobody decided. */
  readonly state_at_ms: number;
  /** 0 but for a mute. */
  readonly muted_until_ms: number;
}

interface AnyAlert {
  /** The same over all attempts and processes: what a receiver knows repeats by. Lower-case letters, digits, `_` and `-`. */
  readonly id: string;
  /** When what it tells happened: Unix epoch, milliseconds, UTC. */
  readonly timeMs: number;
  readonly severity: Severity;
  /** Detection Finding of OCSF, as report/ renders it: the body for machines. */
  readonly ocsf: object;
  /** The same as JSON. */
  readonly ocsfJson: string;
}

export interface FindingAlert extends AnyAlert {
  readonly kind: "finding";
  /** raised: the first of it. continued: it goes on, or is odder. decided: somebody decided about it. */
  readonly event: "raised" | "continued" | "decided";
  readonly finding: AlertedFinding;
  /** The words for people. */
  readonly summary: FindingSummary;
  /** All that one identity did within a day: what people see as one thread, one page. */
  readonly incidentUid: string;
  /** What this sink answered to the first message of the incident (its `receipt`); absent where there is none. */
  readonly thread?: string;
  /** Graver than all that this sink was sent about the incident before, where there was something. */
  readonly isGraver: boolean;
  /** Another finding of the incident that this sink was sent is open. Known where this one is benign or muted; false elsewhere. */
  readonly hasOpenFindings: boolean;
  /** Where the finding is told whole; absent where the configuration names no console. */
  readonly link?: string;
}

/** From the program itself: a flood, a digest, a sink that was parked, a test. */
export interface NoticeAlert extends AnyAlert {
  readonly kind: "notice";
  readonly title: string;
  readonly lines: readonly string[];
}

export type Alert = FindingAlert | NoticeAlert;
