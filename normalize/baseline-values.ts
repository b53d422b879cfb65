// Values that only baselines read, derived from a normalised action: resources with their generated parts taken out, what
// each stands in, and the network. In one place, so that every format's resources are templated by the same rules.
import type { NormalizedAction } from "../model/identity-action.ts";
import { memoize, memoizeText } from "./memoize.ts";

/** Fills the fields of the action that are marked Derived in the model. */
export function deriveBaselineValues(action: NormalizedAction): void {
  const { resource_uids: uids } = action;
  if (uids.length > 0) {
    action.resource_patterns = [];
    action.resource_scopes = [];
    for (const uid of uids) {
      const { pattern, scope } = resourceFacts(uid);
      action.resource_patterns.push(pattern);
      action.resource_scopes.push(scope);
    }
  }
  action.src_network = networkOf(action.src_ip, action.src_kind);
}

const resourceFacts = memoizeText((uid) => ({ pattern: resourcePattern(uid), scope: resourceScope(uid) }));

/** Generated parts: UUIDs, long hexadecimal or mixed ids, dates and numbers, and the two suffixes of a Kubernetes pod. */
const generatedParts = new RegExp(
  [
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
    "(?<![0-9A-Za-z])(?=[0-9a-zA-Z]{0,40}[0-9])[0-9a-zA-Z]{16,64}(?![0-9A-Za-z])",
    "(?<![0-9A-Za-z])[0-9a-f]{8,15}(?![0-9A-Za-z])",
    "[0-9]{2,}",
  ].join("|"),
  "g",
);
const podSuffix = /(?:-[0-9a-f]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** cluster/group/resource/namespace/name, read from its end: GKE's clusters, AKS's ids and EKS's ARNs have slashes themselves. */
const kubernetesUid =
  /^(?<cluster>(?!arn:)[^/]+(?:\/[^/]+)*|arn:[^/:]*:eks:[^/:]*:[^/:]*:cluster\/[^/]+|\/subscriptions\/.*\/managedclusters\/[^/]+)\/[^/]+\/(?<resource>[^/]+)\/[^/]*\/[^/]*$/;
const generatedNames = new Set(["pods", "replicasets", "jobs", "events"]);
const longestPattern = 256;

/** The resource with generated parts as `*`, account and project ids kept: `arn:aws:s3:::logs/2026/11/x-0042.gz` -> `arn:aws:s3:::logs/*\/*\/x-*.gz`. */
function resourcePattern(uid: string): string {
  const kubernetes = kubernetesUid.exec(uid)?.groups;
  const kept = kubernetes?.cluster?.length ?? (uid.startsWith("arn:") ? endOfArnAccount(uid) : 0);
  const named = generatedNames.has(kubernetes?.resource ?? "") ? uid.replace(podSuffix, "-*") : uid;
  return (named.slice(0, kept) + named.slice(kept, kept + 1024).replace(generatedParts, "*")).slice(0, longestPattern);
}

/** What the resource stands in: bucket, vault or other named container, resource group, namespace; else its account. */
function resourceScope(uid: string): string {
  if (kubernetesUid.test(uid)) return uid.slice(0, uid.lastIndexOf("/"));
  if (uid.startsWith("arn:")) return uid.split(":")[2] === "s3" ? untilNth(uid, "/", 1) : uid.slice(0, Math.max(endOfArnAccount(uid) - 1, 0));
  if (uid.startsWith("/subscriptions/")) return uid.includes("/providers/") ? untilNth(uid, "/", 9) : untilNth(uid, "/", 5);
  if (uid.startsWith("//")) return untilNth(uid, "/", uid.includes("/buckets/") ? 7 : 5);
  return untilNth(uid, "/", 4);
}

/** Public addresses by /24 or /48, so that a neighbour of a known address is known; every other class as its name. */
const networkOf: (ip: string, kind: string) => string = memoize((ip: string, kind: string) => {
  if (ip === "" || (kind !== "internet" && !kind.startsWith("cloud:"))) return kind;
  return ip.includes(":") ? `${kind} ${untilNth(ip, ":", 3)}::/48` : `${kind} ${ip.slice(0, ip.lastIndexOf("."))}.0/24`;
});

/** Index behind the account of an ARN: `arn:partition:service:region:account:` | resource. */
function endOfArnAccount(arn: string): number {
  let index = -1;
  for (let colons = 0; colons < 5; colons++) {
    index = arn.indexOf(":", index + 1);
    if (index < 0) return arn.length;
  }
  return index + 1;
}

/** The text before the nth separator; the whole text where there are fewer. */
function untilNth(text: string, separator: string, nth: number): string {
  let index = -1;
  for (let count = 0; count < nth; count++) {
    index = text.indexOf(separator, index + 1);
    if (index < 0) return text;
  }
  return text.slice(0, index);
}
