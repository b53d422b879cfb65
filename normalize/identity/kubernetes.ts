// Kubernetes callers to durable identities: who authenticated, by the user name that the API server resolved (authentication
// documents of kubernetes.io: "Service account tokens", "Node authorization", "Anonymous requests"). Impersonation changes no
// identity: who authenticated is who acted, and as whom stands in target_identity_uid.
import { workloadBySessionName } from "../aws/session-workload.ts";
import { blankGcpCaller, gcpIdentityRules } from "./gcp.ts";
import { type Identity, type IdentityRule, resolveIdentity } from "./rule.ts";

/** The fields of an audit event that say who called, flat; "" where it does not say. */
export interface KubernetesCaller {
  /** "" where no configuration and no envelope names it. */
  readonly cluster: string;
  readonly username: string;
  readonly uid: string;
  /** user.extra: JTI=… or X509SHA256=… of the presented credential. */
  readonly credentialId: string;
  readonly podName: string;
  /** EKS, user.extra: the AWS session that asked for the token, and the role or user behind it. */
  readonly awsArn: string;
  readonly awsCanonicalArn: string;
  readonly awsAccessKeyId: string;
  readonly awsSessionName: string;
  /** Annotations of a token that a Secret holds: it has no expiry and no id. */
  readonly legacyTokenSecret: string;
  readonly isLegacyToken: boolean;
  /** GKE: the name is a Google account's e-mail, which Google authenticated. */
  readonly isGoogleAccount: boolean;
  /** The answer was 401. */
  readonly isUnauthenticated: boolean;
}

export const blankKubernetesCaller: KubernetesCaller = {
  cluster: "",
  username: "",
  uid: "",
  credentialId: "",
  podName: "",
  awsArn: "",
  awsCanonicalArn: "",
  awsAccessKeyId: "",
  awsSessionName: "",
  legacyTokenSecret: "",
  isLegacyToken: false,
  isGoogleAccount: false,
  isUnauthenticated: false,
};

const serviceAccountPrefix = "system:serviceaccount:";
const nodePrefix = "system:node:";
const bootstrapPrefix = "system:bootstrap:";
const source = "kubernetes.io, Authenticating; audit records of kube-apiserver 1.36";

/** Names that Kubernetes and the providers keep for the control plane; system:admin and system:unsecured are whoever holds them. */
const controlPlaneNames =
  /^(?:system:(?!admin$|masters$|unsecured$|authenticated$|unauthenticated$)[a-z0-9][a-z0-9.:-]*|eks:[a-z0-9.:-]+|(?:aks|acs|hcp)Service|aksProblemDetector)$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A user name is unique in its cluster only; so is the name of an object. */
export function kubernetesUid(cluster: string, name: string): string {
  return `${cluster === "" ? "unnamed-cluster" : cluster}/${name}`;
}

