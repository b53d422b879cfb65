// Google Cloud callers to durable identities: protoPayload.authenticationInfo of an audit LogEntry (google.cloud.audit.AuditLog).
import type { WorkloadType } from "../../model/identity-action.ts";
import { readOidcSubject } from "./oidc-subject.ts";
import type { Identity, IdentityRule } from "./rule.ts";

/** authenticationInfo, flat; "" where the entry does not say. */
export interface GcpCaller {
  readonly principalEmail: string;
  readonly principalSubject: string;
  /** Exchanges of tokens: the principal for which the exchanged token stands. */
  readonly mappedPrincipal: string;
  /** Resource name of the service account key that opened the session. */
  readonly keyName: string;
  /** Third-party claims say whose token it was. */
  readonly thirdPartySubject: string;
  readonly oauthClientId: string;
  /** Identities that acted through this one, nearest first, a line each. */
  readonly delegation: string;
  /** What is at the far end of the delegation, and the run or session that its subject names. */
  readonly originWorkload: WorkloadType;
  readonly originSession: string;
  /** Service whose own doing the entry records, for entries of the System Event log. */
  readonly systemService: string;
  /** The call was refused because nobody was authenticated (UNAUTHENTICATED). */
  readonly isUnauthenticated: boolean;
}

export const blankGcpCaller: GcpCaller = {
  principalEmail: "",
  principalSubject: "",
  mappedPrincipal: "",
  keyName: "",
  thirdPartySubject: "",
  oauthClientId: "",
  delegation: "",
  originWorkload: "unknown",
  originSession: "",
  systemService: "",
  isUnauthenticated: false,
};

const source = "cloud.google.com, AuditLog reference, AuthenticationInfo";
const federationSource = "cloud.google.com, IAM, Principal identifiers; Example logs for Workload Identity Federation";
const serviceAccountDomain = ".gserviceaccount.com";

/** Domains of accounts that Google itself runs for a customer's project (cloud.google.com, IAM, Service agents). */
const serviceAgent = new RegExp(
  `@(?:${[
    "gcp-sa-[a-z0-9-]+",
    "bigquery-encryption",
    "cloud-filer",
    "cloud-memcache-sa",
    "cloud-ml",
    "cloud-redis",
    "cloud-tpu",
    "cloudcomposer-accounts",
    "compute-system",
    "container-analysis",
    "container-engine-robot",
    "containerregistry",
    "dataflow-service-producer-prod",
    "dataproc-accounts",
    "dlp-api",
    "endpoints-portal",
    "firebase-rules",
    "gae-api-prod",
    "gcf-admin-robot",
    "genomics-api",
    "gs-project-accounts",
    "monitoring-notification",
    "remotebuildexecution",
    "security-center-api",
    "serverless-robot-prod",
    "service-consumer-management",
    "service-networking",
    "sourcerepo-service-accounts",
    "storage-transfer-service",
    "trifacta-gcloud-prod",
  ].join("|")})(?:\\.google\\.com)?\\.iam\\.gserviceaccount\\.com$|@(?:cloudservices|system)\\.gserviceaccount\\.com$`,
);
const cloudBuildAccount = /^\d+@cloudbuild\.gserviceaccount\.com$/;

const poolPrefix = "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools";

