// Services that act on their own by the roles that they bring along: scaling, recording of configuration, balancing, scans for
// weaknesses. Every account has them, and no one of the organisation ever holds them.
import { dayMs } from "../calendar.ts";
import { awsCall, type Bucket, bucketCall, bucketConfiguration, inTurn, inventoryCall, inventoryCalls } from "../calls/aws.ts";
import { serviceLinkedRole, serviceSession } from "../credentials/aws-services.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { NonEmpty, Random } from "../random.ts";

interface Service {
  readonly host: string;
  readonly roleName: string;
  readonly sessionName: (random: Random) => string;
  /** Rounds a day, at regular distances, each a few calls. */
  readonly roundsPerDay: number;
  readonly round: (random: Random, bucket: Bucket) => AwsCall[];
}

const reads = (...calls: readonly (readonly [string, string])[]): AwsCall[] => calls.map(inventoryCall);
const instanceStatus = (random: Random): AwsCall =>
  awsCall("ec2", "DescribeInstanceStatus", {
    request: { instancesSet: { items: [{ instanceId: `i-0${random.hex(16)}` }] }, filterSet: {}, includeAllInstances: true },
  });

const services: NonEmpty<Service> = [
  {
    host: "autoscaling.amazonaws.com",
    roleName: "AWSServiceRoleForAutoScaling",
    sessionName: () => "AutoScaling",
    roundsPerDay: 40,
    round: (random) => [
      instanceStatus(random),
      ...reads(["elasticloadbalancing", "DescribeTargetHealth"]),
      ...(random.chance(0.12)
        ? [awsCall("ec2", random.chance(0.5) ? "RunInstances" : "TerminateInstances", { request: { clientToken: random.uuid() } })]
        : []),
    ],
  },
  {
    host: "config.amazonaws.com",
    roleName: "AWSServiceRoleForConfig",
    sessionName: () => "AWSConfig-Describe",
    roundsPerDay: 24,
    round: (random, bucket) => {
      const [found] = random.shuffled(inventoryCalls);
      const ofBucket = random.chance(0.3) ? bucketConfiguration.map(([read, member]) => bucketCall(read, member, bucket)) : [];
      return [...(found === undefined ? [] : [inventoryCall(found)]), ...ofBucket];
    },
  },
  {
    host: "ecs.amazonaws.com",
    roleName: "AWSServiceRoleForECS",
    sessionName: () => "ecs-service-scheduler",
    roundsPerDay: 20,
    round: (random) => [
      ...reads(["elasticloadbalancing", "DescribeTargetHealth"]),
      ...(random.chance(0.3) ? [awsCall("elasticloadbalancing", "RegisterTargets"), awsCall("elasticloadbalancing", "DeregisterTargets")] : []),
    ],
  },
  {
    host: "rds.amazonaws.com",
    roleName: "AWSServiceRoleForRDS",
    sessionName: () => "RDS-Maintenance",
    roundsPerDay: 6,
    round: () => reads(["ec2", "DescribeSecurityGroups"], ["ec2", "DescribeSubnets"], ["ec2", "DescribeVpcs"]),
  },
  {
    host: "access-analyzer.amazonaws.com",
    roleName: "AWSServiceRoleForAccessAnalyzer",
    sessionName: () => "access-analyzer",
    roundsPerDay: 2,
    round: (random) => random.shuffled(inventoryCalls).slice(0, 24).map(inventoryCall),
  },
  {
    host: "elasticloadbalancing.amazonaws.com",
    roleName: "AWSServiceRoleForElasticLoadBalancing",
    sessionName: () => "ElasticLoadBalancing",
    roundsPerDay: 8,
    round: (random) => [
      ...reads(["ec2", "DescribeSubnets"], ["ec2", "DescribeNetworkInterfaces"]),
      ...(random.chance(0.2) ? [awsCall("ec2", "CreateNetworkInterface", { request: { subnetId: `subnet-0${random.hex(16)}` } })] : []),
    ],
  },
  {
    host: "inspector2.amazonaws.com",
    roleName: "AWSServiceRoleForAmazonInspector2",
    sessionName: () => "inspector",
    roundsPerDay: 12,
    round: () => reads(["ec2", "DescribeInstances"], ["ecr", "DescribeRepositories"], ["lambda", "ListFunctions20150331"]),
  },
  {
    host: "trustedadvisor.amazonaws.com",
    roleName: "AWSServiceRoleForTrustedAdvisor",
    sessionName: (random) => `TrustedAdvisor_${random.digits(12)}`,
    roundsPerDay: 1,
    round: (random) => random.shuffled(inventoryCalls).slice(0, 30).map(inventoryCall),
  },
];

export const awsServiceRoles: Persona = {
  id: "aws-service-roles",
  says: "A service of AWS that acts in an account by its own role.",
  providers: ["aws"],
  share: 4,
  create({ world, random, number, name }) {
    const { accounts } = world.aws;
    const places = services.length * accounts.length;
    // An account has each of them once; what scales may have further ones, named by a suffix.
    const service = number < places ? (services[number % services.length] ?? services[0]) : services[0];
    const account = accounts[Math.floor(number / services.length) % accounts.length] ?? accounts[0];
    const suffix = number < places ? "" : `_${name("scaling")}`;
    const role = serviceLinkedRole(random, account, service.host, `${service.roleName}${suffix}`);
    const session = serviceSession(random, role, {
      service: service.host,
      sessionName: service.sessionName,
      isServiceActing: true,
      address: service.host,
      userAgent: service.host,
      region: account.regions[0],
    });
    const periodMs = dayMs / (service.roundsPerDay * random.between(0.7, 1.4));
    const phase = random.next();
    const bucket = { name: `${world.organisation}-${account.name}-0`, account: account.id, region: account.regions[0] };

    return {
      identities: [role],
      ways: [session],
      purpose: `${service.roleName} of ${account.name}`,
      schedule: `about ${Math.round(dayMs / periodMs)} rounds a day`,
      live(hour) {
        let round = Math.ceil(hour.startMs / periodMs - phase);
        for (; (round + phase) * periodMs < hour.endMs; round++) {
          const atMs = Math.floor((round + phase) * periodMs) + hour.random.integer(0, 20_000);
          inTurn(hour, session, atMs, 400, service.round(hour.random, bucket));
        }
      },
    };
  },
};