export const kubernetesIdentityRules: readonly IdentityRule<KubernetesCaller>[] = [
  {
    id: "kubernetes-service-account",
    says: "A service account: cluster/system:serviceaccount:namespace:name, whatever pod or token it comes with. A token from a Secret is named by that Secret, so that who read the Secret and who used the token join.",
    source: `${source}; legacy tokens: Managing Service Accounts, annotations authentication.k8s.io/legacy-token`,
    when: ({ username }) => username.startsWith(serviceAccountPrefix),
    identity: (caller) => {
      const { namespace, name } = serviceAccountOf(caller.username);
      return {
        ...presented(caller),
        identity_uid: kubernetesUid(caller.cluster, caller.username),
        identity_name: namespace === "" ? caller.username : `${namespace}/${name}`,
        principal_type: "k8s-service-account",
        workload_type: caller.podName === "" ? "unknown" : "k8s-pod",
        workload_uid: caller.podName === "" ? "" : `${namespace}/${caller.podName}`,
      };
    },
    examples: [
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "cluster-a",
          username: "system:serviceaccount:payments:ci-deployer",
          credentialId: "JTI=5025a86a-f362-48ca-a9f2-ebd854c6b350",
          podName: "deployer-7f",
        },
        is: {
          identity_uid: "cluster-a/system:serviceaccount:payments:ci-deployer",
          principal_type: "k8s-service-account",
          workload_type: "k8s-pod",
          workload_uid: "payments/deployer-7f",
          credential_uid: "5025a86a-f362-48ca-a9f2-ebd854c6b350",
          credential_lifetime: "short-lived",
        },
      },
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "cluster-a",
          username: "system:serviceaccount:payments:billing-cron",
          legacyTokenSecret: "billing-cron-token",
          isLegacyToken: true,
        },
        is: {
          credential_uid: "cluster-a/core/secrets/payments/billing-cron-token",
          credential_type: "service-account-token",
          credential_lifetime: "static",
        },
      },
    ],
  },
  {
    id: "kubernetes-node",
    says: "A kubelet: cluster/system:node:name.",
    source: "kubernetes.io, Using Node Authorization",
    when: ({ username }) => username.startsWith(nodePrefix),
    identity: (caller) => ({
      ...presented(caller),
      ...awsSide(caller),
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username.slice(nodePrefix.length) || caller.username,
      principal_type: "k8s-node",
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a", username: "system:node:node-1" },
        is: { identity_uid: "cluster-a/system:node:node-1", identity_name: "node-1", principal_type: "k8s-node" },
      },
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "cluster-a",
          username: "system:node:ip-10-0-1-7.eu-west-1.compute.internal",
          awsCanonicalArn: "arn:aws:iam::111122223333:role/nodes",
          awsSessionName: "i-0317f6c6b66ae9c40",
        },
        is: {
          principal_type: "k8s-node",
          workload_type: "ec2-instance",
          workload_uid: "i-0317f6c6b66ae9c40",
          issuer_uid: "arn:aws:iam::111122223333:role/nodes",
        },
      },
    ],
  },
  {
    id: "kubernetes-anonymous",
    says: "Nobody who authenticated: system:anonymous, or the empty user of a request refused with 401.",
    source: "kubernetes.io, Authenticating, Anonymous requests; a 401 of kube-apiserver 1.36 has user {}",
    when: ({ username, isUnauthenticated }) => username === "system:anonymous" || (username === "" && isUnauthenticated),
    identity: ({ cluster }) => ({
      identity_uid: kubernetesUid(cluster, "system:anonymous"),
      identity_name: "anonymous",
      principal_type: "anonymous",
      credential_type: "none",
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a", username: "system:anonymous" },
        is: { identity_uid: "cluster-a/system:anonymous", principal_type: "anonymous" },
      },
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a", isUnauthenticated: true },
        is: { identity_uid: "cluster-a/system:anonymous", principal_type: "anonymous", credential_type: "none" },
      },
    ],
  },
  {
    id: "kubernetes-google-account",
    says: "A Google account on GKE, which Google authenticated: the same identity as in Google Cloud's own logs.",
    source: "cloud.google.com, GKE, Authenticating to the Kubernetes API server; Audit logging information",
    when: ({ isGoogleAccount }) => isGoogleAccount,
    identity: (caller) => googleAccount(caller.username),
    examples: [
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "project-a/europe-west1/shop",
          username: "deployer@project-a.iam.gserviceaccount.com",
          isGoogleAccount: true,
        },
        is: { identity_uid: "deployer@project-a.iam.gserviceaccount.com", principal_type: "service-account" },
      },
      {
        caller: { ...blankKubernetesCaller, username: "analyst@example.com", isGoogleAccount: true },
        is: { identity_uid: "analyst@example.com", principal_type: "user", is_machine: false },
      },
    ],
  },
  {
    id: "kubernetes-bootstrap-token",
    says: "A machine that joins the cluster with a bootstrap token: cluster/system:bootstrap:token id.",
    source: "kubernetes.io, Authenticating with Bootstrap Tokens",
    when: ({ username }) => username.startsWith(bootstrapPrefix),
    identity: (caller) => ({
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username,
      principal_type: "user",
      credential_uid: caller.username.slice(bootstrapPrefix.length),
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a", username: "system:bootstrap:07401b" },
        is: { identity_uid: "cluster-a/system:bootstrap:07401b", principal_type: "user", credential_uid: "07401b" },
      },
    ],
  },
  {
    id: "kubernetes-control-plane",
    says: "A part of the control plane or of the managed service, by its reserved user name (system: or a provider's own).",
    source: "kubernetes.io, RBAC, Default roles; user names of EKS, AKS and GKE control planes",
    when: ({ username }) => controlPlaneNames.test(username),
    identity: (caller) => ({
      ...presented(caller),
      ...awsSide(caller),
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username,
      principal_type: "user",
      workload_type: "provider-service",
      is_machine: true,
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a", username: "system:kube-controller-manager" },
        is: { identity_uid: "cluster-a/system:kube-controller-manager", principal_type: "user", workload_type: "provider-service" },
      },
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "cluster-a",
          username: "eks:addon-manager",
          awsCanonicalArn: "arn:aws:iam::111122223333:role/addons",
        },
        is: { identity_uid: "cluster-a/eks:addon-manager", workload_type: "provider-service", issuer_uid: "arn:aws:iam::111122223333:role/addons" },
      },
    ],
  },
  {
    id: "kubernetes-aws-identity",
    says: "A user whom EKS mapped from an AWS role or user: cluster/user name, a session name in it left out; the AWS identity is recorded as alias and issuer.",
    source: "Amazon EKS user guide, Create access entries (default user names), Grant IAM users access; user.extra of aws-iam-authenticator",
    when: ({ awsArn, awsCanonicalArn, username }) => username !== "" && (awsArn !== "" || awsCanonicalArn !== ""),
    identity: (caller) => {
      const name = withoutSession(caller);
      return {
        ...presented(caller),
        ...awsSide(caller),
        identity_uid: kubernetesUid(caller.cluster, name),
        identity_name: name.slice(name.lastIndexOf("/") + 1) || name,
        principal_type: "user",
      };
    },
    examples: [
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "cluster-a",
          username: "deployers",
          awsCanonicalArn: "arn:aws:iam::111122223333:role/deployer",
          awsAccessKeyId: "ASIAIOSFODNN7EXAMPLE",
          awsSessionName: "run-17",
        },
        is: {
          identity_uid: "cluster-a/deployers",
          identity_alias: "arn:aws:iam::111122223333:role/deployer",
          issuer_uid: "arn:aws:iam::111122223333:role/deployer",
          credential_uid: "ASIAIOSFODNN7EXAMPLE",
          credential_type: "sts-session",
          session_name: "run-17",
        },
      },
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "cluster-a",
          username: "arn:aws:sts::111122223333:assumed-role/deployer/run-17",
          awsArn: "arn:aws:sts::111122223333:assumed-role/deployer/run-17",
          awsSessionName: "run-17",
        },
        is: { identity_uid: "cluster-a/arn:aws:iam::111122223333:role/deployer", identity_name: "deployer" },
      },
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "cluster-a",
          username: "admin:analyst",
          awsCanonicalArn: "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
          awsSessionName: "analyst",
        },
        is: { identity_uid: "cluster-a/admin:{{SessionName}}", workload_type: "human", is_machine: false },
      },
    ],
  },
  {
    id: "kubernetes-entra-application",
    says: "An application on AKS, which Entra authenticated: its object id, the same identity as in Azure's own logs.",
    source: "learn.microsoft.com, AKS, Use a service principal with kubelogin; user names of AKS audit records",
    when: ({ username, cluster }) => uuid.test(username) && cluster.includes("/managedclusters/"),
    identity: ({ username }) => ({
      identity_uid: username.toLowerCase(),
      identity_name: username.toLowerCase(),
      principal_type: "service-principal",
    }),
    examples: [
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks-1",
          username: "6F2C1E8A-0000-4000-8000-00000000000A",
        },
        is: { identity_uid: "6f2c1e8a-0000-4000-8000-00000000000a", principal_type: "service-principal" },
      },
    ],
  },
  {
    id: "kubernetes-e-mail-user",
    says: "A user name that is an e-mail address: taken for a person, unless it is a service account of Google Cloud.",
    source: "kubernetes.io, Authenticating, OpenID Connect tokens (claim email)",
    when: ({ username }) => username.includes("@") && !username.endsWith(".gserviceaccount.com"),
    identity: (caller) => ({
      ...presented(caller),
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username,
      principal_type: "user",
      workload_type: "human",
      is_machine: false,
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a", username: "analyst@example.com" },
        is: { identity_uid: "cluster-a/analyst@example.com", principal_type: "user", is_machine: false },
      },
    ],
  },
  {
    id: "kubernetes-user",
    says: "Any other user name (certificate, OIDC, webhook): cluster/user name; whether a person or a machine is behind it, the record does not say. For this and every other rule, whoever impersonates stays the identity; as whom it acts stands in target_identity_uid.",
    source,
    when: ({ username }) => username !== "",
    identity: (caller) => ({
      ...presented(caller),
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username,
      principal_type: caller.username.endsWith(".gserviceaccount.com") ? "service-account" : "user",
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, username: "kubernetes-admin", credentialId: "X509SHA256=ab12" },
        is: {
          identity_uid: "unnamed-cluster/kubernetes-admin",
          principal_type: "user",
          credential_type: "client-certificate",
          credential_uid: "ab12",
        },
      },
    ],
  },
];