export const gcpIdentityRules: readonly IdentityRule<GcpCaller>[] = [
  {
    id: "gcp-service-agent",
    says: "A service agent of Google: its e-mail; the provider's own service is behind it.",
    source: "cloud.google.com, IAM, Service agents",
    when: (caller) => serviceAgent.test(accountEmailOf(caller)),
    identity: (caller) => ({
      ...serviceAccount(caller),
      identity_name: accountEmailOf(caller),
      workload_type: "provider-service",
      is_machine: true,
    }),
    examples: [
      {
        caller: { ...blankGcpCaller, principalEmail: "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" },
        is: {
          identity_uid: "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com",
          principal_type: "service-account",
          workload_type: "provider-service",
        },
      },
      {
        caller: { ...blankGcpCaller, principalEmail: "123456789012@cloudservices.gserviceaccount.com" },
        is: { identity_uid: "123456789012@cloudservices.gserviceaccount.com", workload_type: "provider-service" },
      },
    ],
  },
  {
    id: "gcp-build-account",
    says: "The account of Cloud Build, which runs a project's own build steps: its e-mail.",
    source: "cloud.google.com, Cloud Build, Cloud Build service accounts",
    when: (caller) => cloudBuildAccount.test(accountEmailOf(caller)),
    identity: (caller) => ({ ...serviceAccount(caller), identity_name: accountEmailOf(caller), workload_type: "ci-pipeline", is_machine: true }),
    examples: [
      {
        caller: { ...blankGcpCaller, principalEmail: "123456789012@cloudbuild.gserviceaccount.com" },
        is: { identity_uid: "123456789012@cloudbuild.gserviceaccount.com", principal_type: "service-account", workload_type: "ci-pipeline" },
      },
    ],
  },
  {
    id: "gcp-service-account",
    says: "A service account: its e-mail, whoever holds its key or acts through it. A delegation is recorded nearest first, each authority as its own identity; what stands at its far end is what runs behind the call.",
    source: `${source}; order of the delegation: Security Command Center, finding Anomalous Multistep Service Account Delegation`,
    when: (caller) => accountEmailOf(caller) !== "",
    identity: serviceAccount,
    examples: [
      {
        caller: {
          ...blankGcpCaller,
          principalEmail: "backup@project-a.iam.gserviceaccount.com",
          keyName: "//iam.googleapis.com/projects/project-a/serviceAccounts/backup@project-a.iam.gserviceaccount.com/keys/0123abcd",
        },
        is: {
          identity_uid: "backup@project-a.iam.gserviceaccount.com",
          principal_type: "service-account",
          credential_uid: "0123abcd",
          credential_type: "service-account-key",
          credential_lifetime: "static",
        },
      },
      {
        caller: {
          ...blankGcpCaller,
          principalEmail: "deployer@project-a.iam.gserviceaccount.com",
          delegation: "hop@project-a.iam.gserviceaccount.com\ntoken.actions.githubusercontent.com/repo:example/app",
          originWorkload: "ci-pipeline",
          originSession: "ref:refs/heads/main",
        },
        is: {
          delegation: ["hop@project-a.iam.gserviceaccount.com", "token.actions.githubusercontent.com/repo:example/app"],
          issuer_uid: "hop@project-a.iam.gserviceaccount.com",
          workload_type: "ci-pipeline",
          session_name: "ref:refs/heads/main",
        },
      },
      {
        caller: { ...blankGcpCaller, principalEmail: "redacted@example.com", principalSubject: "serviceAccount:redacted@example.com" },
        is: { identity_uid: "redacted@example.com", principal_type: "service-account" },
      },
    ],
  },
  {
    id: "gcp-system",
    says: "Google's own systems (System Event log, system@google.com): the e-mail, else the service whose doing it was.",
    source: "cloud.google.com, Cloud Audit Logs overview, System Event audit logs",
    when: ({ systemService, principalEmail }) => systemService !== "" || principalEmail === "system@google.com",
    identity: ({ principalEmail, systemService }) => ({
      identity_uid: principalEmail || systemService,
      identity_name: principalEmail || systemService,
      principal_type: "service-account",
      workload_type: "provider-service",
    }),
    examples: [
      {
        caller: { ...blankGcpCaller, principalEmail: "system@google.com", systemService: "compute.googleapis.com" },
        is: { identity_uid: "system@google.com", workload_type: "provider-service" },
      },
      {
        caller: { ...blankGcpCaller, systemService: "compute.googleapis.com" },
        is: { identity_uid: "compute.googleapis.com", workload_type: "provider-service" },
      },
    ],
  },
  {
    id: "gcp-gke-workload",
    says: "A pod by Workload Identity Federation for GKE: PROJECT.svc.id.goog[namespace/name], in both forms in which logs write it.",
    source: "cloud.google.com, GKE, About Workload Identity Federation for GKE",
    when: (caller) => gkeWorkloadOf(caller) !== undefined,
    identity: (caller) => {
      const { pool = "", namespace = "", name = "" } = gkeWorkloadOf(caller) ?? {};
      return {
        ...federated(caller),
        identity_uid: `${pool}[${namespace}/${name}]`,
        identity_name: `${namespace}/${name}`,
        principal_type: "k8s-service-account",
        workload_type: "k8s-pod",
      };
    },
    examples: [
      {
        caller: { ...blankGcpCaller, principalSubject: "serviceAccount:project-a.svc.id.goog[payments/api]" },
        is: { identity_uid: "project-a.svc.id.goog[payments/api]", principal_type: "k8s-service-account", workload_type: "k8s-pod" },
      },
      {
        caller: { ...blankGcpCaller, principalSubject: `${poolPrefix}/project-a.svc.id.goog/subject/ns/payments/sa/api` },
        is: { identity_uid: "project-a.svc.id.goog[payments/api]", principal_type: "k8s-service-account", workload_type: "k8s-pod" },
      },
    ],
  },
  {
    id: "gcp-workforce-user",
    says: "A person who signed in through a workforce identity pool: the whole principal identifier.",
    source: "cloud.google.com, IAM, Workforce Identity Federation; Example logs for Workforce Identity Federation",
    when: (caller) => workforcePrincipal.test(principalOf(caller)),
    identity: (caller) => {
      const principal = principalOf(caller);
      return {
        ...federated(caller),
        identity_uid: principal,
        identity_name: principal.slice(principal.lastIndexOf("/") + 1),
        principal_type: "user",
        workload_type: "human",
        is_machine: false,
      };
    },
    examples: [
      {
        caller: { ...blankGcpCaller, principalSubject: "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/analyst" },
        is: {
          identity_uid: "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/analyst",
          identity_name: "analyst",
          principal_type: "user",
          is_machine: false,
        },
      },
    ],
  },
  {
    id: "gcp-aws-workload",
    says: "An AWS role session by Workload Identity Federation: the role's ARN without the session, as AWS's own log has it (where the role has no path).",
    source: federationSource,
    when: (caller) => awsSessionOf(caller) !== undefined,
    identity: (caller) => {
      const { partition = "aws", account = "", role = "", session = "" } = awsSessionOf(caller) ?? {};
      return {
        ...federated(caller),
        identity_uid: `arn:${partition}:iam::${account}:role/${role}`,
        identity_name: role,
        identity_alias: `${principalOf(caller).split("/subject/")[0] ?? ""}/subject/arn:${partition}:sts::${account}:assumed-role/${role}`,
        principal_type: "federated-subject",
        session_name: session,
      };
    },
    examples: [
      {
        caller: {
          ...blankGcpCaller,
          principalSubject: `${poolPrefix}/aws-pool/subject/arn:aws:sts::111122223333:assumed-role/exporter/i-0317f6c6b66ae9c40`,
        },
        is: {
          identity_uid: "arn:aws:iam::111122223333:role/exporter",
          identity_alias: `${poolPrefix}/aws-pool/subject/arn:aws:sts::111122223333:assumed-role/exporter`,
          principal_type: "federated-subject",
          session_name: "i-0317f6c6b66ae9c40",
        },
      },
    ],
  },
  {
    id: "gcp-agent-identity",
    says: "An agent of Vertex AI with an identity of its own: the whole principal identifier.",
    source: "cloud.google.com, Vertex AI Agent Engine, Use agent identity",
    when: (caller) => principalOf(caller).startsWith("principal://agents."),
    identity: (caller) => {
      const principal = principalOf(caller);
      return {
        ...federated(caller),
        identity_uid: principal,
        identity_name: principal.slice(principal.lastIndexOf("/") + 1),
        principal_type: "federated-subject",
        workload_type: "ai-agent",
      };
    },
    examples: [
      {
        caller: {
          ...blankGcpCaller,
          principalSubject:
            "principal://agents.global.org-123456789012.system.id.goog/resources/aiplatform/projects/1234/locations/us-central1/reasoningEngines/77",
        },
        is: { identity_name: "77", principal_type: "federated-subject", workload_type: "ai-agent" },
      },
    ],
  },
  {
    id: "gcp-workload-identity",
    says: "A subject of a workload identity pool: the pool and the subject's stable part (a repository, not a run of it). A GitHub subject is one identity in every cloud; only GitHub writes subjects that start with repo:, and the log names no issuer.",
    source: federationSource,
    when: (caller) => /^principal(?:Set)?:\/\//.test(principalOf(caller)) && emailOf(caller) === "",
    identity: (caller) => {
      const { pool, subject } = poolSubjectOf(principalOf(caller));
      const isGitHub = subject.startsWith("repo:");
      const stable = readOidcSubject(isGitHub ? "token.actions.githubusercontent.com" : "", subject, "");
      return {
        ...federated(caller),
        identity_uid: isGitHub ? stable.uid : subject === "" ? pool : `${pool}/subject${stable.uid}`,
        identity_name: stable.name || pool,
        ...(isGitHub && stable.alias !== "" && { identity_alias: stable.alias }),
        principal_type: "federated-subject",
        workload_type: stable.workload_type,
        session_name: stable.run,
      };
    },
    examples: [
      {
        caller: { ...blankGcpCaller, principalSubject: `${poolPrefix}/ci/subject/vm-17` },
        is: { identity_uid: `${poolPrefix}/ci/subject/vm-17`, principal_type: "federated-subject" },
      },
      {
        caller: { ...blankGcpCaller, principalSubject: `${poolPrefix}/ci/subject/repo:example/app:ref:refs/heads/main` },
        is: {
          identity_uid: "token.actions.githubusercontent.com/repo:example/app",
          workload_type: "ci-pipeline",
          session_name: "ref:refs/heads/main",
        },
      },
      {
        caller: {
          ...blankGcpCaller,
          principalSubject: "repo:example@70104/app@901:environment:production",
          mappedPrincipal: `${poolPrefix}/ci/subject/repo:example@70104/app@901:environment:production`,
        },
        is: {
          identity_uid: "token.actions.githubusercontent.com/repo:example/app",
          identity_alias: "token.actions.githubusercontent.com/repo:example@70104/app@901",
          session_name: "environment:production",
        },
      },
    ],
  },
  {
    id: "gcp-user",
    says: "A person's account, by e-mail.",
    source,
    when: (caller) => emailOf(caller) !== "",
    identity: (caller) => {
      const email = emailOf(caller);
      return {
        ...chainOf(caller),
        ...oauthSession(caller),
        identity_uid: email,
        identity_name: email,
        principal_type: "user",
        workload_type: "human",
        is_machine: false,
      };
    },
    examples: [
      {
        caller: { ...blankGcpCaller, principalEmail: "analyst@example.com", oauthClientId: "32555940559.apps.googleusercontent.com" },
        is: {
          identity_uid: "analyst@example.com",
          principal_type: "user",
          is_machine: false,
          workload_uid: "oauth-client:32555940559.apps.googleusercontent.com",
          credential_type: "access-token",
        },
      },
      { caller: { ...blankGcpCaller, principalSubject: "user:analyst@example.com" }, is: { identity_uid: "analyst@example.com" } },
    ],
  },
  {
    id: "gcp-anonymous",
    says: "Nobody who authenticated: public access, or a call refused for want of a credential.",
    source: "cloud.google.com, IAM, Principal identifiers, allUsers; google.rpc.Code, UNAUTHENTICATED",
    when: (caller) => (caller.isUnauthenticated ? namesOf(caller) === "" : /^(?:allUsers|anonymous)$/i.test(namesOf(caller))),
    identity: () => ({ identity_uid: "allUsers", identity_name: "anonymous", principal_type: "anonymous", credential_type: "none" }),
    examples: [
      { caller: { ...blankGcpCaller, principalSubject: "allUsers" }, is: { identity_uid: "allUsers", principal_type: "anonymous" } },
      {
        caller: { ...blankGcpCaller, isUnauthenticated: true },
        is: { identity_uid: "allUsers", principal_type: "anonymous", credential_type: "none" },
      },
    ],
  },
  {
    id: "gcp-other-subject",
    says: "A caller that the log names in another way: the subject as it stands.",
    source,
    when: (caller) => namesOf(caller) !== "",
    identity: (caller) => ({
      ...federated(caller),
      identity_uid: namesOf(caller),
      identity_name: namesOf(caller),
      principal_type: "federated-subject",
    }),
    examples: [
      {
        caller: { ...blankGcpCaller, principalSubject: "b6112abb-5791-4507-adb5-7e8cc306eb2e" },
        is: { identity_uid: "b6112abb-5791-4507-adb5-7e8cc306eb2e", principal_type: "federated-subject" },
      },
    ],
  },
];

