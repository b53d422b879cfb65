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

/** Why everybody who authenticated may ask what it may. */
export const basicUser = 'RBAC: allowed by ClusterRoleBinding "system:basic-user" of ClusterRole "system:basic-user" to Group "system:authenticated"';

/** kubectl auth can-i --list */
export function whatMayI(namespace: string): KubernetesCall {
  const kind = "SelfSubjectRulesReview";
  const apiVersion = "authorization.k8s.io/v1";
  const asked = { resourceRules: null, nonResourceRules: null, incomplete: false };
  const basic = [
    { verbs: ["create"], apiGroups: ["authorization.k8s.io"], resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"] },
    { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
  ];
  return kubernetesCall("create", "authorization.k8s.io/selfsubjectrulesreviews", {
    requestObject: { kind, apiVersion, metadata: {}, spec: { namespace }, status: asked },
    responseObject: { kind, apiVersion, metadata: {}, spec: {}, status: { ...asked, resourceRules: basic } },
  });
}

/** kubectl auth can-i VERB RESOURCE */
export function mayI(verb: string, resource: string, namespace: string, allowed: boolean): KubernetesCall {
  const review = { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {} };
  const spec = { resourceAttributes: { namespace, verb, resource } };
  return kubernetesCall("create", "authorization.k8s.io/selfsubjectaccessreviews", {
    requestObject: { ...review, spec, status: { allowed: false } },
    responseObject: { ...review, spec, status: { allowed } },
  });
}

/** A shell, or one command, in a pod. */
export function execInto(namespace: string, pod: string, command: string): KubernetesCall {
  const words = command.split(" ").map((word) => `command=${encodeURIComponent(word)}`);
  return kubernetesCall("create", "pods", {
    namespace,
    name: pod,
    subresource: "exec",
    status: 101,
    query: `${words.join("&")}&stdin=true&stdout=true&tty=true`,
  });
}

interface Binding {
  readonly name: string;
  /** Absent: in the whole cluster. */
  readonly namespace?: string;
  readonly clusterRole: string;
  readonly account: { readonly namespace: string; readonly name: string };
}

/** A role given to a service account. */
export function bindRole({ name, namespace, clusterRole, account }: Binding): KubernetesCall {
  const kind = namespace === undefined ? "ClusterRoleBinding" : "RoleBinding";
  const body = {
    kind,
    apiVersion: "rbac.authorization.k8s.io/v1",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    subjects: [{ kind: "ServiceAccount", name: account.name, namespace: account.namespace }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRole },
  };
  return kubernetesCall("create", `rbac.authorization.k8s.io/${kind.toLowerCase()}s`, {
    ...(namespace === undefined ? {} : { namespace }),
    name,
    requestObject: body,
    responseObject: body,
  });
}

/** What somebody else changed in between. */
export function conflict(call: KubernetesCall): KubernetesCall {
  const message = `Operation cannot be fulfilled on ${call.resource} "${call.name ?? ""}": the object has been modified; please apply your changes to the latest version and try again`;
  return { ...call, failure: { code: "409", message } };
}