/** What the request was signed with. A token's id without its label, so that an issued id and a used id are one text. */
function presented(caller: KubernetesCaller): Partial<Identity> {
  const alias = caller.uid === "" ? {} : { identity_alias: caller.uid };
  if (caller.awsAccessKeyId !== "") {
    const isStatic = caller.awsAccessKeyId.startsWith("AKIA");
    return {
      ...alias,
      credential_uid: caller.awsAccessKeyId,
      credential_type: isStatic ? "access-key" : "sts-session",
      credential_lifetime: isStatic ? "static" : "short-lived",
    };
  }
  const uid = caller.credentialId.replace(/^(?:JTI|X509SHA256)=/, "");
  // Nobody can take a certificate back before it ends, and the record does not say when that is.
  if (caller.credentialId.startsWith("X509SHA256="))
    return { ...alias, credential_uid: uid, credential_type: "client-certificate", credential_lifetime: "static" };
  if (caller.isLegacyToken) {
    const { namespace } = serviceAccountOf(caller.username);
    const secret = caller.legacyTokenSecret === "" ? uid : kubernetesUid(caller.cluster, `core/secrets/${namespace}/${caller.legacyTokenSecret}`);
    return { ...alias, credential_uid: secret, credential_type: "service-account-token", credential_lifetime: "static" };
  }
  if (uid === "") return alias;
  return { ...alias, credential_uid: uid, credential_type: "service-account-token", credential_lifetime: "short-lived" };
}

