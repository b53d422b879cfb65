// The row everything turns around: one action by one identity, as stored in the table `actions`.
// Names follow OCSF 1.8 (API Activity 6003, Authentication 3002), flattened; docs/schema.md is generated from here.
import { z } from "zod";

export const providers = ["aws", "azure", "gcp", "kubernetes"] as const;
export type Provider = (typeof providers)[number];

/** The log a record came from: one value for each normaliser. */
export const sources = ["aws-cloudtrail", "azure-activity", "entra-signin", "entra-audit", "gcp-audit", "kubernetes-audit"] as const;
export type FormatId = (typeof sources)[number];

/** What the provider calls the caller. `unknown`: the record names no caller, or one that no rule knows. */
export const principalTypes = [
  "iam-role",
  "iam-user",
  "root",
  "aws-service",
  "service-principal",
  "managed-identity",
  "service-account",
  "federated-subject",
  "k8s-service-account",
  "k8s-node",
  "user",
  "anonymous",
  "unknown",
] as const;
export type PrincipalType = (typeof principalTypes)[number];

/** What runs behind the identity, as far as the record itself shows it. */
export const workloadTypes = [
  "ec2-instance",
  "lambda-function",
  "ecs-task",
  "k8s-pod",
  "ci-pipeline",
  "third-party",
  "provider-service",
  "infrastructure-as-code",
  "rpa-bot",
  "iot-device",
  "ai-agent",
  "on-prem-service",
  "human",
  "unknown",
] as const;
export type WorkloadType = (typeof workloadTypes)[number];

export const credentialTypes = [
  "access-key",
  "sts-session",
  "console-session",
  "service-account-key",
  "service-account-token",
  "access-token",
  "client-secret",
  "client-certificate",
  "federated-credential",
  "password",
  "none",
  "unknown",
] as const;
export type CredentialType = (typeof credentialTypes)[number];

const credentialLifetimes = ["static", "short-lived", "unknown"] as const;
export type CredentialLifetime = (typeof credentialLifetimes)[number];

/**
 * read, write: control plane. data-read, data-write: contents (objects, rows, messages). secret-read: a secret's value.
 * admin: changes rights, identities, keys or logging. auth: proves an identity or issues a credential.
 */
export const activities = ["read", "write", "data-read", "data-write", "secret-read", "admin", "auth"] as const;
export type Activity = (typeof activities)[number];

export const outcomes = ["success", "failure", "denied", "unknown"] as const;
export type Outcome = (typeof outcomes)[number];

/** `unknown`: the record holds no address (never a new address); `cloud:<name>` only from ranges that the operator supplied. */
const networkKinds = ["private", "provider-service", "internet", "unknown"] as const;
export type NetworkKind = (typeof networkKinds)[number] | `cloud:${string}`;

const text = (description: string) => z.string().describe(description);
const timeMs = (description: string) => z.number().int().describe(description);

