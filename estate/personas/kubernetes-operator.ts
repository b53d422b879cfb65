// An operator: puts right what differs from its custom resources, writes their state back, and looks at all of them again every few
// hours. Leases, lists and watches are left out, as an audit policy leaves them out that anybody can pay for.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { conflict, kubernetesCall } from "../calls/kubernetes.ts";
import { allowedBy, kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { NonEmpty, Random } from "../random.ts";
import { every } from "../schedule.ts";

interface Kind {
  readonly name: string;
  /** Its custom resource. */
  readonly resource: string;
  readonly version: string;
  /** What it makes of one. */
  readonly makes: NonEmpty<string>;
}

const kinds: NonEmpty<Kind> = [
  {
    name: "postgres-operator",
    resource: "postgresql.cnpg.io/clusters",
    version: "v1",
    makes: ["pods", "services", "secrets", "persistentvolumeclaims"],
  },
  { name: "prometheus-operator", resource: "monitoring.coreos.com/prometheuses", version: "v1", makes: ["apps/statefulsets", "secrets", "services"] },
  { name: "kafka-operator", resource: "kafka.strimzi.io/kafkas", version: "v1beta2", makes: ["configmaps", "pods", "secrets", "services"] },
  { name: "secrets-operator", resource: "external-secrets.io/externalsecrets", version: "v1", makes: ["secrets"] },
  { name: "autoscaler-operator", resource: "keda.sh/scaledobjects", version: "v1alpha1", makes: ["autoscaling/horizontalpodautoscalers"] },
];

export const kubernetesOperator: Persona = {
  id: "kubernetes-operator",
  says: "An operator that keeps what its custom resources describe and writes their state; after a conflict it tries again.",
  providers: ["kubernetes"],
  share: 3,
  create({ world, random, name }) {
    const cluster = random.pick(world.clusters);
    const kind = random.pick(kinds);
    const account = kubernetesServiceAccount(cluster, name(`${kind.name}-system`), kind.name);
    const pod = makePod(random, cluster, kind.name);
    const token = podToken(random, cluster, account, {
      userAgent: agents.kubernetesController(kind.name, `v1.${random.integer(2, 27)}.${random.integer(0, 5)}`, random),
      allowedBy: allowedBy(account, "cluster"),
      pod: () => pod,
    });
    const owned = Array.from({ length: random.integer(2, 14) }, (_, number) => ({
      namespace: random.pick(world.products),
      name: `main-${number + 1}`,
    }));
    const resync = every(random.pick([120, 240, 480, 720]), random.integer(0, 100));
    const changesPerDay = random.logNormal(14, 0.7);

    return {
      identities: [account],
      ways: [token],
      purpose: `keeps ${owned.length} ${kind.resource} in ${cluster.name}`,
      schedule: `about ${Math.round(changesPerDay)} changes a day; all of them ${resync.text}`,
      live(hour) {
        const agenda = new Agenda();
        const use = (atMs: number, call: KubernetesCall): void => hour.kubernetes(atMs, token.at(atMs, hour), call);
        for (const startMs of hour.starts(resync, 20_000)) {
          const calls = owned.map((each) => writeState(each));
          agenda.run(hour.steps(startMs, calls.length, 400), calls, use);
        }
        for (const startMs of hour.events(changesPerDay)) {
          const target = hour.random.pick(owned);
          if (target === undefined) continue;
          const calls = reconcile(target, hour.random);
          agenda.run(hour.steps(startMs, calls.length, 160), calls, use);
        }
        agenda.live();
      },
    };

    function writeState(target: { readonly namespace: string; readonly name: string }): KubernetesCall {
      return kubernetesCall("patch", kind.resource, { ...target, version: kind.version, subresource: "status" });
    }

    function reconcile(target: { readonly namespace: string; readonly name: string }, chance: Random): KubernetesCall[] {
      const made = chance.shuffled(kind.makes).slice(0, chance.integer(1, 2));
      const calls = made.map((resource) => {
        const ordinal = resource === "pods" ? `-${chance.integer(0, 2)}` : "";
        return kubernetesCall(chance.chance(0.12) ? "create" : "patch", resource, {
          namespace: target.namespace,
          name: `${target.name}${ordinal}`,
          version: resource.startsWith("autoscaling/") ? "v2" : "v1",
        });
      });
      const state = writeState(target);
      return [...calls, ...(chance.chance(0.05) ? [conflict(state)] : []), state];
    }
  },
};
