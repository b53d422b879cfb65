// A controller that keeps certificates: weeks of nothing but looking after its webhook's own, then a renewal, and many on one day where
// many were made on one day.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { conflict, kubernetesCall } from "../calls/kubernetes.ts";
import { allowedBy, kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";

export const kubernetesCertificates: Persona = {
  id: "kubernetes-certificates",
  says: "A certificate controller with a webhook: renewals every 60 days of each certificate, and an eye on its own webhook every day.",
  providers: ["kubernetes"],
  share: 2,
  create({ world, random, name }) {
    const cluster = random.pick(world.clusters);
    const account = kubernetesServiceAccount(cluster, name("certificates"), "cert-manager");
    const pod = makePod(random, cluster, account.name);
    const token = podToken(random, cluster, account, {
      userAgent: agents.kubernetesController("cert-manager-certificates-issuing", `v1.1${random.integer(7, 9)}.${random.integer(0, 4)}`, random),
      allowedBy: allowedBy(account, "cluster"),
      pod: () => pod,
    });
    const periodMs = 60 * dayMs;
    const certificates = Array.from({ length: random.integer(10, 90) }, (_, number) => ({
      namespace: random.pick(world.products),
      name: `tls-${number + 1}`,
      // A third of them were made on the day on which it was installed.
      renewalMs: random.chance(0.33) ? random.fork("installed").between(0, periodMs) : random.between(0, periodMs),
    }));
    const checksPerDay = random.logNormal(9, 0.5);

    return {
      identities: [account],
      ways: [token],
      purpose: `keeps ${certificates.length} certificates in ${cluster.name}`,
      schedule: `each every 60 days; about ${Math.round(checksPerDay)} looks at its webhook a day`,
      live(hour) {
        const agenda = new Agenda();
        const use = (atMs: number, call: KubernetesCall): void => hour.kubernetes(atMs, token.at(atMs, hour), call);
        agenda.at(hour.events(checksPerDay), (atMs) => {
          use(atMs, kubernetesCall("update", "admissionregistration.k8s.io/validatingwebhookconfigurations", { name: account.namespace }));
        });
        for (const certificate of certificates) {
          const sinceMs = (((hour.startMs - world.startMs - certificate.renewalMs) % periodMs) + periodMs) % periodMs;
          if (sinceMs > hourMs) continue;
          const calls = renewal(certificate, hour.random);
          agenda.run(hour.steps(hour.startMs + Math.floor(hour.random.next() * 3_000_000), calls.length, 6_000), calls, use);
        }
        agenda.live();
      },
    };
  },
};

function renewal({ namespace, name }: { readonly namespace: string; readonly name: string }, random: Random): KubernetesCall[] {
  const request = { namespace, name: `${name}-${random.integer(2, 40)}` };
  const state = kubernetesCall("update", "cert-manager.io/certificates", { namespace, name, subresource: "status" });
  return [
    kubernetesCall("create", "secrets", { namespace, name: `${name}-${random.word(5)}` }),
    kubernetesCall("create", "cert-manager.io/certificaterequests", request),
    kubernetesCall("create", "acme.cert-manager.io/orders", { namespace, name: `${request.name}-${random.digits(10)}` }),
    kubernetesCall("create", "acme.cert-manager.io/challenges", { namespace, name: `${request.name}-${random.digits(10)}` }),
    kubernetesCall("update", "cert-manager.io/certificaterequests", { ...request, subresource: "status" }),
    kubernetesCall("patch", "secrets", { namespace, name }),
    ...(random.chance(0.2) ? [conflict(state)] : []),
    state,
  ];
}
