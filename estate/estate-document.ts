// The truth in words: estate.json says who is in the estate and what happened that was no attack; machinetrail.yaml tells a scan what
// an operator would know of the clusters.
import type { EstateOptions } from "./generate.ts";
import { layouts } from "./layouts/registry.ts";
import type { Plans } from "./plans.ts";
import type { Census, Seen } from "./population.ts";
import type { World } from "./world.ts";

/** Counted up when the same seed gives other records than before. */
const version = 1;

export function estateDocument({ seed, days, identities, providers }: EstateOptions, world: World, census: Census, plans: Plans): string {
  const document = {
    version,
    seed,
    start: new Date(world.startMs).toISOString(),
    days,
    asked_identities: identities,
    providers,
    layouts: Object.fromEntries(Object.entries(layouts).map(([id, { says }]) => [id, says])),
    identities: census.all().map(identityEntry),
    disturbances: plans.occurrences.map(({ disturbance, occurrence }) => ({
      disturbance: disturbance.id,
      start: new Date(occurrence.startMs).toISOString(),
      end: new Date(occurrence.endMs).toISOString(),
      identities: occurrence.identities,
      prose: occurrence.prose,
      says: disturbance.says,
    })),
    unplaced_attacks: plans.unplaced.map(({ attack, parameters }) => ({ attack, parameters })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

export type EstateIdentity = ReturnType<typeof identityEntry>;

function identityEntry({ identity, owner, events, firstMs, lastMs }: Seen) {
  const createdAtMs = owner?.machine.createdAtMs;
  return {
    identity_uid: identity.uid,
    name: identity.name,
    provider: identity.provider,
    principal_type: identity.principalType,
    workload_type: identity.workloadType,
    is_machine: identity.isMachine,
    account: identity.account,
    machine: owner?.id ?? "",
    persona: owner?.persona.id ?? "surroundings",
    purpose: owner?.machine.purpose ?? "acts for others: a cloud's service, a cluster's node",
    schedule: owner?.machine.schedule ?? "when others need it",
    created_at: createdAtMs === undefined ? null : new Date(createdAtMs).toISOString(),
    events,
    first_seen: events === 0 ? null : new Date(firstMs).toISOString(),
    last_seen: events === 0 ? null : new Date(lastMs).toISOString(),
  };
}

export function scanConfiguration({ clusters }: World): string {
  const [bare] = clusters.filter(({ layout }) => layout === "kubernetes-log");
  const trusted = clusters.filter(({ oidcIssuer }) => oidcIssuer !== "");
  return [
    "# What an operator knows of this estate and its records do not say: machinetrail scan logs --config machinetrail.yaml",
    ...(bare === undefined ? [] : [`default_account: ${bare.uid}`]),
    "kubernetes:",
    "  clusters:",
    ...trusted.flatMap(({ uid, oidcIssuer }) => [`    - name: ${uid}`, `      oidc_issuer: https://${oidcIssuer}`]),
    "",
  ].join("\n");
}
