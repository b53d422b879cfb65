// What a Kubernetes request does, as a class: by verb, and by the few resources that hold secrets or rights.
import type { Activity } from "../../model/identity-action.ts";

const readVerbs = new Set(["get", "list", "watch", "head", "options", "GET", "HEAD", "OPTIONS"]);

/** Resources of which a change gives rights, proves identities or changes what is admitted and logged. */
const adminResources = new Set([
  "roles",
  "rolebindings",
  "clusterroles",
  "clusterrolebindings",
  "serviceaccounts",
  "certificatesigningrequests",
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "apiservices",
  "nodes/proxy",
]);

/** A shell or a tunnel into a running workload: whoever opens it acts with that workload's rights. */
const intrusiveSubresources = new Set(["exec", "attach", "portforward", "proxy", "ephemeralcontainers"]);

const authenticationResources = new Set(["tokenreviews", "subjectaccessreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews", "localsubjectaccessreviews", "selfsubjectreviews"]);

export function requestActivity(verb: string, group: string, resource: string, subresource: string): Activity {
  if (resource === "serviceaccounts" && subresource === "token") return "auth";
  if (authenticationResources.has(resource)) return "auth";
  if (intrusiveSubresources.has(subresource)) return "admin";
  if (verb === "impersonate" || verb === "bind" || verb === "escalate" || verb === "approve") return "admin";
  const isRead = readVerbs.has(verb);
  if (resource === "secrets" && (group === "" || group === "core")) return isRead ? "secret-read" : "data-write";
  if (resource === "pods" && subresource === "log") return "data-read";
  if (resource === "configmaps") return isRead ? "data-read" : "data-write";
  if (isRead) return "read";
  return adminResources.has(resource) ? "admin" : "write";
}
