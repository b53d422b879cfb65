// A pod on EKS with Pod Identity: EKS itself opens the role's session and tags it with the pod; no issuer is trusted, and the role's
// records name the pod only in the session's name.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { businessCustomers, customers } from "../calendar.ts";
import { awsCall, listObjects, s3Object } from "../calls/aws.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { awsRole } from "../credentials/aws.ts";
import { podIdentityRole } from "../credentials/eks-pod-identity.ts";
import { allowedBy, kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { Persona } from "../persona.ts";
import { publicNetwork } from "../world.ts";

export const eksPodIdentity: Persona = {
  id: "eks-pod-identity",
  says: "A pod on EKS that reads and writes files and a table in AWS by EKS Pod Identity.",
  providers: ["kubernetes", "aws"],
  share: 4,
  create({ world, random, name }) {
    const cluster = world.clusters.find(({ kind }) => kind === "eks") ?? world.clusters[0];
    const account = world.aws.accounts.find(({ id }) => id === cluster.awsAccount) ?? world.aws.accounts[0];
    const [region] = account.regions;
    const namespace = random.pick(world.products);
    const service = kubernetesServiceAccount(cluster, namespace, name("exporter"));
    let pod = makePod(random, cluster, service.name);
    const tokenOptions = { userAgent: agents.goSdk(random), allowedBy: allowedBy(service, "namespace"), pod: () => pod };
    const token = podToken(random, cluster, service, { ...tokenOptions, userAgent: agents.kubernetesController(service.name, "v0.0.0", random) });
    // Of audience pods.eks.amazonaws.com: the cluster sees it asked for and never used.
    const exchanged = podToken(random, cluster, service, tokenOptions);
    const role = awsRole(random, account, name("exporter-pod"), { workload: "k8s-pod" });
    const origin = { address: random.addressIn(publicNetwork(random)), userAgent: tokenOptions.userAgent, region };
    const session = podIdentityRole(random, { role, cluster, account: service, token: exchanged, pod: () => pod }, origin);
    const bucket = { name: `${world.organisation}-${name("exports")}`, account: account.id, region };
    const perDay = random.logNormal(45, 0.7);
    const rhythm = random.chance(0.5) ? customers : businessCustomers;
    const restartsPerDay = random.between(0.1, 0.6);

    return {
      identities: [service, role],
      ways: [session, token],
      purpose: `exports into ${bucket.name}`,
      schedule: `about ${Math.round(perDay)} calls a day, as customers come`,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.events(restartsPerDay), (atMs) => {
          // A deployment: another pod, other tokens, another session.
          pod = makePod(hour.random, cluster, service.name);
          for (const way of [token, exchanged, session]) way.end(atMs);
          hour.kubernetes(atMs, token.at(atMs, hour), kubernetesCall("get", "configmaps", { namespace, name: service.name }));
        });
        agenda.at(hour.events(perDay, rhythm, cluster.timeZone), (atMs) => {
          const drawn = hour.random.next();
          const key = `exports/${hour.local("UTC").date}/${hour.random.hex(10)}.parquet`;
          const call =
            drawn < 0.5
              ? s3Object("PutObject", bucket, key)
              : drawn < 0.75
                ? s3Object("GetObject", bucket, `templates/${hour.random.integer(1, 12)}.json`)
                : drawn < 0.85
                  ? listObjects(bucket, "exports/")
                  : awsCall("dynamodb", "DescribeTable", { request: { tableName: name("exports") } });
          hour.aws(atMs, session.at(atMs, hour), call);
        });
        agenda.live();
      },
    };
  },
};
