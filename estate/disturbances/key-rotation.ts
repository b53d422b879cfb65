// Credentials that last are replaced, on schedule or all at once after an audit: access keys, service accounts' keys, applications'
// secrets and certificates, kubelets' certificates.
import { hourMs, minuteMs } from "../calendar.ts";
import { rotateAccessKey } from "../credentials/aws.ts";
import { rotateAccountKey, rotateApplicationCredential, rotateKubeletCertificates } from "../credentials/rotation.ts";
import { type AnyWay, isAwsWay, isAzureWay, isGcpWay, isKubernetesWay } from "../credentials/way.ts";
import type { Disturbance, Occurrence, OccurrencePlanning } from "../disturbance.ts";
import type { Hour } from "../hour.ts";
import type { Resident } from "../persona.ts";
import type { World } from "../world.ts";
import { awsAdministrator, azureAdministrator, gcpAdministrator } from "./administration.ts";

interface Holder {
  readonly resident: Resident;
  readonly way: AnyWay;
}

export const keyRotation: Disturbance = {
  id: "key-rotation",
  says: "Credentials that nobody has seen are in use, made by whoever never makes any; the old ones are gone.",
  providers: [],
  perMonth: 7,
  plan(planning) {
    const { world, residents, random } = planning;
    // Whole hours: who lives in one sees what was replaced at its start.
    const startMs = Math.ceil(planning.startMs / hourMs) * hourMs;
    const holders = residents.flatMap((resident) =>
      resident.machine.ways.filter((way) => way.kind === "static-key" && !isKubernetesWay(way)).map((way) => ({ resident, way })),
    );
    const hasClusters = residents.some(({ machine }) => machine.identities.some(({ provider }) => provider === "kubernetes"));
    if (hasClusters && random.chance(holders.length === 0 ? 1 : 0.2)) return kubelets(planning, startMs);
    const count = random.chance(0.2) ? random.integer(3, 8) : 1;
    const chosen = oneEach(random.shuffled(holders)).slice(0, count);
    if (chosen.length === 0) return undefined;
    return {
      startMs,
      endMs: startMs + 2 * hourMs,
      identities: chosen.map(({ way }) => way.identity.uid),
      prose: `${chosen.length > 1 ? "after an audit, " : ""}the keys of ${chosen.map(({ way }) => way.identity.name).join(", ")} were replaced`,
      act(hour) {
        if (hour.startMs !== startMs) return;
        for (const [number, holder] of chosen.entries()) rotate(hour, world, holder, startMs + (5 + number * 6) * minuteMs);
      },
    };
  },
};

function kubelets({ world, random }: OccurrencePlanning, startMs: number): Occurrence {
  const cluster = random.pick(world.clusters);
  return {
    startMs,
    endMs: startMs + hourMs,
    identities: cluster.nodes.map(({ identity }) => identity.uid),
    prose: `the kubelets of cluster ${cluster.name} renewed their certificates`,
    act(hour) {
      if (hour.startMs === startMs) rotateKubeletCertificates(hour.random, cluster, startMs + 1_000, hour);
    },
  };
}

/** Ways that share an identity share its key. */
function oneEach(holders: readonly Holder[]): Holder[] {
  return [...new Map(holders.map((holder) => [holder.way.identity.uid, holder])).values()];
}

function rotate(hour: Hour, world: World, { resident, way }: Holder, atMs: number): void {
  const { random } = hour;
  const isByItself = random.chance(0.4);
  if (isAwsWay(way)) {
    const by = isByItself ? way : awsAdministrator(world, way.identity.account);
    rotateAccessKey(random, way, by.at(atMs, hour), atMs, hour);
  } else if (isGcpWay(way)) {
    const by = isByItself ? way : gcpAdministrator(world, way.identity.account);
    rotateAccountKey(random, way, by.at(atMs, hour), atMs, hour);
  } else if (isAzureWay(way)) {
    const others = resident.machine.ways
      .filter(isAzureWay)
      .filter((each) => each !== way && each.kind === way.kind && each.identity === way.identity);
    rotateApplicationCredential(random, [way, ...others], azureAdministrator(world).at(atMs - minuteMs, hour), atMs, hour);
  }
}