export const identityActionSchema = z.strictObject({
  time: timeMs("When it happened, by the provider's clock. Unix epoch, milliseconds, UTC."),
  received_at: timeMs("When machinetrail first read it, by our clock. Unix epoch, milliseconds, UTC."),
  event_uid: text("Stable id of the event: the same record read twice has the same one."),
  event_rank: z.number().int().min(0).max(15).describe("Of two versions of one event the higher rank stays (a later stage, an addendum)."),
  shared_event_uid: text("Joins the copies of one event that two accounts received (CloudTrail sharedEventID); empty where none."),
  provider: z.enum(providers).describe("Cloud whose log this is."),
  source: z.enum(sources).describe("Log the record came from."),
  account_uid: text("Account, subscription, tenant, project or cluster in whose log the record stands."),
  region: text("Provider's region or location; empty where the record names none."),
  identity_uid: text(
    "The durable identity behind the session: role ARN, user ARN, object id, service-account e-mail, cluster/system:serviceaccount:ns:name, OIDC subject reduced to its stable part.",
  ),
  identity_name: text("What people call it."),
  identity_alias: text("A second id of the same identity (Entra app id, GCP unique id, IAM principal id); empty where none."),
  identity_rule: text("Id of the rule that resolved the caller: what the attribution rests on."),
  principal_type: z.enum(principalTypes).describe("What the provider calls the caller."),
  workload_type: z.enum(workloadTypes).describe("What runs behind the identity, as far as this record shows."),
  is_machine: z.boolean().describe("False only where the record shows a person."),
  session_name: text("Session, as named by whoever opened it."),
  workload_uid: text("Who held the credential this time: instance, function, pod, CI run; empty where unknown."),
  credential_uid: text(
    "Access key id, service-account key id, token id (JTI, uti), certificate key id (thumbprint where the record has no key id); never the secret.",
  ),
  credential_type: z.enum(credentialTypes).describe("Kind of credential that was presented."),
  credential_lifetime: z.enum(credentialLifetimes).describe("Static (until someone deletes it) or short-lived."),
  credential_issued_at: timeMs("When the credential was issued; 0 where the record does not say. Unix epoch, milliseconds, UTC."),
  issuer_uid: text("Identity or identity provider that handed out this session, where the record itself states it."),
  delegation: z.array(z.string()).describe("Chain the record itself states, nearest to the caller first: who acted through whom."),
  issued_credential_uid: text("On events that issue a credential: its id."),
  issued_credential_type: z.enum(credentialTypes).describe("On events that issue a credential: its kind; otherwise none."),
  target_identity_uid: text("On events that issue a credential or change an identity: for whom."),
  service: text("Service that was called: s3, compute.googleapis.com, microsoft.compute, core."),
  action: text("Operation, in the provider's own spelling."),
  activity: z.enum(activities).describe("Class of the operation."),
  resource_types: z.array(z.string()).describe("Types of the resources, in the order of resource_uids."),
  resource_uids: z
    .array(z.string())
    .describe("Resources acted on, canonical: ARN, Azure id in lower case, GCP full name, Kubernetes group/resource/namespace/name."),
  resource_accounts: z.array(z.string()).describe("Owners of the resources, in the order of resource_uids; empty text where not stated."),
  resource_patterns: z.array(z.string()).describe("resource_uids with generated parts replaced by *, for baselines. Derived."),
  resource_scopes: z.array(z.string()).describe("What each resource stands in: bucket, vault, namespace, account. Derived."),
  src_ip: text("Address of the caller; empty where the record holds none."),
  src_kind: z.string().describe("Network class: private, provider-service, cloud:<name>, internet, unknown."),
  src_network: text("Network for baselines: src_kind, with the /24 or /48 of a public address. Derived."),
  user_agent: text("User agent as received, cut to 1,024 characters."),
  agent_family: text("Tool and major version parsed from the user agent; empty where there is none."),
  outcome: z.enum(outcomes).describe("Success, failure, denied; unknown where the record is from before the answer."),
  error_code: text("Provider's error code; empty on success."),
  error_message: text("Provider's error text, redacted; empty on success."),
  authorization_basis: text(
    "Why it was allowed or refused, where the record says so (RBAC decision and binding; the certificate that a sign-in showed).",
  ),
  request_uid: text("Provider's request or correlation id."),
});

export type IdentityAction = z.infer<typeof identityActionSchema>;

/** Columns by how they are stored: texts that repeat, lists of such, times. The rest (ids, is_machine) is stored plain. */
export const actionTextColumns = [
  "shared_event_uid",
  "provider",
  "source",
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
  "issued_credential_uid",
  "issued_credential_type",
  "target_identity_uid",
  "service",
  "action",
  "activity",
  "src_ip",
  "src_kind",
  "src_network",
  "user_agent",
  "agent_family",
  "outcome",
  "error_code",
  "error_message",
  "authorization_basis",
] as const satisfies readonly (keyof IdentityAction)[];

export const actionTextListColumns = [
  "delegation",
  "resource_types",
  "resource_uids",
  "resource_accounts",
  "resource_patterns",
  "resource_scopes",
] as const satisfies readonly (keyof IdentityAction)[];

export const actionTimeColumns = ["time", "credential_issued_at"] as const satisfies readonly (keyof IdentityAction)[];

/** What a normaliser returns: the reception time and the bytes are the pipeline's to add; so are the fields marked Derived. */
export type NormalizedAction = Omit<IdentityAction, "received_at">;

/** Every field at its "not stated" value, so that a format only sets what its records say. */
export function blankAction(provider: Provider, source: FormatId): NormalizedAction {
  return {
    time: 0,
    event_uid: "",
    event_rank: 0,
    shared_event_uid: "",
    provider,
    source,
    account_uid: "",
    region: "",
    identity_uid: "",
    identity_name: "",
    identity_alias: "",
    identity_rule: "",
    principal_type: "unknown",
    workload_type: "unknown",
    is_machine: true,
    session_name: "",
    workload_uid: "",
    credential_uid: "",
    credential_type: "unknown",
    credential_lifetime: "unknown",
    credential_issued_at: 0,
    issuer_uid: "",
    delegation: [],
    issued_credential_uid: "",
    issued_credential_type: "none",
    target_identity_uid: "",
    service: "",
    action: "",
    activity: "read",
    resource_types: [],
    resource_uids: [],
    resource_accounts: [],
    resource_patterns: [],
    resource_scopes: [],
    src_ip: "",
    src_kind: "unknown",
    src_network: "",
    user_agent: "",
    agent_family: "",
    outcome: "unknown",
    error_code: "",
    error_message: "",
    authorization_basis: "",
    request_uid: "",
  };
}
