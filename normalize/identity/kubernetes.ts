// Kubernetes callers to durable identities: who authenticated, by the user name that the API server resolved (authentication
// documents of kubernetes.io: "Service account tokens", "Node authorization", "Anonymous requests").
import type { IdentityRule } from "./rule.ts";

/** The fields of an audit event that say who called, flat. */
export interface KubernetesCaller {
  /** "" where no configuration and no envelope names it. */
  readonly cluster: string;
  readonly username: string;
  readonly uid: string;
  /** user.extra: JTI=… or X509SHA256=… of the presented credential. */
  readonly credentialId: string;
  readonly podName: string;
  /** EKS: the AWS side of the caller. */
  readonly awsArn: string;
  readonly awsAccessKeyId: string;
  readonly awsSessionName: string;
  /** Annotation of a token from a Secret, without expiry and id. */
  readonly isLegacyToken: boolean;
}

export const blankKubernetesCaller: KubernetesCaller = {
  cluster: "",
  username: "",
  uid: "",
  credentialId: "",
  podName: "",
  awsArn: "",
  awsAccessKeyId: "",
  awsSessionName: "",
  isLegacyToken: false,
};

const serviceAccountPrefix = "system:serviceaccount:";
const nodePrefix = "system:node:";
const source = "kubernetes.io, Authenticating; audit records of kube-apiserver 1.36";

/** A user name is unique in its cluster only. */
export function kubernetesUid(cluster: string, username: string): string {
  return `${cluster === "" ? "unnamed-cluster" : cluster}/${username}`;
}

/** JTI and certificate digest without their labels, so that an issued id and a used id are one text. */
export function credentialUidOf(credentialId: string): string {
  return credentialId.replace(/^(?:JTI=|X509SHA256=)/, "");
}

function presentedCredential(caller: KubernetesCaller) {
  const uid = credentialUidOf(caller.credentialId);
  if (caller.awsAccessKeyId !== "") {
    const isStatic = caller.awsAccessKeyId.startsWith("AKIA");
    return { credential_uid: caller.awsAccessKeyId, credential_type: isStatic ? "access-key" : "sts-session", credential_lifetime: isStatic ? "static" : "short-lived" } as const;
  }
  if (caller.credentialId.startsWith("X509SHA256=")) return { credential_uid: uid, credential_type: "client-certificate", credential_lifetime: "static" } as const;
  if (caller.isLegacyToken) return { credential_uid: uid, credential_type: "service-account-token", credential_lifetime: "static" } as const;
  if (uid !== "") return { credential_uid: uid, credential_type: "service-account-token", credential_lifetime: "short-lived" } as const;
  return {};
}

function common(caller: KubernetesCaller) {
  return {
    ...presentedCredential(caller),
    ...(caller.uid !== "" && { identity_alias: caller.uid }),
  };
}

function serviceAccountOf(username: string): { namespace: string; name: string } {
  const [namespace = "", name = ""] = username.slice(serviceAccountPrefix.length).split(":");
  return { namespace, name };
}

