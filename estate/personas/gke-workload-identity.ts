// A pod on GKE that acts as an account of Google Cloud: the cluster knows its service account, Google knows the pod's principal, and the
// data is read by the account that the principal impersonates. Three names of one program.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { customers } from "../calendar.ts";
import { accessSecret, bigQueryTable, firestore, permissionDenied, storageObject } from "../calls/gcp.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { gcpServiceAccount, impersonatedAccount, ownPrincipal } from "../credentials/gcp.ts";
import { allowedBy, kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { Identity } from "../identity.ts";
import type { Persona } from "../persona.ts";

export const gkeWorkloadIdentity: Persona = {
  id: "gke-workload-identity",
  says: "A pod on GKE that acts as a Google account by workload identity; an impersonation an hour, and reads between.",
  providers: ["kubernetes", "gcp"],
  share: 4,
  create({ world, random, name }) {
    const cluster = world.clusters.find(({ kind }) => kind === "gke") ?? world.clusters[0];
    const project = world.gcp.projects.find(({ id }) => id === cluster.gcpProject) ?? world.gcp.projects[0];
    const namespace = random.pick(world.products);
    const service = kubernetesServiceAccount(cluster, namespace, name("feature-store"));
    const pod = makePod(random, cluster, service.name);
    const token = podToken(random, cluster, service, {
      userAgent: agents.kubernetesController(service.name, "v0.0.0", random),
      allowedBy: allowedBy(service, "namespace"),
      pod: () => pod,
    });
    const principal = `${project.id}.svc.id.goog[${namespace}/${service.name}]`;
    const identity: Identity = {
      uid: principal,
      name: `${namespace}/${service.name}`,
      provider: "gcp",
      account: project.id,
      principalType: "k8s-service-account",
      workloadType: "k8s-pod",
      isMachine: true,
    };
    const account = gcpServiceAccount(random, project, name("features"), "k8s-pod");
    const origin = { address: pod.address, userAgent: agents.gcpGo(random) };
    const own = ownPrincipal(random, identity, `serviceAccount:${principal}`, { ...origin, userAgent: "gke-metadata-server" });
    const session = impersonatedAccount(random, own, [], account, origin);
    const bucket = `${project.id}-${name("features")}`;
    const dataset = name("features").replaceAll("-", "_");
    const perDay = random.logNormal(50, 0.7);

    return {
      identities: [service, identity, account],
      ways: [session, own, token],
      purpose: `serves features of ${dataset} and ${bucket}`,
      schedule: `about ${Math.round(perDay)} calls a day, as customers come`,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.events(perDay, customers, cluster.timeZone), (atMs) => {
          const drawn = hour.random.next();
          if (drawn < 0.12) {
            hour.kubernetes(atMs, token.at(atMs, hour), kubernetesCall("get", "configmaps", { namespace, name: service.name }));
            return;
          }
          const call =
            drawn < 0.5
              ? storageObject("get", project.id, bucket, `f/${hour.random.integer(1, 400)}.bin`)
              : drawn < 0.8
                ? bigQueryTable("tableDataRead", project.id, dataset, `table_${hour.random.integer(1, 8)}`)
                : drawn < 0.96
                  ? firestore("BatchGetDocuments", project.id)
                  : accessSecret(project, `${dataset}-key`);
          hour.gcp(atMs, session.at(atMs, hour), hour.random.chance(0.004) ? permissionDenied(call) : call);
        });
        agenda.live();
      },
    };
  },
};
