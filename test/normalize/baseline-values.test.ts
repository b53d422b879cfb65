// What baselines compare: the same workload's resources must read the same from run to run, and stand in the same place, in every
// cluster however it is named.
import { describe, expect, test } from "vitest";
import { blankAction } from "../../model/identity-action.ts";
import { deriveBaselineValues } from "../../normalize/baseline-values.ts";

function derived(uid: string): { pattern: string | undefined; scope: string | undefined } {
  const action = blankAction("kubernetes", "kubernetes-audit");
  action.resource_uids = [uid];
  deriveBaselineValues(action);
  return { pattern: action.resource_patterns[0], scope: action.resource_scopes[0] };
}

describe.each([
  ["a configured name", "cluster-42"],
  ["GKE", "example-prod/europe-west1/shop"],
  ["AKS", "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks-1"],
  ["EKS", "arn:aws:eks:eu-west-1:111122223333:cluster/shop"],
])("objects of a cluster named by %s", (_, cluster) => {
  test("pods of one deployment have one pattern, in the namespace that they stand in", () => {
    const [one, other] = [derived(`${cluster}/core/pods/shop/web-7c9d8f6b5-x2x9k`), derived(`${cluster}/core/pods/shop/web-66f4d9c7bd-qv8zt`)];
    expect(one).toEqual({ pattern: `${cluster}/core/pods/shop/web-*`, scope: `${cluster}/core/pods/shop` });
    expect(other).toEqual(one);
  });

  test("other objects keep their names, and objects without a namespace stand in the cluster", () => {
    expect(derived(`${cluster}/core/secrets/shop/db-creds`)).toEqual({
      pattern: `${cluster}/core/secrets/shop/db-creds`,
      scope: `${cluster}/core/secrets/shop`,
    });
    expect(derived(`${cluster}/rbac.authorization.k8s.io/clusterroles//edit`).scope).toBe(`${cluster}/rbac.authorization.k8s.io/clusterroles/`);
  });
});

test("resources of the clouds are not taken for objects of a cluster", () => {
  expect(derived("arn:aws:s3:::logs/a/b/c/d/e").scope).toBe("arn:aws:s3:::logs");
  expect(derived("//storage.googleapis.com/projects/_/buckets/exports/objects/a/b").scope).toBe(
    "//storage.googleapis.com/projects/_/buckets/exports",
  );
  const vault = "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg/providers/microsoft.keyvault/vaults/v";
  expect(derived(`${vault}/secrets/a`).scope).toBe(vault);
});

test("a hostile name costs no more than its length", () => {
  const hostile = ["a/", "/", "arn:", ":eks:", "/subscriptions/", "/managedclusters/x", "a//", "-x2x9k"];
  for (const part of hostile) {
    for (const start of ["", "arn:", "/subscriptions/", "x/"]) {
      const derivedPattern = derived(start + part.repeat(100_000)).pattern;
      expect(derivedPattern?.length).toBeLessThanOrEqual(256);
    }
  }
});
