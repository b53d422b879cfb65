// A vendor's product that looks after the cloud's security: from the vendor's own account it assumes a role in each of the customer's
// accounts, with the external id that was agreed on, and reads every configuration there is.
import { agents } from "../agents.ts";
import { bucketCall, bucketConfiguration, denied, inTurn, inventoryCall, inventoryCalls } from "../calls/aws.ts";
import { awsRole } from "../credentials/aws.ts";
import { awsVendor, vendorRole } from "../credentials/aws-accounts.ts";
import type { Persona } from "../persona.ts";
import { daily, every } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const thirdPartyVendor: Persona = {
  id: "third-party-vendor",
  says: "A vendor that scans all configuration every day, by a role that trusts its account and an external id.",
  providers: ["aws"],
  share: 4,
  create({ world, random, name }) {
    const vendor = awsVendor(random, random.pick(["999988887777", "888877776666", "777788889999"] as const));
    const network = publicNetwork(random);
    const origin = { address: random.addressIn(network), userAgent: random.chance(0.5) ? agents.boto3(random) : agents.goSdk(random) };
    const externalId = random.uuid();
    const accounts = random.shuffled(world.aws.accounts).slice(0, random.integer(1, 3));
    const reach = accounts.map((account) => {
      const role = awsRole(random, account, name("posture-scanner"), { workload: "third-party" });
      const options = { ...origin, region: account.regions[0], externalId, sessionName: (atMs: number) => `scan-${Math.floor(atMs / 60_000)}` };
      const reads = random.shuffled(inventoryCalls).slice(0, random.integer(18, inventoryCalls.length));
      return { account, reads, buckets: random.integer(2, 9), way: vendorRole(random, vendor, role, options) };
    });
    const full = daily(`${String(random.integer(0, 23)).padStart(2, "0")}:${random.integer(10, 59)}`, "UTC");
    const quick = every(360, random.integer(0, 359));

    return {
      identities: [vendor.identity, ...reach.map(({ way }) => way.identity)],
      ways: reach.map(({ way }) => way),
      purpose: `checks the configuration of ${accounts.map((account) => account.name).join(", ")}`,
      schedule: `all of it ${full.text}, a part ${quick.text}`,
      live(hour) {
        const { random: chance } = hour;
        for (const { account, way, reads, buckets } of reach) {
          for (const startMs of hour.starts(full, 900_000)) {
            way.end(startMs);
            const regions = account.regions.flatMap((region) => reads.map((read) => ({ ...inventoryCall(read), region })));
            const names = Array.from({ length: buckets }, (_, number) => `${world.organisation}-${account.name}-${number}`);
            const ofBuckets = names.flatMap((bucket) =>
              bucketConfiguration.map(([read, member]) =>
                bucketCall(read, member, { name: bucket, account: account.id, region: account.regions[0] }),
              ),
            );
            // The vendor's product asks for more than it was given, and always has.
            const refused = chance.chance(0.3) ? [denied(inventoryCall(["secretsmanager", "ListSecrets"]), way.identity.uid)] : [];
            inTurn(hour, way, startMs, 180, [...chance.shuffled(regions), ...ofBuckets, ...refused]);
          }
          for (const startMs of hour.starts(quick, 120_000)) {
            way.end(startMs);
            inTurn(hour, way, startMs, 180, reads.slice(0, 7).map(inventoryCall));
          }
        }
        hour.sort();
      },
    };
  },
};
