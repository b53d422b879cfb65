// What an hour shows of how a machine's credential was used, beside the values themselves: two places at once, a desk, a hand that types, a pod
// outside its cluster, an environment. Said in few fixed words, so that a baseline can count days on which an identity showed them. It stands
// alone because detectors that know a mechanism all begin here.
import type { IdentityHour } from "./evidence.ts";
import { isPlace } from "./network-place.ts";
import { simultaneousUses } from "./simultaneous-use.ts";

export const twoPlaces = "one credential in two networks at once";
export const twoMachines = "one credential in two networks at once, with other agents";
export const twoAddresses = "a pod's token from two addresses";
export const platformAtDesk = "a platform's session at a desk";
export const atDesk = "an agent of a desk";
export const typedByHand = "typed with pauses";
export const production = "in production";
export const elsewhereThanProduction = "elsewhere than in production";

/** Workloads whose credentials a platform hands to them and takes back: nobody else is meant to hold one. */
const platformWorkloads: ReadonlySet<string> = new Set(["ec2-instance", "lambda-function", "ecs-task", "k8s-pod"]);

/** Empty for people: they sit at desks. */
export function traitsOf(row: IdentityHour): string[] {
  if (row.principal_type === "user" || row.workload_types.includes("human")) return [];
  const traits: string[] = [];
  const shared = simultaneousUses([row]);
  if (shared.length > 0) traits.push(twoPlaces);
  if (shared.some(({ isOtherAgent }) => isOtherAgent)) traits.push(twoMachines);
  if (row.desks.length > 0) traits.push(atDesk);
  if (platformSessionsAtDesks(row).length > 0) traits.push(platformAtDesk);
  if (isPacedByHand(row.typed)) traits.push(typedByHand);
  if (carriedTokens(row).length > 0) traits.push(twoAddresses);
  for (const { cluster, isOutside } of podUses(row)) traits.push(isOutside ? podOutside(cluster) : podInside(cluster));
  for (const [account] of row.places) traits.push(...environmentOf(account));
  for (const [, scope] of row.things) traits.push(...environmentOf(scope));
  return [...new Set(traits)];
}

export const podOutside = (cluster: string): string => `a pod's token from outside of ${cluster}`;
export const podInside = (cluster: string): string => `a pod's token within ${cluster}`;

interface DeskUse {
  readonly credential: string;
  readonly holder: string;
  readonly network: string;
  readonly agent: string;
}

/** Sessions of an instance, a function, a task or a pod, presented by an agent that says it runs on somebody's desk. */
export function platformSessionsAtDesks({ desks, holders, principal_type, workload_types }: IdentityHour): DeskUse[] {
  if (principal_type !== "managed-identity" && !workload_types.some((type) => platformWorkloads.has(type))) return [];
  const held = new Map(holders);
  return desks.flatMap(([credential, network, agent]) => {
    const holder = held.get(credential);
    return holder === undefined || credential === "" ? [] : [{ credential, holder, network, agent }];
  });
}

interface PodUse {
  readonly cluster: string;
  readonly pod: string;
  readonly credential: string;
  readonly network: string;
  readonly agent: string;
  /** From a public address: pods call their API server from within, or all of a cluster behind one exit. */
  readonly isOutside: boolean;
}

/** Uses of tokens that name their pod. */
export function podUses({ provider, principal_type, holders, uses, places }: IdentityHour): PodUse[] {
  if (provider !== "kubernetes" || principal_type !== "k8s-service-account") return [];
  const held = new Map(holders);
  const cluster = places[0]?.[0] ?? "";
  return uses.flatMap(([credential, , network, agent]) => {
    const pod = held.get(credential);
    if (pod === undefined || !isPlace(network)) return [];
    return [{ cluster, pod, credential, network, agent, isOutside: network !== "private" }];
  });
}

/** Tokens of pods that came from more than one private address. */
export function carriedTokens({ pod_addresses }: IdentityHour): { readonly credential: string; readonly addresses: readonly string[] }[] {
  const byCredential = Map.groupBy(pod_addresses, ([credential]) => credential);
  return [...byCredential].flatMap(([credential, pairs]) =>
    pairs.length > 1 ? [{ credential, addresses: pairs.map(([, address]) => address) }] : [],
  );
}

const fewestTyped = 6;
/** Between two commands a person reads and types: seconds, */
const shortestPause = 3;
/** to minutes. */
const longestPause = 300;
/** Share of the gaps that are such pauses. */
const leastPauses = 0.6;
/** Of the pauses, spread by mean: loops are even, people are not. */
const leastSpread = 0.4;

/** `seconds` of an hour in which an interactive tool called, ascending. */
export function isPacedByHand(seconds: readonly number[]): boolean {
  if (seconds.length < fewestTyped) return false;
  const gaps = seconds.slice(1).map((second, place) => second - (seconds[place] ?? second));
  const pauses = gaps.filter((gap) => gap >= shortestPause && gap <= longestPause);
  if (pauses.length < leastPauses * gaps.length) return false;
  const mean = pauses.reduce((sum, gap) => sum + gap, 0) / pauses.length;
  const variance = pauses.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / pauses.length;
  return Math.sqrt(variance) >= leastSpread * mean;
}

const productionWords: ReadonlySet<string> = new Set(["prod", "production", "prd", "live"]);
const otherWords: ReadonlySet<string> = new Set(
  "dev develop development test testing qa stage staging stg sandbox preprod nonprod uat int integration".split(" "),
);

/** By the words of a name of an account, namespace, bucket, group: what it calls itself. */
function environmentOf(name: string): string[] {
  const words = name.toLowerCase().split(/[^a-z]+/);
  if (words.some((word) => otherWords.has(word))) return [elsewhereThanProduction];
  return words.some((word) => productionWords.has(word)) ? [production] : [];
}
