// Somebody else's machines on the organisation's bill, in a region in which nobody of it looks.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { disguise, disguised, earlyEnough, getCallerIdentity, isMachineOnAws, patienceMs, turnsOf } from "../attacker.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import type { AwsCall } from "../identity.ts";
import type { Random } from "../random.ts";

/** Enabled by default in every account, and home to nobody in this estate unless its account says so. */
const farRegions = ["ap-northeast-1", "ap-southeast-2", "sa-east-1", "ap-south-1", "ca-central-1", "eu-north-1", "us-east-2"];
const noRegions: readonly string[] = [];
const instanceTypes = ["g5.12xlarge", "p3.8xlarge", "c6i.32xlarge", "g4dn.12xlarge"];

export const miningInNewRegion = defineAttack({
  id: "mining-in-new-region",
  // With T1535, Unused/Unsupported Cloud Regions, as the means.
  technique: "T1496.001",
  providers: ["aws"],
  says: "With a machine's credential somebody asks for quotas and starts large instances in a region that the organisation does not use.",
  visible:
    "A region that this identity, and mostly nobody, ever called; RunInstances by a machine that starts none; refusals by quota that repeat; large accelerated instance types.",
  invisible:
    "How busy the instances are, and with what. In a region and with an instance type that the victim's deployments use, few starts look like its own scaling.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(20_000).default(45).describe("Calls in the region: questions first, then starts of instances."),
    hours: z.number().positive().max(500).default(2).describe("Over how many hours."),
    refusedShare: z.number().min(0).max(1).default(0.5).describe("Share of the starts that a quota refuses."),
    regions: z.int().min(1).max(7).default(1).describe("In how many regions, one after the other."),
    ...disguise,
  }),
  plan(planning, { calls, hours, refusedShare, regions: count, ...copied }): AttackPlan | undefined {
    const { victim, random, world } = planning;
    const found = victim(isMachineOnAws);
    if (found === undefined) return undefined;
    const used = world.aws.accounts.find(({ id }) => id === found.way.identity.account)?.regions ?? noRegions;
    const regions = random.shuffled(farRegions.filter((region) => !used.includes(region))).slice(0, count);
    const startMs = earlyEnough(planning, hours * hourMs + dayMs);
    const endMs = startMs + hours * hourMs;
    const turns = turnsOf(found.way, random.times(calls, startMs, endMs));
    const asThief = disguised(world, random, copied);
    const image = `ami-0${random.hex(16)}`;
    const type = random.pick(instanceTypes) ?? "g5.12xlarge";
    return {
      victims: [found.way.identity],
      startMs,
      endMs: endMs + patienceMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const isQuestion = number < Math.min(questions.length, calls - 2);
          const asked = (isQuestion ? questions[number] : undefined) ?? start(image, type, refusedShare, hour.random);
          const region = regions[Math.floor((number / calls) * regions.length)] ?? "ap-northeast-1";
          hour.aws(atMs, asThief(access, asked), { ...asked, region });
        }
      },
    };
  },
});

const questions: readonly AwsCall[] = [
  getCallerIdentity,
  awsCall("servicequotas", "ListServiceQuotas", { request: { serviceCode: "ec2" } }),
  awsCall("ec2", "DescribeInstanceTypeOfferings", { request: { DescribeInstanceTypeOfferingsRequest: { LocationType: "availability-zone" } } }),
  awsCall("ec2", "DescribeVpcs", { request: { vpcSet: {}, filterSet: {} } }),
  awsCall("servicequotas", "GetServiceQuota", { request: { serviceCode: "ec2", quotaCode: "L-DB2E81BA" } }),
  awsCall("servicequotas", "RequestServiceQuotaIncrease", { request: { serviceCode: "ec2", quotaCode: "L-DB2E81BA", desiredValue: 512 } }),
  awsCall("ec2", "CreateSecurityGroup", { request: { groupName: "default-2", groupDescription: "default-2" } }),
];

function start(imageId: string, instanceType: string, refusedShare: number, random: Random): AwsCall {
  const maxCount = random.integer(1, 16);
  const call = awsCall("ec2", "RunInstances", {
    request: {
      instancesSet: { items: [{ imageId, minCount: 1, maxCount }] },
      instanceType,
      blockDeviceMapping: {},
      monitoring: { enabled: false },
      disableApiTermination: false,
      disableApiStop: false,
      clientToken: random.uuid(),
      ebsOptimized: false,
    },
    response: {
      reservationId: `r-0${random.hex(16)}`,
      instancesSet: { items: [{ instanceId: `i-0${random.hex(16)}`, imageId, instanceType, instanceState: { code: 0, name: "pending" } }] },
    },
  });
  if (!random.chance(refusedShare)) return call;
  const message =
    "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket that the specified instance type belongs to.";
  return { ...call, failure: { code: "Client.VcpuLimitExceeded", message } };
}
