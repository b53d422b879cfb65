// EKS Pod Identity: the service pods.eks.amazonaws.com opens a role's session for a pod and tags it with cluster, namespace, service
// account and pod (EKS user guide, session tags of EKS Pod Identity). The store resolves the opening to the pod's service account.
import { hourMs } from "../calendar.ts";
import type { AwsAccess, AwsCall, KubernetesAccess } from "../identity.ts";
import type { Random } from "../random.ts";
import type { Cluster } from "../world.ts";
import { type AwsRole, assumeRoleCall, awsServiceAccess, type Origin, roleSession } from "./aws.ts";
import type { KubernetesAccount, Pod } from "./kubernetes.ts";
import { Way } from "./way.ts";

interface PodIdentity {
  readonly role: AwsRole;
  readonly cluster: Cluster;
  readonly account: KubernetesAccount;
  /** The pod's token for EKS: asked for by its kubelet before the session is opened. */
  readonly token: Way<KubernetesAccess>;
  readonly pod: () => Pod;
}

const host = "pods.eks.amazonaws.com";
const lastsMs = 6 * hourMs;

export function podIdentityRole(random: Random, { role, cluster, account, token, pod }: PodIdentity, origin: Origin): Way<AwsAccess> {
  return new Way(random, role, "platform-session", (atMs, emitter, session) => {
    token.at(atMs - 2_000, emitter);
    const { name, uid } = pod();
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - 800;
    const sessionName = `eks-${cluster.name}-${name.slice(0, 11)}-${session.uuid()}`;
    const tags = {
      "eks-cluster-arn": `arn:aws:eks:${cluster.region}:${cluster.awsAccount}:cluster/${cluster.name}`,
      "eks-cluster-name": cluster.name,
      "kubernetes-namespace": account.namespace,
      "kubernetes-service-account": account.name,
      "kubernetes-pod-name": name,
      "kubernetes-pod-uid": uid,
    };
    const opened = assumeRoleCall(session, role, sessionName, accessKeyId, issuedAtMs, lastsMs);
    const call: AwsCall = {
      ...opened,
      request: {
        ...opened.request,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        transitiveTagKeys: Object.keys(tags),
      },
    };
    emitter.aws(issuedAtMs, { ...awsServiceAccess(host, role.account, origin.region), identity: account }, call);
    return { access: roleSession({ ...origin, role, sessionName, accessKeyId, atMs: issuedAtMs }), lastsMs: lastsMs - 600_000 };
  });
}