function serviceAccount(caller: GcpCaller): Identity {
  const email = accountEmailOf(caller);
  const keyUid = caller.keyName.slice(caller.keyName.lastIndexOf("/") + 1);
  return {
    ...oauthSession(caller),
    ...chainOf(caller),
    identity_uid: email,
    identity_name: email.split("@")[0] || email,
    principal_type: "service-account",
    ...(keyUid === "" ? {} : { credential_uid: keyUid, credential_type: "service-account-key", credential_lifetime: "static" }),
  };
}

function federated(caller: GcpCaller): Partial<Identity> {
  return { credential_type: "federated-credential", credential_lifetime: "short-lived", ...chainOf(caller) };
}

/** A token of an OAuth client: the application that held it. */
function oauthSession({ oauthClientId }: GcpCaller): Partial<Identity> {
  return oauthClientId === ""
    ? {}
    : { workload_uid: `oauth-client:${oauthClientId}`, credential_type: "access-token", credential_lifetime: "short-lived" };
}

function chainOf({ delegation, originWorkload, originSession }: GcpCaller): Partial<Identity> {
  if (delegation === "") return {};
  const chain = delegation.split("\n");
  return {
    delegation: chain,
    issuer_uid: chain[0] ?? "",
    credential_type: "access-token",
    credential_lifetime: "short-lived",
    workload_type: originWorkload,
    session_name: originSession,
    is_machine: originWorkload !== "human",
  };
}

