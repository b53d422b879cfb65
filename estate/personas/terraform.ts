// Infrastructure as code on HCP Terraform: each run logs in by OpenID Connect, plans with one role and applies with another. A plan
// reads everything that the state knows, again and again; an apply changes a little.
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { awsCall, bucketCall, bucketConfiguration, denied, inTurn, inventoryCall, inventoryCalls, s3Object } from "../calls/aws.ts";
import { awsRole, webIdentityRole } from "../credentials/aws.ts";
import type { Way } from "../credentials/way.ts";
import type { AwsAccess, AwsCall, Identity } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { daily } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

const issuer = "app.terraform.io";

export const terraform: Persona = {
  id: "terraform",
  says: "Infrastructure as code: HCP Terraform plans with a role that reads everything and applies with one that may change it.",
  providers: ["aws"],
  share: 5,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const workspace = name("infrastructure");
    const subject = `organization:${world.organisation}:project:platform:workspace:${workspace}`;
    const identity: Identity = {
      uid: `${issuer}/${subject}`,
      name: workspace,
      provider: "aws",
      account: world.organisation,
      principalType: "federated-subject",
      workloadType: "infrastructure-as-code",
      isMachine: true,
    };
    const userAgent = agents.terraform(random);
    const network = publicNetwork(random);
    const phase = (run: "plan" | "apply"): Way<AwsAccess> =>
      webIdentityRole(random, awsRole(random, account, name(`terraform-${run}`), { path: "/terraform/", workload: "infrastructure-as-code" }), {
        address: "",
        addressOf: (session) => session.addressIn(network),
        userAgent,
        region,
        token: () => ({ identity, issuer, subject: `${subject}:run_phase:${run}`, audience: "aws.workload.identity" }),
        sessionName: () => `terraform-run-${run}`,
        lastsMs: 7_200_000,
      });
    const [plan, apply] = [phase("plan"), phase("apply")];
    const runsPerDay = random.logNormal(1.6, 0.5);
    const drift = daily(`0${random.integer(2, 6)}:${random.integer(10, 59)}`, account.timeZone);
    const buckets = Array.from({ length: random.integer(1, 5) }, (_, number) => ({
      name: `${world.organisation}-${workspace}-${number}`,
      account: account.id,
      region,
    }));
    const reads = random.shuffled(inventoryCalls).slice(0, random.integer(8, 22));
    const roles = Array.from({ length: random.integer(2, 8) }, (_, number) => `${workspace}-${number}`);
    const state = { name: `${world.organisation}-terraform-state`, account: account.id, region };
    const refresh = (chance: Random): AwsCall[] => [
      awsCall("sts", "GetCallerIdentity"),
      s3Object("GetObject", state, `${workspace}.tfstate`),
      ...chance.shuffled([
        ...reads.map(inventoryCall),
        ...roles.flatMap((roleName) =>
          ["GetRole", "ListRolePolicies", "ListAttachedRolePolicies"].map((read) =>
            awsCall("iam", read, { region: "us-east-1", request: { roleName } }),
          ),
        ),
        ...buckets.flatMap((bucket) => bucketConfiguration.map(([read, member]) => bucketCall(read, member, bucket))),
      ]),
    ];

    return {
      identities: [identity, plan.identity, apply.identity],
      ways: [plan, apply],
      purpose: `keeps the infrastructure of workspace ${workspace} in ${account.name}`,
      schedule: `about ${runsPerDay.toFixed(1)} runs a workday; looks for drift ${drift.text}`,
      live(hour) {
        const { random: chance } = hour;
        for (const atMs of hour.starts(drift)) {
          plan.end(atMs);
          inTurn(hour, plan, atMs, 150, refresh(chance));
        }
        for (const atMs of hour.events(runsPerDay, officeHours, account.timeZone)) {
          plan.end(atMs);
          const plannedMs = inTurn(hour, plan, atMs, 150, refresh(chance));
          if (chance.chance(0.45)) continue;
          const applyMs = plannedMs + Math.floor(chance.exponential(400_000)) + 10_000;
          apply.end(applyMs);
          const changes = Array.from({ length: 1 + chance.poisson(1.5) }, () => change(chance, workspace, chance.pick(roles) ?? workspace));
          const isRefused = chance.chance(0.05);
          const calls = isRefused ? changes.map((call, index) => (index === changes.length - 1 ? denied(call, apply.identity.uid) : call)) : changes;
          inTurn(hour, apply, applyMs, 700, [...refresh(chance).slice(0, 12), ...calls, s3Object("PutObject", state, `${workspace}.tfstate`)]);
        }
        hour.sort();
      },
    };
  },
};

/** Mostly the same few kinds of resources; rights change now and then. */
function change(random: Random, workspace: string, roleName: string): AwsCall {
  const name = `${workspace}-${random.word(5)}`;
  const groupId = `sg-0${random.hex(16)}`;
  const changes = [
    awsCall("ec2", "CreateTags", {
      request: { resourcesSet: { items: [{ resourceId: groupId }] }, tagSet: { items: [{ key: "version", value: random.hex(7) }] } },
    }),
    awsCall("lambda", "UpdateFunctionConfiguration20150331v2", { request: { functionName: `${workspace}-hook`, memorySize: 256, timeout: 30 } }),
    awsCall("monitoring", "PutMetricAlarm", { request: { alarmName: name, namespace: "AWS/SQS", threshold: random.integer(10, 500) } }),
    awsCall("ec2", "AuthorizeSecurityGroupIngress", {
      request: { groupId, ipPermissions: { items: [{ ipProtocol: "tcp", fromPort: 443, toPort: 443 }] } },
    }),
    awsCall("sqs", "CreateQueue", { request: { queueName: name, attributes: { VisibilityTimeout: "60" } } }),
    awsCall("iam", "PutRolePolicy", { region: "us-east-1", request: { roleName, policyName: "inline", policyDocument: "{}" } }),
    awsCall("s3", "PutBucketTagging", { request: { bucketName: name, tagging: "", Host: `${name}.s3.amazonaws.com` } }),
  ] as const;
  return random.pickSkewed(changes);
}
