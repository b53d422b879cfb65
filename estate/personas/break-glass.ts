// The role for emergencies: a person assumes it with a second factor a few times a year, and does in an hour what nobody does otherwise.
// Once a quarter somebody tries whether it still works.
import { agents } from "../agents.ts";
import { dayMs } from "../calendar.ts";
import { awsCall, inTurn, inventoryCall, inventoryCalls } from "../calls/aws.ts";
import { accessKey, awsRole, awsUser } from "../credentials/aws.ts";
import { roleWithSecondFactor } from "../credentials/aws-people.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { quarterly } from "../schedule.ts";

const incidentsPerYear = 5;

export const breakGlass: Persona = {
  id: "break-glass",
  says: "A role for emergencies that a person uses a few times a year.",
  providers: ["aws"],
  share: 1,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const user = awsUser(random, account, name("emergency"), { workload: "human", isMachine: false });
    const role = awsRole(random, account, name("break-glass"), { path: "/emergency/", workload: "human", isMachine: false });
    const origin = { address: random.addressIn(random.pick(world.officeNetworks)), userAgent: agents.awsCliOnMac(random, "sts.assume-role"), region };
    const key = accessKey(random, user, origin, world.startMs - random.integer(200, 900) * dayMs);
    const session = roleWithSecondFactor(random, key, role, { ...origin, sessionName: (atMs) => `incident-${Math.floor(atMs / 1000)}` });
    const drill = quarterly(random.integer(3, 26), `${random.integer(9, 15)}:00`, account.timeZone);

    return {
      identities: [user, role],
      ways: [session, key],
      purpose: `emergencies in ${account.name}`,
      schedule: `about ${incidentsPerYear} times a year, at any hour; tried ${drill.text}`,
      live(hour) {
        const { random: chance } = hour;
        for (const atMs of hour.starts(drill, 1_800_000)) {
          session.end(atMs);
          inTurn(hour, session, atMs, 20_000, [awsCall("sts", "GetCallerIdentity"), awsCall("ec2", "DescribeInstances")]);
        }
        if (!chance.chance(incidentsPerYear / (365 * 24))) return;
        const atMs = hour.startMs + chance.integer(120_000, 2_400_000);
        session.end(atMs);
        inTurn(hour, session, atMs, 35_000, incident(chance, region));
      },
    };
  },
};

/** Look around in a hurry, change something, look whether it helped. */
function incident(random: Random, region: string): AwsCall[] {
  const look = (): AwsCall[] =>
    Array.from({ length: random.integer(4, 18) }, () => inventoryCall(random.pick(inventoryCalls) ?? ["ec2", "DescribeInstances"]));
  const instanceId = `i-0${random.hex(16)}`;
  const groupId = `sg-0${random.hex(16)}`;
  const fixes = [
    awsCall("ec2", "RebootInstances", { request: { instancesSet: { items: [{ instanceId }] } } }),
    awsCall("ec2", "RevokeSecurityGroupIngress", { request: { groupId } }),
    awsCall("rds", "RebootDBInstance", { request: { dBInstanceIdentifier: "orders" } }),
    awsCall("autoscaling", "UpdateAutoScalingGroup", { request: { autoScalingGroupName: "web", desiredCapacity: random.integer(4, 20) } }),
    awsCall("iam", "UpdateAccessKey", {
      region: "us-east-1",
      request: { userName: "partner-upload", accessKeyId: `AKIA${random.key(16)}`, status: "Inactive" },
    }),
    awsCall("lambda", "UpdateFunctionConfiguration20150331v2", { region, request: { functionName: "orders", timeout: 60 } }),
  ];
  return [awsCall("sts", "GetCallerIdentity"), ...look(), ...random.shuffled(fixes).slice(0, random.integer(1, 3)), ...look()];
}
