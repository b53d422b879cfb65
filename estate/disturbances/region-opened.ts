// A product opens another region of AWS: its machines do there, too, what they do at home.
import { isWork } from "../altered-act.ts";
import type { Disturbance } from "../disturbance.ts";
import { type AwsCall, isActOf } from "../identity.ts";
import type { NonEmpty } from "../random.ts";
import { identityUids, idsOf, isMachine } from "./fleet.ts";
import { officeMoment } from "./office-moment.ts";

const newRegions: NonEmpty<string> = ["eu-north-1", "ap-southeast-1", "us-east-2", "ca-central-1", "eu-west-3"];
/** Of a machine's calls, how many it makes in the new region as well. */
const newShare = 0.3;

export const regionOpened: Disturbance = {
  id: "region-opened",
  says: "Machines work in a region that the organisation never used, with resources that nobody has seen.",
  providers: ["aws"],
  perMonth: 1.6,
  plan({ world, residents, random, startMs: wantedMs }) {
    const account = random.pick(world.aws.accounts);
    const ofAccount = residents.filter((resident) => isMachine(resident) && resident.machine.identities.some((each) => each.account === account.id));
    const opened = random.shuffled(ofAccount).slice(0, Math.max(1, Math.ceil(ofAccount.length / 4)));
    if (opened.length === 0) return undefined;
    const region = random.pick(newRegions.filter((each) => !account.regions.includes(each))) ?? newRegions[0];
    const startMs = officeMoment(world, wantedMs, account.timeZone);
    return {
      startMs,
      endMs: world.endMs,
      touches: idsOf(opened),
      identities: identityUids(opened),
      prose: `${opened.length} of the machines of account ${account.name} began to work in ${region}`,
      intercept(act, resident, own) {
        if (!isActOf(act, "aws") || !isWork(act, resident) || !own.chance(newShare)) return [act];
        const home = act.call.region ?? act.access.region;
        return home === region ? [act] : [act, { ...act, atMs: act.atMs + own.integer(100, 900), call: there(act.call, home, region) }];
      },
    };
  },
};

/** The same call in another region: of its resources there, which have other ids. */
function there(call: AwsCall, home: string, region: string): AwsCall {
  const { request, response, resources, ...facts } = call;
  const moved = JSON.stringify({ request, response, resources })
    .replaceAll(home, region)
    .replaceAll(/-0[0-9a-f]{16}(?![0-9a-f])/g, (id) => `-0${[...id.slice(2)].reverse().join("")}`);
  return { ...facts, region, ...(JSON.parse(moved) as Pick<AwsCall, "request" | "response" | "resources">) };
}
