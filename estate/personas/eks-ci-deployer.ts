// From a repository to AWS to a cluster: a GitHub run opens a role with its token, asks EKS for the cluster, and deploys to it as the
// user that EKS makes of the role. Three identities, one doing.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import { forbidden, kubernetesCall } from "../calls/kubernetes.ts";
import { awsRole, webIdentityRole } from "../credentials/aws.ts";
import { eksRole, eksRoleSession } from "../credentials/kubernetes-users.ts";
import type { Identity, KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import { publicNetwork } from "../world.ts";

const issuer = "token.actions.githubusercontent.com";

export const eksCiDeployer: Persona = {
  id: "eks-ci-deployer",
  says: "A repository whose GitHub runs deploy to EKS: OpenID Connect into a role, the role into a user of the cluster.",
  providers: ["kubernetes", "aws"],
  share: 3,
  create({ world, random, name }) {
    const cluster = world.clusters.find(({ kind }) => kind === "eks") ?? world.clusters[0];
    const account = world.aws.accounts.find(({ id }) => id === cluster.awsAccount) ?? world.aws.accounts[0];
    const [region] = account.regions;
    const repository = `${world.organisation}/${name("charts")}`;
    const identity: Identity = {
      uid: `${issuer}/repo:${repository}`,
      name: repository,
      provider: "aws",
      account: account.id,
      principalType: "federated-subject",
      workloadType: "ci-pipeline",
      isMachine: true,
    };
    const role = awsRole(random, account, name("eks-deploy"), { workload: "ci-pipeline" });
    const networks = [publicNetwork(random), publicNetwork(random)] as const;
    const session = webIdentityRole(random, role, {
      address: random.addressIn(random.pick(networks)),
      userAgent: agents.awsCli(random, "eks.update-kubeconfig"),
      region,
      token: () => ({ identity, issuer, subject: `repo:${repository}:environment:production` }),
      sessionName: () => "GitHubActions",
    });
    const namespace = random.pick(world.products);
    const user = eksRole(cluster, role);
    const deployer = eksRoleSession(random, cluster, user, session, {
      userAgent: agents.helm(random),
      allowedBy: `RBAC: allowed by RoleBinding "${role.name}/${namespace}" of ClusterRole "edit" to User "${role.name}"`,
    });
    const app = name("service");
    const perDay = random.logNormal(5, 0.6);
    const firstRevision = random.integer(10, 700);

    return {
      identities: [identity, role, user],
      ways: [session, deployer],
      purpose: `deploys ${app} to ${namespace} of ${cluster.name} from repo:${repository}`,
      schedule: `about ${Math.round(perDay)} runs a workday, as people push`,
      live(hour) {
        const agenda = new Agenda();
        for (const startMs of hour.events(perDay, officeHours, cluster.timeZone)) {
          const revision = firstRevision + hour.daysSince(world.startMs) * 5 + hour.random.integer(0, 4);
          const release = { namespace, name: `sh.helm.release.v1.${app}.v${revision}` };
          const calls: KubernetesCall[] = [
            kubernetesCall("list", "secrets", { namespace, query: "labelSelector=owner%3Dhelm" }),
            kubernetesCall("create", "secrets", release),
            kubernetesCall("patch", "apps/deployments", { namespace, name: app }),
            ...(hour.random.chance(0.3) ? [kubernetesCall("patch", "configmaps", { namespace, name: app })] : []),
            ...(hour.random.chance(0.02)
              ? [forbidden(kubernetesCall("patch", "rbac.authorization.k8s.io/roles", { namespace, name: app }), `${role.name}`)]
              : []),
            ...Array.from({ length: hour.random.integer(1, 6) }, () => kubernetesCall("get", "apps/deployments", { namespace, name: app })),
            kubernetesCall("update", "secrets", release),
          ];
          agenda.at([startMs], (atMs) => {
            session.end(atMs);
            deployer.end(atMs);
            hour.aws(atMs, session.at(atMs, hour), awsCall("eks", "DescribeCluster", { request: { name: cluster.name } }));
          });
          agenda.run(hour.steps(startMs + 4_000, calls.length, 3_000), calls, (atMs, call) => hour.kubernetes(atMs, deployer.at(atMs, hour), call));
        }
        agenda.live();
      },
    };
  },
};
