// A third party moves its service: the same credentials come from addresses that nobody has seen.
import type { Disturbance } from "../disturbance.ts";
import { publicNetwork } from "../world.ts";
import { amendAll, identityUids } from "./fleet.ts";

const ipv4 = /^\d+\.\d+\.\d+\.(\d+)$/;

export const vendorMoves: Disturbance = {
  id: "vendor-moves",
  says: "A credential that lies outside of the organisation is used from a network that it never came from.",
  providers: [],
  perMonth: 2.5,
  plan({ world, residents, random, startMs }) {
    const working = (workloads: readonly string[]) =>
      residents.filter(({ machine }) =>
        machine.identities.some(({ workloadType, provider }) => workloads.includes(workloadType) && provider !== "kubernetes"),
      );
    const vendors = working(["third-party"]);
    const vendor = random.pick(vendors.length > 0 ? vendors : working(["on-prem-service"]));
    if (vendor === undefined) return undefined;
    const network = publicNetwork(random);
    amendAll(vendor, startMs, ({ address }) => {
      const last = ipv4.exec(address)?.[1];
      return last === undefined ? {} : { address: `${network}.${last}` };
    });
    const identities = identityUids([vendor]);
    return { startMs, endMs: world.endMs, identities, prose: `${vendor.machine.identities[0]?.name ?? vendor.id} moved to ${network}.0/24` };
  },
};
