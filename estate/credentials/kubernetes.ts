// Kubernetes identities and the ways in which they hold credentials: kubelets with certificates, pods with tokens that their kubelet
// asks for and renews, legacy tokens from Secrets.
import { hourMs } from "../calendar.ts";
import type { Credential, Identity, KubernetesAccess, KubernetesCluster } from "../identity.ts";
import type { Random } from "../random.ts";
import type { Cluster } from "../world.ts";
import { noCredential } from "./aws.ts";
import { Way } from "./way.ts";

export function kubernetesServiceAccount(cluster: KubernetesCluster, namespace: string, name: string): KubernetesAccount {
  return {
    uid: `${cluster.uid}/system:serviceaccount:${namespace}:${name}`,
    name,
    namespace,
    provider: "kubernetes",
    account: cluster.uid,
    principalType: "k8s-service-account",
    workloadType: "k8s-pod",
    isMachine: true,
  };
}

export interface KubernetesAccount extends Identity {
  readonly namespace: string;
}

/** authorization.k8s.io/reason of a binding for the whole cluster, or for the account's own namespace alone. */
export function allowedBy({ name, namespace }: KubernetesAccount, reach: "cluster" | "namespace"): string {
  const account = `ServiceAccount "${name}/${namespace}"`;
  return reach === "cluster"
    ? `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${name}" to ${account}`
    : `RBAC: allowed by RoleBinding "${name}/${namespace}" of Role "${name}" to ${account}`;
}

/** A pod of a workload: shop/checkout-7d4b9c-x2x5k on a node. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly address: string;
  readonly node: KubernetesAccess;
  readonly nodeUid: string;
}

export function makePod(random: Random, cluster: Cluster, workload: string): Pod {
  const node = random.pick(cluster.nodes);
  const name = `${workload}-${random.hex(9)}-${random.word(5)}`;
  return {
    name,
    uid: random.uuid(),
    address: node.address.replace(/\d+$/, String(random.integer(1, 254))),
    node,
    nodeUid: random.fork(node.identity.uid).uuid(),
  };
}

/** The pod as its cluster has it now: its node with the certificate of today; where the node is gone, its successor on another. */
function standing(random: Random, cluster: Cluster, pod: Pod): Pod {
  const node = cluster.nodes.find(({ identity }) => identity.uid === pod.node.identity.uid);
  if (node !== undefined) return node === pod.node ? pod : { ...pod, node };
  const workload = pod.name.split("-").slice(0, -2).join("-");
  return makePod(random.fork(`${pod.name} ${cluster.nodes[0].identity.name}`), cluster, workload);
}

interface PodTokenOptions {
  readonly userAgent: string;
  /** annotation authorization.k8s.io/reason: why RBAC allows it. */
  readonly allowedBy: string;
  /** The pod that holds the token at a moment; pods come and go. */
  readonly pod: (atMs: number) => Pod;
}

/** The token that a kubelet asks for and puts into the pod, renewed before its hour is over. */
export function podToken(random: Random, cluster: Cluster, account: KubernetesAccount, options: PodTokenOptions): Way<KubernetesAccess> {
  const accountId = random.uuid();
  const successors = random.fork("successors of pods");
  return new Way(random, account, "platform-session", (atMs, emitter, session) => {
    const pod = standing(successors, cluster, options.pod(atMs));
    const tokenId = session.uuid();
    const issuedAtMs = atMs - 1_500;
    emitter.kubernetes(issuedAtMs, pod.node, {
      provider: "kubernetes",
      verb: "create",
      group: "",
      version: "v1",
      resource: "serviceaccounts",
      subresource: "token",
      namespace: account.namespace,
      name: account.name,
      status: 201,
      annotations: { "authentication.kubernetes.io/issued-credential-id": `JTI=${tokenId}` },
      issues: { uid: tokenId, to: account.uid },
    });
    const access: KubernetesAccess = {
      provider: "kubernetes",
      identity: account,
      credential: { uid: tokenId, type: "service-account-token", lifetime: "short-lived", issuedAtMs },
      address: pod.address,
      userAgent: options.userAgent,
      delegation: [],
      statedIssuer: "",
      cluster,
      allowedBy: options.allowedBy,
      user: {
        username: `system:serviceaccount:${account.namespace}:${account.name}`,
        uid: accountId,
        groups: ["system:serviceaccounts", `system:serviceaccounts:${account.namespace}`, "system:authenticated"],
        extra: {
          "authentication.kubernetes.io/credential-id": [`JTI=${tokenId}`],
          "authentication.kubernetes.io/node-name": [pod.node.identity.name],
          "authentication.kubernetes.io/node-uid": [pod.nodeUid],
          "authentication.kubernetes.io/pod-name": [pod.name],
          "authentication.kubernetes.io/pod-uid": [pod.uid],
        },
      },
    };
    return { access, lastsMs: 0.8 * hourMs };
  });
}

/** A kubelet with its client certificate. */
export function clusterNode(random: Random, cluster: KubernetesCluster, name: string, address: string, version: string): KubernetesAccess {
  const identity: Identity = {
    uid: `${cluster.uid}/system:node:${name}`,
    name,
    provider: "kubernetes",
    account: cluster.uid,
    principalType: "k8s-node",
    workloadType: "unknown",
    isMachine: true,
  };
  const thumbprint = random.hex(64);
  const credential: Credential = { uid: thumbprint, type: "client-certificate", lifetime: "static", issuedAtMs: 0 };
  return userAccess(cluster, identity, credential, {
    address,
    userAgent: `kubelet/${version} (linux/amd64) kubernetes/${random.hex(7)}`,
    allowedBy: "",
    user: {
      username: `system:node:${name}`,
      groups: ["system:nodes", "system:authenticated"],
      extra: { "authentication.kubernetes.io/credential-id": [`X509SHA256=${thumbprint}`] },
    },
  });
}

type UserFacts = Pick<KubernetesAccess, "address" | "userAgent" | "allowedBy" | "user">;

function userAccess(cluster: KubernetesCluster, identity: Identity, credential: Credential, facts: UserFacts): KubernetesAccess {
  return { provider: "kubernetes", identity, credential, delegation: [], statedIssuer: "", cluster, ...facts };
}

/** A part of the control plane: system:kube-controller-manager; logs name no credential of it. */
export function controlPlane(cluster: KubernetesCluster, username: string, userAgent: string): KubernetesAccess {
  const identity: Identity = {
    uid: `${cluster.uid}/${username}`,
    name: username,
    provider: "kubernetes",
    account: cluster.uid,
    principalType: "user",
    workloadType: "provider-service",
    isMachine: true,
  };
  const user = { username, groups: ["system:authenticated"] };
  return userAccess(cluster, identity, noCredential, { address: "127.0.0.1", userAgent, allowedBy: "", user });
}
