// Kubernetes requests: verb, group, resource, name. What an API server answers is left to the record, unless something fails.
import type { KubernetesCall } from "../identity.ts";

type Rest = Partial<Omit<KubernetesCall, "provider" | "verb" | "resource">>;

/** kubernetesCall("get", "pods", { namespace: "shop", name: "checkout-1" }); "apps/deployments" names a group. */
export function kubernetesCall(verb: string, resource: string, rest: Rest = {}): KubernetesCall {
  const slash = resource.lastIndexOf("/");
  const group = slash < 0 ? "" : resource.slice(0, slash);
  return { provider: "kubernetes", verb, group, version: "v1", resource: resource.slice(slash + 1), ...rest };
}

/** What RBAC refuses. */
export function forbidden(call: KubernetesCall, username: string): KubernetesCall {
  const scope = call.namespace === undefined ? "at the cluster scope" : `in the namespace "${call.namespace}"`;
  const message = `${call.resource} is forbidden: User "${username}" cannot ${call.verb} resource "${call.resource}" in API group "${call.group}" ${scope}`;
  return { ...call, failure: { code: "403", message } };
}
