// Google Cloud callers to durable identities: protoPayload.authenticationInfo of an audit LogEntry (google.cloud.audit.AuditLog).
import { readOidcSubject } from "./oidc-subject.ts";
import type { Identity, IdentityRule } from "./rule.ts";

/** authenticationInfo, flat. */
export interface GcpCaller {
  readonly principalEmail: string;
  readonly principalSubject: string;
  readonly keyName: string;
  /** From the original authority to the nearest, as the log orders them; separated by spaces. */
  readonly delegation: string;
  /** Third-party claims say whose token it was. */
  readonly thirdPartySubject: string;
}

export const blankGcpCaller: GcpCaller = { principalEmail: "", principalSubject: "", keyName: "", delegation: "", thirdPartySubject: "" };

const source = "cloud.google.com, AuditLog reference, AuthenticationInfo";
const serviceAccountDomain = ".gserviceaccount.com";

/** Accounts that Google itself runs in a customer's project. */
const serviceAgent =
  /^(?:service-\d+@|\d+@(?:cloudservices|cloudbuild|project)\.|[^@]+@(?:gcp-sa-|gae-api-prod|cloud-|container-|compute-system|dataflow-|genomics|sourcerepo|firebase|gcf-admin-robot|serverless-robot|dataproc-accounts|google\.com))/;

export const gcpIdentityRules: readonly IdentityRule<GcpCaller>[] = [
  {
    id: "gcp-service-agent",
    says: "A service agent of Google: its e-mail; the provider's own service is behind it.",
    source: "cloud.google.com, IAM, Service agents",
    when: ({ principalEmail }) => principalEmail.endsWith(serviceAccountDomain) && serviceAgent.test(principalEmail),
    identity: (caller) => ({ ...serviceAccount(caller, caller.principalEmail), workload_type: "provider-service" }),
    examples: [
      {
        caller: { ...blankGcpCaller, principalEmail: "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" },
        is: { identity_uid: "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com", principal_type: "service-account", workload_type: "provider-service" },
      },
    ],
  },
  {
    id: "gcp-service-account",
    says: "A service account: its e-mail, whoever holds its key or acts through it; a delegation chain is recorded beside it.",
    source,
    when: ({ principalEmail, principalSubject }) => principalEmail.endsWith(serviceAccountDomain) || serviceAccountEmailOf(principalSubject) !== "",
    identity: (caller) => serviceAccount(caller, caller.principalEmail.endsWith(serviceAccountDomain) ? caller.principalEmail : serviceAccountEmailOf(caller.principalSubject)),
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
          delegation: "ci@project-a.iam.gserviceaccount.com hop@project-a.iam.gserviceaccount.com",
        },
        is: {
          delegation: ["hop@project-a.iam.gserviceaccount.com", "ci@project-a.iam.gserviceaccount.com"],
          issuer_uid: "hop@project-a.iam.gserviceaccount.com",
        },
      },
    ],
  },
  {
    id: "gcp-gke-workload",
    says: "A pod by workload identity: PROJECT.svc.id.goog[namespace/name].",
    source: "cloud.google.com, GKE, About Workload Identity Federation for GKE",
    when: ({ principalSubject }) => gkeWorkloadOf(principalSubject) !== undefined,
    identity: (caller) => {
      const { pool = "", namespace = "", name = "" } = gkeWorkloadOf(caller.principalSubject) ?? {};
      return {
        ...chainOf(caller),
        identity_uid: `${pool}[${namespace}/${name}]`,
        identity_name: `${namespace}/${name}`,
        principal_type: "k8s-service-account",
        workload_type: "k8s-pod",
        credential_type: "federated-credential",
        credential_lifetime: "short-lived",
      };
    },
    examples: [
      {
        caller: { ...blankGcpCaller, principalSubject: "serviceAccount:project-a.svc.id.goog[payments/api]" },
        is: { identity_uid: "project-a.svc.id.goog[payments/api]", principal_type: "k8s-service-account", workload_type: "k8s-pod" },
      },
    ],
  },
  {
    id: "gcp-workload-identity",
    says: "A subject of a workload identity pool: the pool and the subject's stable part (a repository, not a run of it).",
    source: "cloud.google.com, IAM, Workload Identity Federation, principal identifiers",
    when: ({ principalSubject }) => /^principal(?:Set)?:\/\//.test(principalSubject),
    identity: (caller) => {
      const { pool, subject } = poolSubjectOf(caller.principalSubject);
      // The log names the pool, not the issuer; only GitHub writes subjects of this form, and they are one identity in every cloud.
      const isGitHub = subject.startsWith("repo:");
      const stable = readOidcSubject(isGitHub ? "token.actions.githubusercontent.com" : "", subject, "");
      return {
        ...chainOf(caller),
        identity_uid: isGitHub ? stable.uid : `${pool}/subject${stable.uid}`,
        identity_name: stable.name,
        principal_type: "federated-subject",
        workload_type: stable.workload_type,
        session_name: stable.run,
        credential_type: "federated-credential",
        credential_lifetime: "short-lived",
      };
    },
    examples: [
      {
        caller: { ...blankGcpCaller, principalSubject: "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/ci/subject/vm-17" },
        is: { identity_uid: "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/ci/subject/vm-17", principal_type: "federated-subject" },
      },
      {
        caller: {
          ...blankGcpCaller,
          principalSubject: "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/ci/subject/repo:example/app:ref:refs/heads/main",
        },
        is: { identity_uid: "token.actions.githubusercontent.com/repo:example/app", workload_type: "ci-pipeline", session_name: "ref:refs/heads/main" },
      },
    ],
  },
  {
    id: "gcp-user",
    says: "A person's account, by e-mail.",
    source,
    when: ({ principalEmail, principalSubject }) => principalEmail.includes("@") || principalSubject.startsWith("user:"),
    identity: (caller) => {
      const email = caller.principalEmail || caller.principalSubject.slice("user:".length);
      return { ...chainOf(caller), identity_uid: email, identity_name: email, principal_type: "user", workload_type: "human", is_machine: false };
    },
    examples: [{ caller: { ...blankGcpCaller, principalEmail: "analyst@example.com" }, is: { identity_uid: "analyst@example.com", principal_type: "user", is_machine: false } }],
  },
  {
    id: "gcp-anonymous",
    says: "Nobody who authenticated (public access).",
    source: "cloud.google.com, Cloud Storage, Audit logs of public objects",
    when: ({ principalSubject, principalEmail }) => /^(?:allUsers|anonymous)/i.test(principalSubject || principalEmail),
    identity: () => ({ identity_uid: "allUsers", identity_name: "anonymous", principal_type: "anonymous", credential_type: "none" }),
    examples: [{ caller: { ...blankGcpCaller, principalSubject: "allUsers" }, is: { identity_uid: "allUsers", principal_type: "anonymous" } }],
  },
  {
    id: "gcp-other-subject",
    says: "A caller that the log names in another way: the subject as it stands.",
    source,
    when: ({ principalSubject, principalEmail, thirdPartySubject }) => principalSubject !== "" || principalEmail !== "" || thirdPartySubject !== "",
    identity: (caller) => {
      const subject = caller.principalSubject || caller.principalEmail || caller.thirdPartySubject;
      return { ...chainOf(caller), identity_uid: subject, identity_name: subject, principal_type: "federated-subject" };
    },
    examples: [{ caller: { ...blankGcpCaller, principalSubject: "agent:robot-7" }, is: { identity_uid: "agent:robot-7", principal_type: "federated-subject" } }],
  },
];

