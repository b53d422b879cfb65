// The vocabulary of the estate: an identity, what it presents when it calls, and the call itself, one form a provider. Records are
// written from these three. Computed here by the estate's own means: nothing is shared with what reads the records.
import type { CredentialType, PrincipalType, Provider, WorkloadType } from "../model/identity-action.ts";
import type { JsonObject } from "../model/json.ts";

/** Who acts: one row of estate.json. */
export interface Identity {
  /** What docs/identity-rules.md says that its records resolve to. */
  readonly uid: string;
  readonly name: string;
  readonly provider: Provider;
  /** Account, subscription, tenant, project or cluster that it belongs to. */
  readonly account: string;
  readonly principalType: PrincipalType;
  /** What truly runs behind it, whether or not records show it. */
  readonly workloadType: WorkloadType;
  readonly isMachine: boolean;
}

export interface Credential {
  /** As logs name it; "" where they do not. */
  readonly uid: string;
  readonly type: CredentialType;
  readonly lifetime: "static" | "short-lived";
  readonly issuedAtMs: number;
}

/** What a caller shows with a call. Immutable: an attacker's is a copy with another address or agent. */
interface Presented {
  readonly identity: Identity;
  readonly credential: Credential;
  /** Address as the provider logs it; a service's DNS name where a service calls. */
  readonly address: string;
  readonly userAgent: string;
  /** Chain that its records state, nearest first: identity uids. */
  readonly delegation: readonly string[];
  /** Who handed out the session, where its records themselves state it; "" where they do not. */
  readonly statedIssuer: string;
}

export interface AwsAccess extends Presented {
  readonly provider: "aws";
  /** Account in whose log the calls stand. */
  readonly account: string;
  readonly region: string;
  readonly userIdentity: JsonObject;
}

export interface AzureAccess extends Presented {
  readonly provider: "azure";
  /** Object id and, for applications, application id. */
  readonly objectId: string;
  readonly appId: string;
  /** Sign-in name of a person; "" for applications. */
  readonly upn: string;
  /** Resource that a managed identity belongs to; "" otherwise. */
  readonly managedResource: string;
  /** Id of the token in hand; claim uti. */
  readonly tokenId: string;
  /** Role by which Resource Manager allows it. */
  readonly role: string;
}

export interface GcpAccess extends Presented {
  readonly provider: "gcp";
  readonly authenticationInfo: JsonObject;
}

export interface KubernetesAccess extends Presented {
  readonly provider: "kubernetes";
  readonly cluster: KubernetesCluster;
  readonly user: JsonObject;
  /** Why RBAC allows it: authorization.k8s.io/reason. */
  readonly allowedBy: string;
  /** What the authenticator writes beside every call: authentication.k8s.io/legacy-token. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export type Access = AwsAccess | AzureAccess | GcpAccess | KubernetesAccess;

/** The parts of a cluster that records name. */
export interface KubernetesCluster {
  /** account_uid of its records: the name that a shipper adds, project/location/name on GKE, the resource id on AKS. */
  readonly uid: string;
  readonly name: string;
}

interface CallFacts {
  /** Where the call issues a credential: its id in the logs ("" where they hold none), and for whom. */
  readonly issues?: { readonly uid: string; readonly to: string };
  /** Where it does not succeed. */
  readonly failure?: Failure;
}

export interface Failure {
  /** AWS: AccessDenied; Azure: AuthorizationFailed; GCP: 7; Kubernetes: 403. */
  readonly code: string;
  readonly message: string;
}

export interface AwsCall extends CallFacts {
  readonly provider: "aws";
  /** Without .amazonaws.com: s3, sts. */
  readonly service: string;
  readonly name: string;
  readonly isReadOnly: boolean;
  /** Contents (S3 objects, Lambda invocations) and not the management of resources. */
  readonly isData?: boolean;
  /** Where it differs from the caller's own. */
  readonly region?: string;
  /** Account whose log it stands in, where it is not the caller's. */
  readonly account?: string;
  readonly request?: JsonObject | null;
  readonly response?: JsonObject | null;
  /** ARN, type and owning account (absent for S3 objects). */
  readonly resources?: readonly AwsResource[];
  /** Further members of the record: additionalEventData, sharedEventID. */
  readonly more?: JsonObject;
}

export interface AwsResource {
  readonly arn: string;
  readonly type: string;
  readonly account?: string;
}

/** Resource Manager's call: a record of the Activity Log. */
export interface AzureActivityCall extends CallFacts {
  readonly provider: "azure";
  readonly log: "activity";
  /** Microsoft.Compute/virtualMachines/start/action */
  readonly operation: string;
  /** As Azure writes it; upper case is common. */
  readonly resourceId: string;
  readonly location: string;
  /** HTTP status; 200 where absent. */
  readonly status?: number;
  readonly properties?: JsonObject;
}

/** A sign-in to Entra. */
export interface EntraSigninCall extends CallFacts {
  readonly provider: "azure";
  readonly log: "signin";
  readonly category: "ServicePrincipalSignInLogs" | "ManagedIdentitySignInLogs" | "NonInteractiveUserSignInLogs" | "SignInLogs";
  readonly resource: { readonly name: string; readonly appId: string; readonly objectId: string };
  /** Members of properties that tell the credential: servicePrincipalCredentialKeyId, federatedCredentialId. */
  readonly properties?: JsonObject;
}

/** A change in the directory. */
export interface EntraAuditCall extends CallFacts {
  readonly provider: "azure";
  readonly log: "audit";
  /** Add service principal credentials */
  readonly operation: string;
  readonly category: string;
  readonly targets: readonly JsonObject[];
}

export type AzureCall = AzureActivityCall | EntraSigninCall | EntraAuditCall;

export interface GcpCall extends CallFacts {
  readonly provider: "gcp";
  readonly service: string;
  readonly method: string;
  readonly project: string;
  /** Full or relative name; see cloud.google.com, AuditLog.resourceName. */
  readonly resourceName: string;
  /** Monitored resource. */
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly permission: string;
  /** Admin Activity log; otherwise Data Access. */
  readonly isAdminActivity: boolean;
  readonly location?: string;
  readonly request?: JsonObject;
  readonly response?: JsonObject;
  readonly metadata?: JsonObject;
}

export interface KubernetesCall extends CallFacts {
  readonly provider: "kubernetes";
  readonly verb: string;
  /** "" is the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** HTTP status; by the verb where absent. */
  readonly status?: number;
  readonly query?: string;
  /** Annotations beside those of the authorizer. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** As whom the caller asks to act. */
  readonly impersonates?: Identity;
  readonly requestObject?: JsonObject;
  readonly responseObject?: JsonObject;
}

export type Call = AwsCall | AzureCall | GcpCall | KubernetesCall;

interface ActFacts {
  readonly atMs: number;
  /** Where an attack made or changed it. */
  readonly label?: AttackMark;
}

/** An attack that labels what it does. */
export interface AttackMark {
  readonly id: string;
}

/** One call by one caller at one moment: what becomes a record. */
export type Act = ActFacts &
  (
    | { readonly access: AwsAccess; readonly call: AwsCall }
    | { readonly access: AzureAccess; readonly call: AzureCall }
    | { readonly access: GcpAccess; readonly call: GcpCall }
    | { readonly access: KubernetesAccess; readonly call: KubernetesCall }
  );

export function isActOf<Kind extends Provider>(act: Act, provider: Kind): act is Extract<Act, { access: { provider: Kind } }> {
  return act.access.provider === provider && act.call.provider === provider;
}
