// A key that leaked in public: within minutes a scanner tries what it may do, service by service.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { disguise, disguised, earlyEnough, getCallerIdentity, isStaticAwsKey, refused, turnsOf } from "../attacker.ts";
import { hourMs, minuteMs } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import type { AwsCall } from "../identity.ts";

export const leakedKeyScan = defineAttack({
  id: "leaked-key-scan",
  technique: "T1526",
  providers: ["aws"],
  says: "A leaked long-lived key is tried at once: who am I, then the listing calls of dozens of services in one region after the other, most of them refused.",
  visible:
    "GetCallerIdentity from a network never seen, then more distinct actions and services in minutes than this identity ever had, nearly all refused, in regions without anything.",
  invisible: "A scanner that stops after the first answers leaves three calls. Whoever only validates the key and sells it is not seen again.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(20_000).default(180).describe("Calls in all."),
    perMinute: z.number().positive().max(2_000).default(40).describe("Speed."),
    refusedShare: z.number().min(0).max(1).default(0.85).describe("Share of the calls that is refused."),
    ...disguise,
  }),
  plan(planning, { calls, perMinute, refusedShare, ...copied }): AttackPlan | undefined {
    const { victim, random, world } = planning;
    const found = victim(isStaticAwsKey);
    if (found === undefined) return undefined;
    const durationMs = (calls / perMinute) * minuteMs;
    const startMs = earlyEnough(planning, durationMs);
    const turns = turnsOf(found.way, [startMs, ...random.times(calls - 1, startMs + 800, startMs + 800 + durationMs)]);
    const asThief = disguised(world, random, copied);
    const order = random.shuffled(scanned);
    return {
      victims: [found.way.identity],
      startMs,
      endMs: startMs + durationMs + hourMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const tried = number === 0 ? getCallerIdentity : (order[(number - 1) % order.length] ?? getCallerIdentity);
          const isRefused = tried !== getCallerIdentity && hour.random.chance(refusedShare);
          const region = tried.region ?? regions[Math.floor((number - 1) / order.length) % regions.length] ?? access.region;
          const asked = isRefused ? refused(tried, access) : tried;
          hour.aws(atMs, asThief(access, asked), { ...asked, region });
        }
      },
    };
  },
});

const regions = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1", "ap-northeast-1", "us-east-2", "sa-east-1"];

/** Service and the calls that list it, as scanners try them; those of iam are global. */
const listings: readonly (readonly [service: string, ...names: string[]])[] = [
  [
    "iam",
    "ListUsers",
    "ListRoles",
    "ListGroups",
    "GetAccountAuthorizationDetails",
    "ListAttachedUserPolicies",
    "ListAccessKeys",
    "GetAccountSummary",
  ],
  ["s3", "ListBuckets"],
  [
    "ec2",
    "DescribeInstances",
    "DescribeVpcs",
    "DescribeSecurityGroups",
    "DescribeSnapshots",
    "DescribeKeyPairs",
    "DescribeAddresses",
    "DescribeRegions",
  ],
  ["lambda", "ListFunctions20150331", "ListLayers20181031"],
  ["rds", "DescribeDBInstances", "DescribeDBSnapshots", "DescribeDBClusters"],
  ["dynamodb", "ListTables", "ListBackups"],
  ["secretsmanager", "ListSecrets"],
  ["ssm", "DescribeParameters", "DescribeInstanceInformation"],
  ["kms", "ListKeys", "ListAliases"],
  ["ses", "GetSendQuota", "ListIdentities", "GetAccountSendingEnabled"],
  ["sns", "ListTopics", "GetSMSAttributes"],
  ["sqs", "ListQueues"],
  ["ecs", "ListClusters", "ListTaskDefinitions"],
  ["eks", "ListClusters"],
  ["ecr", "DescribeRepositories"],
  ["cloudformation", "DescribeStacks", "ListStacks"],
  ["cloudtrail", "DescribeTrails"],
  ["guardduty", "ListDetectors"],
  ["logs", "DescribeLogGroups"],
  ["elasticloadbalancing", "DescribeLoadBalancers"],
  ["autoscaling", "DescribeAutoScalingGroups"],
  ["route53", "ListHostedZones"],
  ["cloudfront", "ListDistributions"],
  ["organizations", "DescribeOrganization", "ListAccounts"],
  ["servicequotas", "ListServiceQuotas"],
  ["bedrock", "ListFoundationModels", "GetModelInvocationLoggingConfiguration"],
  ["sagemaker", "ListNotebookInstances"],
  ["redshift", "DescribeClusters"],
  ["elasticache", "DescribeCacheClusters"],
  ["glue", "GetDatabases"],
  ["athena", "ListWorkGroups"],
  ["codebuild", "ListProjects"],
  ["codecommit", "ListRepositories"],
  ["apigateway", "GetRestApis"],
  ["cognito-idp", "ListUserPools"],
  ["states", "ListStateMachines"],
  ["backup", "ListBackupVaults"],
];
const globalServices = new Set(["iam", "route53", "cloudfront", "organizations"]);

const scanned: readonly AwsCall[] = listings.flatMap(([service, ...names]) =>
  names.map((name) => awsCall(service, name, globalServices.has(service) ? { region: "us-east-1" } : {})),
);
