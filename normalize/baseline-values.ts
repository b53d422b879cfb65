// Values that only baselines read, derived from a normalised action: resources with their generated parts taken out, what
// each stands in, and the network. In one place, so that every format's resources are templated by the same rules.
import type { NormalizedAction } from "../model/identity-action.ts";
import { memoize } from "./memoize.ts";
import { resourcePlace } from "./resource-pattern.ts";

/** Fills the fields of the action that are marked Derived in the model, the network where it is not known from an action of the same origin. */
export function deriveBaselineValues(action: NormalizedAction): void {
  if (action.src_network === "") action.src_network = networkForBaseline(action.src_ip, action.src_kind);
  for (const uid of action.resource_uids) {
    const { pattern, scope } = resourcePlace(uid);
    action.resource_patterns.push(pattern);
    action.resource_scopes.push(scope);
  }
}

/** Public addresses by /24 or /48, so that a neighbour of a known address is known; every other class as its name. */
export const networkForBaseline: (ip: string, kind: string) => string = memoize((ip: string, kind: string) => {
  if (ip === "" || (kind !== "internet" && !kind.startsWith("cloud:"))) return kind;
  return ip.includes(":") ? `${kind} ${firstGroups(ip)}::/48` : `${kind} ${ip.slice(0, ip.lastIndexOf("."))}.0/24`;
});

function firstGroups(ip: string): string {
  return ip.split(":", 3).join(":");
}
