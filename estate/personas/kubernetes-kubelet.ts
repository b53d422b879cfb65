// A node of a cluster: its kubelet speaks with a certificate of its own, asks for the tokens of the pods that run on it and writes
// their state. In truth it is the chattiest of all: leases, the node's own state, and whatever it only reads, are left out, as an
// audit policy leaves them out that anybody can pay for.
import { Agenda } from "../agenda.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { type KubernetesAccount, kubernetesServiceAccount } from "../credentials/kubernetes.ts";
import { Way } from "../credentials/way.ts";
import type { KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { makeNode } from "../world.ts";

export const kubernetesKubelet: Persona = {
  id: "kubernetes-kubelet",
  says: "A node: tokens for the pods on it, renewed before their hour is over, and the state of pods that start and stop.",
  providers: ["kubernetes"],
  share: 2,
  create({ world, random }) {
    const cluster = random.pick(world.clusters);
    const node = makeNode(random, cluster);
    const way = new Way(random, node.identity, "static-key", () => ({ access: node, lastsMs: Number.POSITIVE_INFINITY }));
    // Workloads without rights in the cluster: their tokens are asked for and never used there.
    const workloads = Array.from({ length: random.integer(2, 6) }, () => {
      const namespace = random.pick(world.products);
      return { account: kubernetesServiceAccount(cluster, namespace, `${random.pick(world.products)}-app`), offsetMinutes: random.integer(0, 47) };
    });
    const startsPerDay = random.logNormal(9, 0.6);
    const pool = new Set(cluster.nodes.map(({ identity }) => identity.uid));

    return {
      identities: [node.identity],
      ways: [way],
      purpose: `node of ${cluster.name}, with ${workloads.length} pods that hold tokens`,
      schedule: `each token every 48 minutes; about ${Math.round(startsPerDay)} pods start a day`,
      live(hour) {
        // Where the whole pool was replaced, this node is gone with it.
        if (!cluster.nodes.some(({ identity }) => pool.has(identity.uid))) return;
        const agenda = new Agenda();
        const use = (atMs: number, call: KubernetesCall): void => hour.kubernetes(atMs, way.at(atMs, hour), call);
        const minutes = hour.startMs / 60_000;
        for (const { account, offsetMinutes } of workloads) {
          for (let minute = Math.ceil((minutes - offsetMinutes) / 48) * 48 + offsetMinutes; minute < minutes + 60; minute += 48) {
            agenda.at([minute * 60_000 + hour.random.integer(0, 9_000)], (atMs) => use(atMs, tokenRequest(account, hour.random)));
          }
        }
        for (const startMs of hour.events(startsPerDay)) {
          const { account } = hour.random.pick(workloads) ?? {};
          if (account === undefined) continue;
          const pod = { namespace: account.namespace, name: `${account.name}-${hour.random.hex(9)}-${hour.random.word(5)}` };
          const calls = [
            tokenRequest(account, hour.random),
            ...Array.from({ length: hour.random.integer(1, 3) }, () => kubernetesCall("patch", "pods", { ...pod, subresource: "status" })),
            ...(hour.random.chance(0.3) ? [kubernetesCall("delete", "pods", pod)] : []),
          ];
          agenda.run(hour.steps(startMs, calls.length, 4_000), calls, use);
        }
        agenda.live();
      },
    };
  },
};

function tokenRequest(account: KubernetesAccount, random: Random): KubernetesCall {
  const tokenId = random.uuid();
  return kubernetesCall("create", "serviceaccounts", {
    namespace: account.namespace,
    name: account.name,
    subresource: "token",
    annotations: { "authentication.kubernetes.io/issued-credential-id": `JTI=${tokenId}` },
    issues: { uid: tokenId, to: account.uid },
  });
}