export const kubernetesIdentityRules: readonly IdentityRule<KubernetesCaller>[] = [
  {
    id: "kubernetes-service-account",
    says: "A pod's or CI run's service account: cluster/system:serviceaccount:namespace:name, whatever pod or token it comes with.",
    source,
    when: ({ username }) => username.startsWith(serviceAccountPrefix),
    identity: (caller) => {
      const { namespace, name } = serviceAccountOf(caller.username);
      return {
        ...common(caller),
        identity_uid: kubernetesUid(caller.cluster, caller.username),
        identity_name: `${namespace}/${name}`,
        principal_type: "k8s-service-account",
        workload_type: caller.podName === "" ? "unknown" : "k8s-pod",
        workload_uid: caller.podName === "" ? "" : `${namespace}/${caller.podName}`,
        session_name: caller.podName,
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
    ],
  },
  {
    id: "kubernetes-node",
    says: "A kubelet: cluster/system:node:name.",
    source,
    when: ({ username }) => username.startsWith(nodePrefix),
    identity: (caller) => ({
      ...common(caller),
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username.slice(nodePrefix.length),
      principal_type: "k8s-node",
      workload_type: "provider-service",
      workload_uid: caller.username.slice(nodePrefix.length),
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a", username: "system:node:node-1" },
        is: { identity_uid: "cluster-a/system:node:node-1", principal_type: "k8s-node", workload_type: "provider-service" },
      },
    ],
  },
  {
    id: "kubernetes-anonymous",
    says: "Nobody who authenticated: system:anonymous, or the empty user of a failed authentication.",
    source: "kubernetes.io, Authenticating, Anonymous requests; a 401 of kube-apiserver 1.36 has user {}",
    when: ({ username }) => username === "system:anonymous" || username === "",
    identity: ({ cluster }) => ({ identity_uid: kubernetesUid(cluster, "system:anonymous"), identity_name: "anonymous", principal_type: "anonymous", credential_type: "none" }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a" },
        is: { identity_uid: "cluster-a/system:anonymous", principal_type: "anonymous" },
      },
    ],
  },
  {
    id: "kubernetes-control-plane",
    says: "A part of the control plane or of the managed service, by its reserved user name (system: or a provider's prefix).",
    source: "kubernetes.io, RBAC, Default roles; user names of EKS, AKS and GKE control planes",
    when: ({ username }) => /^(?:system:|eks:|aks-?service|aksservice$|masterclient$|gke-|container-watcher)/.test(username),
    identity: (caller) => ({
      ...common(caller),
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username,
      principal_type: "user",
      workload_type: "provider-service",
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "cluster-a", username: "system:kube-controller-manager" },
        is: { identity_uid: "cluster-a/system:kube-controller-manager", workload_type: "provider-service" },
      },
    ],
  },
  {
    id: "kubernetes-aws-role",
    says: "A user that EKS mapped from an AWS identity: cluster/user name; the AWS identity is recorded as its issuer.",
    source: "Amazon EKS user guide, Grant IAM users access; user.extra of aws-iam-authenticator",
    when: ({ awsArn }) => awsArn !== "",
    identity: (caller) => ({
      ...common(caller),
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username,
      principal_type: "user",
      issuer_uid: caller.awsArn,
      session_name: caller.awsSessionName,
      is_machine: !caller.awsArn.includes("AWSReservedSSO_"),
      workload_type: caller.awsArn.includes("AWSReservedSSO_") ? "human" : "unknown",
    }),
    examples: [
      {
        caller: {
          ...blankKubernetesCaller,
          cluster: "cluster-a",
          username: "deployers",
          awsArn: "arn:aws:iam::111122223333:role/deployer",
          awsAccessKeyId: "ASIAIOSFODNN7EXAMPLE",
        },
        is: { identity_uid: "cluster-a/deployers", issuer_uid: "arn:aws:iam::111122223333:role/deployer", credential_uid: "ASIAIOSFODNN7EXAMPLE" },
      },
    ],
  },
  {
    id: "kubernetes-e-mail-user",
    says: "A user name that is an e-mail address: taken for a person, unless it is a service account of Google Cloud.",
    source: "kubernetes.io, Authenticating, OpenID Connect tokens (claim email)",
    when: ({ username }) => username.includes("@") && !username.endsWith(".gserviceaccount.com"),
    identity: (caller) => ({
      ...common(caller),
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
    says: "Any other user name (certificate, OIDC, webhook): cluster/user name; whether a person or a machine is behind it, the record does not say.",
    source,
    when: () => true,
    identity: (caller) => ({
      ...common(caller),
      identity_uid: kubernetesUid(caller.cluster, caller.username),
      identity_name: caller.username,
      principal_type: caller.username.endsWith(".gserviceaccount.com") ? "service-account" : "user",
    }),
    examples: [
      {
        caller: { ...blankKubernetesCaller, cluster: "", username: "kubernetes-admin", credentialId: "X509SHA256=ab12" },
        is: { identity_uid: "unnamed-cluster/kubernetes-admin", principal_type: "user", credential_type: "client-certificate", credential_uid: "ab12" },
      },
    ],
  },
];