function serviceAccountOf(username: string): { namespace: string; name: string } {
  if (!username.startsWith(serviceAccountPrefix)) return { namespace: "", name: "" };
  const [namespace = "", name = ""] = username.slice(serviceAccountPrefix.length).split(":");
  return { namespace, name };
}

function googleAccount(email: string): Identity {
  const resolved = resolveIdentity(gcpIdentityRules, { ...blankGcpCaller, principalEmail: email });
  return resolved?.identity ?? { identity_uid: email, identity_name: email, principal_type: "user" };
}

/** The AWS identity that EKS authenticated, and what its session is known to run. */
function awsSide(caller: KubernetesCaller): Partial<Identity> {
  const identity = awsIdentityOf(caller);
  if (identity === "") return {};
  const isPerson = identity.includes("/AWSReservedSSO_");
  return {
    identity_alias: identity,
    issuer_uid: identity,
    session_name: caller.awsSessionName,
    ...(isPerson ? { workload_type: "human", is_machine: false } : workloadBySessionName(caller.awsSessionName)),
  };
}

/** The role or user; from a session's ARN the role's, which has lost its path. */
function awsIdentityOf({ awsCanonicalArn, awsArn }: KubernetesCaller): string {
  const arn = awsCanonicalArn || awsArn;
  return arn.replace(/^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\/.*$/s, "arn:$1:iam::$2:role/$3");
}

/** EKS puts the session's name into the user name, by default and by template: another user for every session. */
function withoutSession(caller: KubernetesCaller): string {
  const { username, awsSessionName } = caller;
  if (/^arn:aws[a-z-]*:sts::\d{12}:assumed-role\//.test(username) || username === awsSessionName) return awsIdentityOf(caller);
  if (awsSessionName === "" || !username.endsWith(`:${awsSessionName}`)) return username;
  return `${username.slice(0, -awsSessionName.length)}{{SessionName}}`;
}
