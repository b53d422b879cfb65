// Stands for values of an action that come together: two actions with the same group have the same values in it. So whoever
// numbers the values does it once for the group, and notes the number here, where the next row finds it without a look-up.
import type { actionTextColumns, NormalizedAction } from "./identity-action.ts";

type TextColumnName = (typeof actionTextColumns)[number];

/** Who called, from where, with what. */
export const callerColumns = [
  "account_uid",
  "region",
  "identity_uid",
  "identity_name",
  "identity_alias",
  "identity_rule",
  "principal_type",
  "workload_type",
  "session_name",
  "workload_uid",
  "credential_uid",
  "credential_type",
  "credential_lifetime",
  "issuer_uid",
  "src_ip",
  "src_kind",
  "src_network",
  "user_agent",
  "agent_family",
] as const satisfies readonly TextColumnName[];

/** What was called. */
export const callColumns = ["service", "action", "activity"] as const satisfies readonly TextColumnName[];

/** The texts of callerColumns in their order, by constant names: many times faster than a loop over those. */
export function callerTexts(action: NormalizedAction): readonly string[] {
  return [
    action.account_uid,
    action.region,
    action.identity_uid,
    action.identity_name,
    action.identity_alias,
    action.identity_rule,
    action.principal_type,
    action.workload_type,
    action.session_name,
    action.workload_uid,
    action.credential_uid,
    action.credential_type,
    action.credential_lifetime,
    action.issuer_uid,
    action.src_ip,
    action.src_kind,
    action.src_network,
    action.user_agent,
    action.agent_family,
  ];
}

/** The same for callColumns. */
export function callTexts(action: NormalizedAction): readonly string[] {
  return [action.service, action.action, action.activity];
}

export class ValueGroup {
  /** Who gave `number`, by a number of its own, from 1: to another block it says nothing. Groups outlive blocks by far, and a reference would keep them. */
  numberedBy = 0;
  number = 0;
  /** The same for the number of its identity alone, in a block of records. */
  identityNumberedBy = 0;
  identityNumber = 0;
}
