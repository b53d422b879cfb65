// The platform's own automation: who rotates keys and changes policies in accounts, subscriptions, projects and clusters. Made of the
// seed and the place alone, so that it is the same identity in every disturbance.
import { agents } from "../agents.ts";
import { dayMs } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import { assignRole, azureCall } from "../calls/azure.ts";
import { setProjectPolicy } from "../calls/gcp-administration.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { awsRole, instanceProfile } from "../credentials/aws.ts";
import { azureApplication, clientSecret, clientSecretCredential } from "../credentials/azure.ts";
import { attachedAccount, gcpServiceAccount } from "../credentials/gcp.ts";
import { kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { AnyWay, Way } from "../credentials/way.ts";
import type { Emitter } from "../hour.ts";
import type { AwsAccess, AzureAccess, GcpAccess, Identity, KubernetesAccess } from "../identity.ts";
import { Random } from "../random.ts";
import { publicNetwork, type World } from "../world.ts";

const name = "platform-automation";

function randomOf({ seed }: World, place: string): Random {
  return Random.ofSeed(seed).fork(`${name} ${place}`);
}

export function awsAdministrator(world: World, accountId: string): Way<AwsAccess> {
  const account = world.aws.accounts.find(({ id }) => id === accountId) ?? world.aws.accounts[0];
  const random = randomOf(world, account.id);
  const origin = { address: random.addressIn(publicNetwork(random)), userAgent: agents.boto3(random), region: account.regions[0] };
  return instanceProfile(random, awsRole(random, account, name, { workload: "ec2-instance" }), origin);
}

export function azureAdministrator(world: World): Way<AzureAccess> {
  const [subscription] = world.azure.subscriptions;
  const random = randomOf(world, "azure");
  const application = azureApplication(random, name, subscription.id);
  const origin = { address: random.addressIn(publicNetwork(random)), userAgent: agents.azureSdk(random), role: "User Access Administrator" };
  return clientSecret(random, application, origin, clientSecretCredential(random, world.startMs - 90 * dayMs));
}

export function gcpAdministrator(world: World, projectId: string): Way<GcpAccess> {
  const project = world.gcp.projects.find(({ id }) => id === projectId) ?? world.gcp.projects[0];
  const random = randomOf(world, project.id);
  return attachedAccount(random, gcpServiceAccount(random, project, name), { address: "private", userAgent: agents.gcpPython(random) });
}

export function kubernetesAdministrator(world: World, clusterUid: string): Way<KubernetesAccess> {
  const cluster = world.clusters.find(({ uid }) => uid === clusterUid) ?? world.clusters[0];
  const random = randomOf(world, cluster.uid);
  const pod = makePod(random, cluster, name);
  return podToken(random, cluster, kubernetesServiceAccount(cluster, "platform", name), {
    userAgent: agents.kubernetesController(name, "v1.8.2", random),
    allowedBy: `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "cluster-admin" to ServiceAccount "${name}/platform"`,
    pod: () => pod,
  });
}

/** A right taken from an identity, or given back. */
export function changeRights(world: World, { identity }: AnyWay, change: "taken" | "given", atMs: number, emitter: Emitter): void {
  switch (identity.provider) {
    case "aws": {
      const administrator = awsAdministrator(world, identity.account);
      emitter.aws(atMs, administrator.at(atMs, emitter), putPolicy(identity, change));
      return;
    }
    case "azure": {
      const administrator = azureAdministrator(world);
      const subscription = world.azure.subscriptions.find(({ id }) => id === identity.account) ?? world.azure.subscriptions[0];
      const scope = `/subscriptions/${subscription.id}`;
      const id = randomOf(world, `assignment of ${identity.uid}`).uuid();
      const assignment = { id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`, location: "global" };
      const call =
        change === "taken"
          ? azureCall("Microsoft.Authorization/roleAssignments/delete", assignment)
          : assignRole({ id, scope, role: "Contributor", principalId: identity.uid });
      emitter.azure(atMs, administrator.at(atMs, emitter), call);
      return;
    }
    case "gcp": {
      const administrator = gcpAdministrator(world, identity.account);
      const { account: project } = administrator.identity;
      const members = change === "taken" ? [] : [`serviceAccount:${identity.uid}`];
      const policy = { bindings: [{ role: "roles/editor", members }], version: 1 };
      const call = setProjectPolicy(project, policy);
      emitter.gcp(atMs, administrator.at(atMs, emitter), call);
      return;
    }
    case "kubernetes": {
      const administrator = kubernetesAdministrator(world, identity.account);
      const namespace = "namespace" in identity && typeof identity.namespace === "string" ? identity.namespace : "default";
      const call = kubernetesCall("patch", "rbac.authorization.k8s.io/roles", { namespace, name: identity.name });
      emitter.kubernetes(atMs, administrator.at(atMs, emitter), call);
    }
  }
}

function putPolicy(identity: Identity, change: "taken" | "given") {
  const isUser = identity.principalType === "iam-user";
  const Action = change === "taken" ? ["s3:GetObject"] : ["s3:*", "ec2:Describe*", "sqs:*"];
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
  const holder = isUser ? { userName: identity.name } : { roleName: identity.name };
  return awsCall("iam", isUser ? "PutUserPolicy" : "PutRolePolicy", {
    region: "us-east-1",
    request: { ...holder, policyName: "service", policyDocument },
  });
}
