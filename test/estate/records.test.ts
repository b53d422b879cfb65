// Acts that become more than one record: how many, under which ids, and what never stands in them.
import { expect, test } from "vitest";
import { azureCall } from "../../estate/calls/azure.ts";
import { gcpCall } from "../../estate/calls/gcp.ts";
import { forbidden, kubernetesCall } from "../../estate/calls/kubernetes.ts";
import { noCredential } from "../../estate/credentials/aws.ts";
import type { AzureAccess, GcpAccess, Identity, KubernetesAccess, KubernetesCall } from "../../estate/identity.ts";
import { Random } from "../../estate/random.ts";
import { nativeRecords } from "../../estate/records/render.ts";
import { makeWorld } from "../../estate/world.ts";

const atMs = Date.UTC(2026, 9, 26, 8);
const random = Random.ofSeed(3);
const world = makeWorld(3, random.fork("world"), atMs, atMs + 86_400_000);
const identity: Identity = {
  uid: "00000000-0000-4000-8000-000000000001",
  name: "deployer",
  provider: "azure",
  account: "",
  principalType: "service-principal",
  workloadType: "unknown",
  isMachine: true,
};
const presented = { identity, credential: noCredential, address: "192.0.2.7", userAgent: "deployer/1.0", delegation: [], statedIssuer: "" };

const azureAccess: AzureAccess = {
  ...presented,
  provider: "azure",
  objectId: identity.uid,
  appId: "00000000-0000-4000-8000-000000000002",
  upn: "",
  managedResource: "",
  tokenId: "token",
  role: "Contributor",
};
const [subscription] = world.azure.subscriptions;
const machine = {
  id: `/subscriptions/${subscription.id}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1`,
  location: "westeurope",
};

interface Activity {
  readonly resultType: string;
  readonly correlationId: string;
}

test.each([
  ["a call that is answered at once", 200, ["Start", "Success"]],
  ["a call that goes on", 202, ["Start", "Accept", "Success"]],
])("Azure writes %s as events of their own under one correlation id", (_, status, expected) => {
  const call = azureCall("Microsoft.Compute/virtualMachines/start/action", machine, { status });
  const records = nativeRecords({ atMs, access: azureAccess, call }, random, world);
  const parsed = records.map(({ text }) => JSON.parse(text) as Activity);
  expect(parsed.map(({ resultType }) => resultType)).toEqual(expected);
  expect(new Set(parsed.map(({ correlationId }) => correlationId)).size).toBe(1);
  expect(new Set(records.map(({ uid }) => uid)).size).toBe(expected.length);
  expect(records.map(({ makes }) => makes)).toEqual(expected.map(() => "action"));
  expect(records.map(({ afterMs }) => afterMs)).toEqual(records.map(({ afterMs }) => afterMs).sort((left, right) => left - right));
});

test("what Azure refuses is never started", () => {
  const failure = { code: "AuthorizationFailed", message: "no" };
  const records = nativeRecords(
    { atMs, access: azureAccess, call: azureCall("Microsoft.Compute/virtualMachines/delete", machine, { failure }) },
    random,
    world,
  );
  expect(records.map(({ text }) => (JSON.parse(text) as Activity).resultType)).toEqual(["Failure"]);
});

const gcpAccess: GcpAccess = { ...presented, provider: "gcp", authenticationInfo: { principalEmail: "deployer@example.iam.gserviceaccount.com" } };

test("a long operation of Google Cloud begins as an action and ends as its completion, under one operation", () => {
  const call = gcpCall("compute.googleapis.com", "v1.compute.instances.insert", "example", { isAdminActivity: true });
  const records = nativeRecords({ atMs, access: gcpAccess, call }, random, world);
  expect(records.map(({ makes }) => makes)).toEqual(["action", "completion"]);
  const operations = records.map(({ text }) => (JSON.parse(text) as { operation: { id: string } }).operation);
  expect(operations).toMatchObject([{ first: true }, { last: true }]);
  expect(operations[0]?.id).toBe(operations[1]?.id);
  const refused = { ...call, failure: { code: "7", message: "no" } };
  expect(nativeRecords({ atMs, access: gcpAccess, call: refused }, random, world)).toHaveLength(1);
});

const [cluster] = world.clusters;
const kubernetesAccess: KubernetesAccess = {
  ...presented,
  provider: "kubernetes",
  cluster,
  user: { username: "system:serviceaccount:a:b" },
  allowedBy: "",
};
const kubernetesTexts = (call: KubernetesCall): string[] =>
  nativeRecords({ atMs, access: kubernetesAccess, call }, random, world).map(({ text }) => text);

test("a watch is one action whose answer begins and ends", () => {
  const records = nativeRecords({ atMs, access: kubernetesAccess, call: kubernetesCall("watch", "pods") }, random, world);
  expect(records.map(({ makes }) => makes)).toEqual(["action", "stage"]);
  expect(new Set(records.map(({ uid }) => uid)).size).toBe(1);
  expect(records.map(({ text }) => (JSON.parse(text) as { stage: string }).stage)).toEqual(["ResponseStarted", "ResponseComplete"]);
});

test("bodies are logged of writes, but never of secrets, and not of what is refused before it is read", () => {
  const target = { namespace: "a", name: "x" };
  expect(kubernetesTexts(kubernetesCall("patch", "apps/deployments", target))[0]).toContain('"requestObject"');
  for (const resource of ["secrets", "configmaps"]) expect(kubernetesTexts(kubernetesCall("update", resource, target))[0]).not.toContain("Object");
  expect(kubernetesTexts(kubernetesCall("get", "apps/deployments", target))[0]).not.toContain("Object");
  const refused = kubernetesTexts(forbidden(kubernetesCall("create", "pods", target), "b"))[0];
  expect(refused).not.toContain('"requestObject"');
  expect(refused).toContain('"responseObject":{"kind":"Status"');
});

test("an object of a cluster has the same uid in all its records", () => {
  const uidOf = (call: KubernetesCall) => {
    const { responseObject } = JSON.parse(kubernetesTexts(call)[0] ?? "") as { responseObject: { metadata: { uid: string } } };
    return responseObject.metadata.uid;
  };
  const target = { namespace: "a", name: "x" };
  expect(uidOf(kubernetesCall("patch", "apps/deployments", target))).toBe(uidOf(kubernetesCall("update", "apps/deployments", target)));
});
