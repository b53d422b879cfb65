// A request to a GKE cluster stands in its project's audit logs, in other words than kube-apiserver's; what it says is the same.
import { expect, test } from "vitest";
import { conflict, forbidden, kubernetesCall } from "../../estate/calls/kubernetes.ts";
import { kubernetesServiceAccount } from "../../estate/credentials/kubernetes.ts";
import { secretToken } from "../../estate/credentials/kubernetes-users.ts";
import { Emitter } from "../../estate/hour.ts";
import type { KubernetesCall } from "../../estate/identity.ts";
import { Random } from "../../estate/random.ts";
import { nativeRecords } from "../../estate/records/render.ts";
import { type Cluster, makeWorld } from "../../estate/world.ts";
import type { JsonObject } from "../../model/json.ts";
import { kubernetesAudit } from "../../normalize/formats/kubernetes-audit.ts";
import { createNetworkClassifier } from "../../normalize/network.ts";

const startMs = Date.UTC(2026, 9, 24);
const world = makeWorld(1, Random.ofSeed(1), startMs, startMs + 86_400_000);

function clusterOf(kind: Cluster["kind"]): Cluster {
  const cluster = world.clusters.find((each) => each.kind === kind);
  if (cluster === undefined) throw new Error(`the world has no ${kind} cluster`);
  return cluster;
}

/** What the reader makes of the call in a cluster of that kind, without what another cluster and the entry's own form account for. */
function readAs(kind: Cluster["kind"], call: KubernetesCall) {
  const cluster = clusterOf(kind);
  const account = kubernetesServiceAccount(cluster, "shop", "deployer");
  const origin = { address: "198.18.4.7", userAgent: "kubectl/v1.34.1 (linux/amd64) kubernetes/abcdef0", allowedBy: "RBAC: allowed" };
  const access = secretToken(Random.ofSeed(2), cluster, account, origin).at(startMs, new Emitter());
  const [record] = nativeRecords({ atMs: startMs, access, call }, Random.ofSeed(3), world);
  if (record === undefined) throw new Error("no record");
  const result = kubernetesAudit.normalize(JSON.parse(record.text) as JsonObject, {
    defaultAccount: cluster.uid,
    clusterOfIssuer: () => undefined,
    network: createNetworkClassifier([]),
  });
  if (result.kind !== "event") throw new Error(`read as ${result.kind}`);
  expect(result.event.event_uid).toBe(record.uid);
  expect(result.event.identity_uid).toBe(account.uid);
  const { action, service, outcome, error_code, activity, resource_uids, authorization_basis, src_ip } = result.event;
  const resources = resource_uids.map((uid) => uid.slice(cluster.uid.length));
  return { action, service, outcome, error_code, activity, resources, authorization_basis, src_ip };
}

const calls: readonly (readonly [string, KubernetesCall])[] = [
  ["a pod's log", kubernetesCall("get", "pods", { namespace: "shop", name: "web-1", subresource: "log" })],
  [
    "a patch of a group with a version of its own",
    kubernetesCall("patch", "autoscaling/horizontalpodautoscalers", { namespace: "shop", name: "web", version: "v2" }),
  ],
  ["a custom resource's state", kubernetesCall("patch", "cert-manager.io/certificates", { namespace: "shop", name: "tls", subresource: "status" })],
  ["a list across namespaces", kubernetesCall("list", "apps/deployments")],
  ["rights", kubernetesCall("create", "rbac.authorization.k8s.io/rolebindings", { namespace: "shop", name: "edit" })],
  ["a conflict", conflict(kubernetesCall("update", "configmaps", { namespace: "shop", name: "settings" }))],
  ["a refusal", forbidden(kubernetesCall("list", "secrets", { namespace: "payments" }), "system:serviceaccount:shop:deployer")],
];

test.each(calls)("%s on GKE is read as the same on any other cluster", (_, call) => {
  expect(readAs("gke", call)).toEqual(readAs("self-hosted", call));
});
