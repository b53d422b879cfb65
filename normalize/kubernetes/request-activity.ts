// What a Kubernetes request does, as a class: by verb, and by a table of the resources where verb and name do not tell.
import type { Activity } from "../../model/identity-action.ts";

interface ResourceClass {
  /** Verbs that only look. */
  readonly reads: Activity;
  readonly writes: Activity;
  readonly because: string;
}

const rights: Omit<ResourceClass, "because"> = { reads: "read", writes: "admin" };
const always = (activity: Activity, because: string): ResourceClass => ({ reads: activity, writes: activity, because });

/**
 * By group/resource, group/resource/subresource, or the subresource of any resource as * and its name; the most exact key decides.
 * exec from a recent kubectl is verb get (a websocket), so that its class cannot follow the verb.
 */
const resourceClasses: ReadonlyMap<string, ResourceClass> = new Map([
  ["core/secrets", { reads: "secret-read", writes: "data-write", because: "list and watch answer with the contents too" }],
  ["core/serviceaccounts/token", always("auth", "hands out a token of the service account")],
  ["authentication.k8s.io/tokenreviews", always("auth", "asks whose token it is")],
  ["authentication.k8s.io/selfsubjectreviews", always("read", "asks who one is; nothing changes, though the verb is create")],
  ["authorization.k8s.io/subjectaccessreviews", always("read", "asks what one may; nothing changes, though the verb is create")],
  ["authorization.k8s.io/localsubjectaccessreviews", always("read", "as subjectaccessreviews")],
  ["authorization.k8s.io/selfsubjectaccessreviews", always("read", "as subjectaccessreviews")],
  ["authorization.k8s.io/selfsubjectrulesreviews", always("read", "as subjectaccessreviews")],
  ["*/exec", always("admin", "a command in a running workload: from then on the caller has that workload's rights")],
  ["*/attach", always("admin", "as exec")],
  ["*/portforward", always("admin", "a tunnel into a running workload, past network policy and the service's own door")],
  ["*/proxy", always("admin", "as portforward; on nodes it is the kubelet's own interface, which runs commands without a further check")],
  ["*/ephemeralcontainers", { reads: "read", writes: "admin", because: "a container of the caller's choice in a running workload" }],
  ["core/pods/log", always("data-read", "what the workload wrote")],
  ["core/configmaps/aws-auth", { ...rights, because: "maps AWS identities to users of an EKS cluster" }],
  ["core/serviceaccounts", { ...rights, because: "an identity" }],
  ["rbac.authorization.k8s.io/roles", { ...rights, because: "rights" }],
  ["rbac.authorization.k8s.io/clusterroles", { ...rights, because: "rights" }],
  ["rbac.authorization.k8s.io/rolebindings", { ...rights, because: "rights" }],
  ["rbac.authorization.k8s.io/clusterrolebindings", { ...rights, because: "rights" }],
  ["certificates.k8s.io/certificatesigningrequests", { ...rights, because: "a client certificate is asked for or granted" }],
  ["certificates.k8s.io/clustertrustbundles", { ...rights, because: "whom workloads trust" }],
  ["admissionregistration.k8s.io/mutatingwebhookconfigurations", { ...rights, because: "sees and changes every object that is written" }],
  ["admissionregistration.k8s.io/validatingwebhookconfigurations", { ...rights, because: "decides what is admitted" }],
  ["admissionregistration.k8s.io/validatingadmissionpolicies", { ...rights, because: "decides what is admitted" }],
  ["admissionregistration.k8s.io/validatingadmissionpolicybindings", { ...rights, because: "decides what is admitted" }],
  ["admissionregistration.k8s.io/mutatingadmissionpolicies", { ...rights, because: "decides what is admitted" }],
  ["admissionregistration.k8s.io/mutatingadmissionpolicybindings", { ...rights, because: "decides what is admitted" }],
  ["apiregistration.k8s.io/apiservices", { ...rights, because: "sends a part of the API to another server" }],
]);

const readVerbs = new Set(["get", "list", "watch", "head", "options"]);
/** Verbs of authorization: they stand for a right, not for a change of an object. */
const rightVerbs = new Set(["impersonate", "bind", "escalate", "approve", "sign", "attest"]);

export function requestActivity(verb: string, group: string, resource: string, subresource: string, name: string): Activity {
  const lowerVerb = verb.toLowerCase();
  if (rightVerbs.has(lowerVerb)) return "admin";
  const isRead = readVerbs.has(lowerVerb);
  const found = classOf(group === "" ? "core" : group, resource, subresource, name);
  if (found !== undefined) return isRead ? found.reads : found.writes;
  return isRead ? "read" : "write";
}

function classOf(group: string, resource: string, subresource: string, name: string): ResourceClass | undefined {
  const key = `${group}/${resource}`;
  if (subresource !== "") {
    return resourceClasses.get(`${key}/${subresource}`) ?? resourceClasses.get(`*/${subresource}`) ?? resourceClasses.get(key);
  }
  // A few objects are known by name; a pod that is called "log" is none of them.
  return (key === "core/configmaps" ? resourceClasses.get(`${key}/${name}`) : undefined) ?? resourceClasses.get(key);
}