/** E-mail of a service account, whichever field holds it. Where the address does not show it, as after redaction, its prefix does. */
function accountEmailOf({ principalEmail, principalSubject }: GcpCaller): string {
  if (principalEmail.endsWith(serviceAccountDomain)) return principalEmail;
  const subject = withoutPrefix(principalSubject, "serviceAccount:");
  if (subject === "" || subject.includes("[")) {
    const user = withoutPrefix(principalSubject, "user:");
    return principalEmail === "" && user.endsWith(serviceAccountDomain) ? user : "";
  }
  return principalEmail.includes("@") ? principalEmail : subject;
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : "";
}

/** E-mail of any other account. */
function emailOf({ principalEmail, principalSubject }: GcpCaller): string {
  if (principalEmail.includes("@")) return principalEmail;
  return withoutPrefix(principalSubject, "user:") || withoutPrefix(principalSubject, "principal://goog/subject/");
}

function principalOf({ mappedPrincipal, principalSubject, principalEmail }: GcpCaller): string {
  return mappedPrincipal || principalSubject || principalEmail;
}

function namesOf(caller: GcpCaller): string {
  return principalOf(caller) || caller.thirdPartySubject;
}

function gkeWorkloadOf(caller: GcpCaller): { pool?: string; namespace?: string; name?: string } | undefined {
  const principal = principalOf(caller);
  const short = /^serviceAccount:(?<pool>[^[]+)\[(?<namespace>[^/\]]+)\/(?<name>[^\]]+)\]$/.exec(principal);
  return (short ?? /\/workloadIdentityPools\/(?<pool>[^/]+\.svc\.id\.goog)\/subject\/ns\/(?<namespace>[^/]+)\/sa\/(?<name>[^/]+)$/.exec(principal))
    ?.groups;
}

const workforcePrincipal = /^principal:\/\/iam\.googleapis\.com\/locations\/[^/]+\/workforcePools\//;

function awsSessionOf(caller: GcpCaller): Record<string, string> | undefined {
  return /^principal:\/\/.*\/subject\/arn:(?<partition>aws[a-z-]*):sts::(?<account>\d{12}):assumed-role\/(?<role>[^/]+)\/(?<session>[^/]+)$/.exec(
    principalOf(caller),
  )?.groups;
}

function poolSubjectOf(principal: string): { pool: string; subject: string } {
  const at = principal.startsWith("principal://") ? principal.indexOf("/subject/") : -1;
  return at < 0 ? { pool: principal, subject: "" } : { pool: principal.slice(0, at), subject: principal.slice(at + "/subject/".length) };
}
