// An agent that answers people's questions with a model of Bedrock: it asks the model, does what the model wants by listing and reading
// across services, asks again, and sometimes wants what it may not have. No two conversations are alike.
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { awsCall, bucketCall, denied, inTurn, inventoryCall, inventoryCalls, listObjects, s3Object } from "../calls/aws.ts";
import { awsRole } from "../credentials/aws.ts";
import { serviceSession } from "../credentials/aws-services.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { publicNetwork } from "../world.ts";

const models = ["anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon.nova-pro-v1:0", "meta.llama3-3-70b-instruct-v1:0"] as const;

export const aiAgent: Persona = {
  id: "ai-agent",
  says: "An agent on Bedrock that explores accounts to answer people's questions.",
  providers: ["aws"],
  share: 4,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const role = awsRole(random, account, name("agent"), { path: "/agents/", workload: "ai-agent" });
    const isOnBedrock = random.chance(0.4);
    const runtime = `arn:aws:bedrock-agentcore:${region}:${account.id}:runtime/${name("agent").replaceAll("-", "_")}-${random.word(10)}`;
    const session = serviceSession(random, role, {
      service: isOnBedrock ? "bedrock-agentcore.amazonaws.com" : "ecs-tasks.amazonaws.com",
      sessionName: (drawn) => (isOnBedrock ? `BedrockAgentCore-${drawn.uuid()}` : drawn.hex(32)),
      ...(isOnBedrock ? { scope: { type: "AWS::BedrockAgentCore::Runtime", arn: runtime } } : {}),
      lastsMs: 4 * 3_600_000,
      address: random.addressIn(publicNetwork(random)),
      userAgent: isOnBedrock ? agents.boto3(random) : `${agents.boto3(random)} exec-env/AWS_ECS_FARGATE`,
      region,
    });
    const model = `${random.chance(0.5) ? `${region.slice(0, 2)}.` : ""}${random.pick(models)}`;
    const knowledge = { name: `${world.organisation}-${name("knowledge")}`, account: account.id, region };
    const isStreamed = random.chance(0.3);
    const isByConverse = random.chance(0.6);
    const perDay = random.logNormal(9, 0.5);
    const think = (chance: Random): AwsCall =>
      awsCall("bedrock", isByConverse ? (isStreamed ? "ConverseStream" : "Converse") : isStreamed ? "InvokeModelWithResponseStream" : "InvokeModel", {
        isReadOnly: true,
        request: { modelId: model },
        more: {
          additionalEventData: { inputTokens: Math.round(chance.logNormal(2_500, 0.9)), outputTokens: Math.round(chance.logNormal(300, 0.9)) },
        },
      });

    /** One thing that the model wants to know. */
    const tool = (chance: Random): AwsCall => {
      const kind = chance.next();
      if (kind < 0.35) return s3Object("GetObject", knowledge, `pages/${chance.integer(1, 600)}.md`);
      if (kind < 0.45) return listObjects(knowledge, "pages/");
      const looked = inventoryCall(chance.pick(inventoryCalls) ?? ["ec2", "DescribeInstances"]);
      if (kind < 0.85) return looked;
      if (kind < 0.9) return bucketCall("GetBucketTagging", "tagging", knowledge);
      if (kind < 0.94) return awsCall("logs", "StartQuery", { isReadOnly: true, request: { logGroupName: `/apps/${chance.pick(world.products)}` } });
      return denied(kind < 0.97 ? awsCall("iam", "ListAccessKeys", { region: "us-east-1" }) : looked, role.uid);
    };

    return {
      identities: [role],
      ways: [session],
      purpose: `answers questions with ${model}`,
      schedule: `about ${Math.round(perDay)} conversations a workday`,
      live(hour) {
        const { random: chance } = hour;
        for (const atMs of hour.events(perDay, officeHours, account.timeZone)) {
          const turns = 1 + chance.poisson(4);
          const calls = Array.from({ length: turns }, () => [think(chance), ...Array.from({ length: chance.poisson(1.6) }, () => tool(chance))]);
          inTurn(hour, session, atMs, 5_000, [...calls.flat(), think(chance)]);
        }
        hour.sort();
      },
    };
  },
};
