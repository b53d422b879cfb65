// A job in a cluster: every run is a pod of another name, with a token of its own, that is gone when the work is done.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { forbidden, kubernetesCall } from "../calls/kubernetes.ts";
import { allowedBy, kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import { daily, every, weekly } from "../schedule.ts";

export const kubernetesCronjob: Persona = {
  id: "kubernetes-cronjob",
  says: "A scheduled job that reads its settings and cleans up or restarts workloads; every run is another pod with another token.",
  providers: ["kubernetes"],
  share: 3,
  create({ world, random, name }) {
    const cluster = random.pick(world.clusters);
    const namespace = random.pick(world.products);
    const account = kubernetesServiceAccount(cluster, namespace, name("housekeeping"));
    // The pod's name is the job's, which ends in its scheduled minute; a retry is another pod.
    const podAt = (atMs: number) => {
      const minute = Math.floor(atMs / 60_000);
      const ofRun = random.fork(`pod ${minute}`);
      return { ...makePod(ofRun, cluster, account.name), name: `${account.name}-${minute}-${ofRun.word(5)}` };
    };
    const token = podToken(random, cluster, account, { userAgent: agents.kubectl(random), allowedBy: allowedBy(account, "namespace"), pod: podAt });
    const schedule = random.pick([
      every(15, random.integer(0, 14)),
      every(30, random.integer(0, 29)),
      every(60, random.integer(0, 59)),
      every(60, random.integer(0, 59)),
      every(240, random.integer(0, 200)),
      daily(`0${random.integer(0, 6)}:${random.integer(10, 55)}`, cluster.timeZone),
      weekly(7, `0${random.integer(1, 5)}:00`, cluster.timeZone),
    ]);
    const usualFinds = random.between(0.4, 3);
    const failureShare = random.between(0.005, 0.04);

    return {
      identities: [account],
      ways: [token],
      purpose: `cleans up in ${namespace} of ${cluster.name}`,
      schedule: schedule.text,
      live(hour) {
        const agenda = new Agenda();
        const runs = hour.starts(schedule, 12_000).flatMap((startMs) => (hour.random.chance(failureShare) ? [startMs, startMs + 70_000] : [startMs]));
        for (const startMs of runs) {
          const finished = Array.from({ length: hour.random.poisson(usualFinds) }, () => `import-${hour.random.integer(10_000, 99_999)}`);
          const calls: KubernetesCall[] = [
            kubernetesCall("get", "configmaps", { namespace, name: account.name }),
            ...(hour.random.chance(0.3) ? [kubernetesCall("get", "secrets", { namespace, name: `${account.name}-settings` })] : []),
            kubernetesCall("list", "batch/jobs", { namespace, query: "limit=500" }),
            ...finished.map((job) => kubernetesCall("delete", "batch/jobs", { namespace, name: job })),
          ];
          if (hour.random.chance(0.002)) {
            calls.push(forbidden(kubernetesCall("list", "pods", { namespace: "default" }), `system:serviceaccount:${namespace}:${account.name}`));
          }
          agenda.at([startMs], (atMs) => token.end(atMs));
          agenda.run(hour.steps(startMs + 900, calls.length, 500), calls, (atMs, call) => hour.kubernetes(atMs, token.at(atMs, hour), call));
        }
        agenda.live();
      },
    };
  },
};
