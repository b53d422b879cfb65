// A pod on EKS whose service account becomes an AWS role: its kubelet asks for a token, the token opens a session of the role.
import { agents } from "../agents.ts";
import { customers } from "../calendar.ts";
import { awsCall, getSecretValue } from "../calls/aws.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { awsRole, webIdentityRole } from "../credentials/aws.ts";
import { kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { Persona } from "../persona.ts";
import { publicNetwork } from "../world.ts";

export const irsaPod: Persona = {
  id: "irsa-pod",
  says: "A pod on EKS that reads queues and secrets in AWS by its service account's role (IRSA).",
  providers: ["kubernetes", "aws"],
  share: 4,
  create({ world, random, name }) {
    const cluster = world.clusters.find(({ kind }) => kind === "eks") ?? world.clusters[0];
    const account = world.aws.accounts.find(({ id }) => id === cluster.awsAccount) ?? world.aws.accounts[0];
    const [region] = account.regions;
    const namespace = random.pick(world.products);
    const service = kubernetesServiceAccount(cluster, namespace, name("worker"));
    const pod = makePod(random, cluster, service.name);
    const allowedBy = `RBAC: allowed by RoleBinding "${service.name}/${namespace}" of Role "${service.name}" to ServiceAccount "${service.name}/${namespace}"`;
    const token = podToken(random, cluster, service, {
      userAgent: agents.kubernetesController(service.name, "v0.0.0", random),
      allowedBy,
      pod: () => pod,
    });
    const role = awsRole(random, account, name("worker-irsa"), { workload: "k8s-pod" });
    const session = webIdentityRole(random, role, {
      address: random.addressIn(publicNetwork(random)),
      userAgent: agents.goSdk(random),
      region,
      token: () => ({ identity: service, issuer: cluster.oidcIssuer, subject: `system:serviceaccount:${namespace}:${service.name}` }),
      sessionName: (atMs) => `${atMs}000000`,
    });
    const queue = `https://sqs.${region}.amazonaws.com/${account.id}/${name("jobs")}`;
    const secret = `${name("worker")}/database-${random.word(6)}`;
    const perDay = random.logNormal(70, 0.6);

    return {
      identities: [service, role],
      ways: [session, token],
      purpose: `works off the queue ${queue}`,
      schedule: `about ${Math.round(perDay)} calls a day, as customers come`,
      live(hour) {
        for (const atMs of hour.events(perDay, customers, cluster.timeZone)) {
          const call = hour.random.chance(0.1)
            ? getSecretValue(account.id, region, secret)
            : awsCall("sqs", "GetQueueAttributes", { request: { queueUrl: queue, attributeNames: ["ApproximateNumberOfMessages"] } });
          hour.aws(atMs, session.at(atMs, hour), call);
          if (hour.random.chance(0.2)) {
            hour.kubernetes(atMs + 500, token.at(atMs + 500, hour), kubernetesCall("get", "configmaps", { namespace, name: service.name }));
          }
        }
      },
    };
  },
};
