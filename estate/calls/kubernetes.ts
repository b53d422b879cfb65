// Kubernetes requests: verb, group, resource, name. What an API server answers is left to the record, unless something fails.
import type { KubernetesCall } from "../identity.ts";

type Rest = Partial<Omit<KubernetesCall, "provider" | "verb" | "resource">>;

/** kubernetesCall("get", "pods", { namespace: "shop", name: "checkout-1" }); "apps/deployments" names a group. */
export function kubernetesCall(verb: string, resource: string, rest: Rest = {}): KubernetesCall {
  const slash = resource.lastIndexOf("/");
  const group = slash < 0 ? "" : resource.slice(0, slash);
  return { provider: "kubernetes", verb, group, version: "v1", resource: resource.slice(slash + 1), ...rest };
}

/** What RBAC refuses, in the API server's words. */
export function forbidden(call: KubernetesCall, username: string): KubernetesCall {
  const { group, resource, subresource, name, namespace, verb } = call;
  const what = `${resource}${group === "" ? "" : `.${group}`}${name === undefined ? "" : ` "${name}"`}`;
  const asked = subresource === undefined ? resource : `${resource}/${subresource}`;
  const scope = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const message = `${what} is forbidden: User "${username}" cannot ${verb} resource "${asked}" in API group "${group}" ${scope}`;
  return { ...call, failure: { code: "403", message } };
}
