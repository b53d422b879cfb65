// A release: all machines of a product or a persona come back within half an hour, with a newer agent, and from then on make calls
// and read resources that they never knew.
import { by, isWork } from "../altered-act.ts";
import { minuteMs } from "../calendar.ts";
import { awsCall, getSecretValue } from "../calls/aws.ts";
import { azureCall } from "../calls/azure.ts";
import { storageObject } from "../calls/gcp.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import type { Disturbance } from "../disturbance.ts";
import { type Act, isActOf } from "../identity.ts";
import { newerAgent } from "../newer-agent.ts";
import type { Random } from "../random.ts";
import { amendAll, identityUids, idsOf, pickFleet } from "./fleet.ts";
import { officeMoment } from "./office-moment.ts";

/** How often a machine's call is followed by one of the new ones. */
const newShare = 0.08;

export const deployment: Disturbance = {
  id: "deployment",
  says: "Many machines begin at once to make calls, use resources and show an agent that they never did.",
  providers: [],
  perMonth: 7,
  plan(planning) {
    const { world, random } = planning;
    const fleet = pickFleet(planning, random.chance(0.7) ? "product" : "persona");
    if (fleet === undefined) return undefined;
    const startMs = officeMoment(world, planning.startMs, "Europe/Berlin");
    const begins = new Map(fleet.residents.map(({ id }) => [id, Math.floor(startMs + random.between(0, 30 * minuteMs))]));
    for (const resident of fleet.residents) {
      amendAll(resident, begins.get(resident.id) ?? startMs, ({ userAgent }) => ({ userAgent: newerAgent(userAgent) }));
    }
    const release = `${fleet.name}-${random.word(5)}`;
    return {
      startMs,
      endMs: world.endMs,
      touches: idsOf(fleet.residents),
      identities: identityUids(fleet.residents),
      prose: `release ${release} was deployed on ${fleet.says}`,
      intercept(act, resident, own) {
        if (act.atMs < (begins.get(resident.id) ?? startMs) || !isWork(act, resident) || !own.chance(newShare)) return [act];
        const added = newCall(act, release, own);
        return added === undefined ? [act] : [act, added];
      },
    };
  },
};

/** What the release does besides, right after a call, by whoever made that. */
function newCall(act: Act, release: string, random: Random): Act | undefined {
  const atMs = act.atMs + random.integer(30, 400);
  const other = random.chance(0.4);
  if (isActOf(act, "aws")) {
    const { account, region } = act.access;
    const parameter = { name: `/${release}/features`, withDecryption: true };
    const call = other ? getSecretValue(account, region, `${release}/signing-Ab3xQ9`) : awsCall("ssm", "GetParameter", { request: parameter });
    return { atMs, access: act.access, call };
  }
  if (isActOf(act, "azure") && act.call.log === "activity") {
    const subscription = /^\/subscriptions\/[^/]+/i.exec(act.call.resourceId)?.[0];
    if (subscription === undefined) return undefined;
    const [type, verb] = other
      ? ["Microsoft.Storage/storageAccounts", "listKeys/action"]
      : ["Microsoft.AppConfiguration/configurationStores", "ListKeys/action"];
    const id = `${subscription}/resourceGroups/${release}/providers/${type}/${release.replaceAll("-", "")}`;
    return { atMs, access: act.access, call: azureCall(`${type}/${verb}`, { id, location: act.call.location }) };
  }
  if (isActOf(act, "gcp")) {
    const { project } = act.call;
    return { atMs, access: act.access, call: storageObject("get", project, `${project}-${release}`, other ? "model/latest.bin" : "features.json") };
  }
  if (!isActOf(act, "kubernetes")) return undefined;
  const { namespace = "default" } = act.call;
  const call = other
    ? kubernetesCall("list", "discovery.k8s.io/endpointslices", { namespace })
    : kubernetesCall("get", "configmaps", { namespace, name: `${release}-features` });
  return by({ ...act, atMs, call }, act.access);
}