function serviceAccount(caller: GcpCaller, email: string): Identity {
  const keyUid = caller.keyName.split("/keys/")[1] ?? caller.keyName;
  return {
    ...chainOf(caller),
    identity_uid: email,
    identity_name: email.split("@")[0] ?? email,
    principal_type: "service-account",
    ...(keyUid === "" ? {} : { credential_uid: keyUid, credential_type: "service-account-key", credential_lifetime: "static" }),
  };
}

/** The log orders authorities from the original to the nearest; stored nearest first. Empty entries are kept out. */
function chainOf({ delegation }: GcpCaller): Partial<Identity> {
  const chain = delegation === "" ? [] : delegation.split(" ").reverse();
  return chain[0] === undefined ? {} : { delegation: chain, issuer_uid: chain[0] };
}

function serviceAccountEmailOf(principalSubject: string): string {
  const email = /^serviceAccount:(.+)$/.exec(principalSubject)?.[1] ?? "";
  return email.endsWith(serviceAccountDomain) ? email : "";
}

function gkeWorkloadOf(principalSubject: string): { pool?: string; namespace?: string; name?: string } | undefined {
  return /^serviceAccount:(?<pool>[^[]+)\[(?<namespace>[^/\]]+)\/(?<name>[^\]]+)\]$/.exec(principalSubject)?.groups;
}

function poolSubjectOf(principalSubject: string): { pool: string; subject: string } {
  const at = principalSubject.search(/\/(?:subject|group|attribute\.[^/]+)\//);
  if (at < 0) return { pool: principalSubject, subject: "" };
  const pool = principalSubject.slice(0, at);
  return { pool, subject: principalSubject.slice(principalSubject.indexOf("/", at + 1) + 1) };
}
