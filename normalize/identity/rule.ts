// The form of an identity rule: one row of the table that turns a caller, as a provider writes it, into a durable identity.
import type { CredentialLifetime, CredentialType, NormalizedAction, PrincipalType, WorkloadType } from "../../model/identity-action.ts";

/** What a rule says of the caller. Fields not set stay at their blank value. */
export interface Identity {
  readonly identity_uid: string;
  readonly identity_name: string;
  readonly identity_alias?: string;
  readonly principal_type: PrincipalType;
  readonly workload_type?: WorkloadType;
  readonly is_machine?: boolean;
  readonly session_name?: string;
  readonly workload_uid?: string;
  readonly credential_uid?: string;
  readonly credential_type?: CredentialType;
  readonly credential_lifetime?: CredentialLifetime;
  readonly credential_issued_at?: number;
  readonly issuer_uid?: string;
  readonly delegation?: readonly string[];
}

/** `Caller`: the provider's own fields, flat. Rules are tried in order; the first whose `when` holds decides. */
export interface IdentityRule<Caller> {
  /** Unique over all providers; stored as identity_rule. Kebab-case, the provider first: aws-role-session. */
  readonly id: string;
  /** One sentence for docs/identity-rules.md: which callers, and what their durable identity is. */
  readonly says: string;
  /** Where the fact comes from: provider's document and section, or a measurement. */
  readonly source: string;
  when(caller: Caller): boolean;
  identity(caller: Caller): Identity;
  /** At least one caller of this kind and what it becomes: the test runs it, the docs print it. */
  readonly examples: readonly { readonly caller: Caller; readonly is: Partial<Identity> }[];
}

export function resolveIdentity<Caller>(rules: readonly IdentityRule<Caller>[], caller: Caller): { rule: string; identity: Identity } | undefined {
  for (const rule of rules) if (rule.when(caller)) return { rule: rule.id, identity: rule.identity(caller) };
  return undefined;
}

/** Writes what a rule said onto the action. */
export function applyIdentity(action: NormalizedAction, rule: string, identity: Identity): void {
  action.identity_rule = rule;
  action.identity_uid = identity.identity_uid;
  action.identity_name = identity.identity_name;
  action.principal_type = identity.principal_type;
  if (identity.identity_alias !== undefined) action.identity_alias = identity.identity_alias;
  if (identity.workload_type !== undefined) action.workload_type = identity.workload_type;
  if (identity.is_machine !== undefined) action.is_machine = identity.is_machine;
  if (identity.session_name !== undefined) action.session_name = identity.session_name;
  if (identity.workload_uid !== undefined) action.workload_uid = identity.workload_uid;
  if (identity.credential_uid !== undefined) action.credential_uid = identity.credential_uid;
  if (identity.credential_type !== undefined) action.credential_type = identity.credential_type;
  if (identity.credential_lifetime !== undefined) action.credential_lifetime = identity.credential_lifetime;
  if (identity.credential_issued_at !== undefined) action.credential_issued_at = identity.credential_issued_at;
  if (identity.issuer_uid !== undefined) action.issuer_uid = identity.issuer_uid;
  if (identity.delegation !== undefined) action.delegation = [...identity.delegation];
}
