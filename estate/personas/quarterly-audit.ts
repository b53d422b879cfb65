// An audit of rights, four times a year: from the account of tools into every other account, hundreds of reads of who may do what.
// To a detector it looks like an intruder who looks around, and it is not.
import { agents } from "../agents.ts";
import { awsCall, bucketCall, bucketConfiguration, inTurn, s3Object } from "../calls/aws.ts";
import { awsRole, instanceProfile } from "../credentials/aws.ts";
import { crossAccountRole } from "../credentials/aws-accounts.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { quarterly } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const quarterlyAudit: Persona = {
  id: "quarterly-audit",
  says: "An audit of rights over all accounts, four times a year.",
  providers: ["aws"],
  share: 2,
  create({ world, random, name }) {
    const tools = world.aws.accounts.find((account) => account.name === "shared") ?? world.aws.accounts[0];
    const [region] = tools.regions;
    const role = awsRole(random, tools, name("audit"), { path: "/security/", workload: "ec2-instance" });
    const instance = instanceProfile(random, role, { address: random.addressIn(publicNetwork(random)), userAgent: agents.boto3(random), region });
    const audited = world.aws.accounts.filter(({ id }) => id !== tools.id).slice(0, random.integer(1, 4));
    const readers = audited.map((account) => {
      const reader = awsRole(random, account, name("audit-read"), { path: "/security/", workload: "ec2-instance" });
      return { account, way: crossAccountRole(random, instance, reader, { sessionName: () => "audit", region: account.regions[0] }) };
    });
    const schedule = quarterly(random.integer(2, 14), `${random.integer(10, 16)}:00`, tools.timeZone);
    const bucket = { name: `${world.organisation}-${name("audit")}`, account: tools.id, region };
    const people = random.integer(15, 70);

    return {
      identities: [role, ...readers.map(({ way }) => way.identity)],
      ways: [instance, ...readers.map(({ way }) => way)],
      purpose: `lists rights and keys in ${audited.map((account) => account.name).join(", ")}`,
      schedule: schedule.text,
      live(hour) {
        for (const startMs of hour.starts(schedule, 1_200_000)) {
          let at = startMs;
          for (const { account, way } of readers) {
            const buckets = Array.from({ length: hour.random.integer(3, 12) }, (_, number) => {
              return { name: `${world.organisation}-${account.name}-${number}`, account: account.id, region: account.regions[0] };
            });
            const configuration = buckets.flatMap((each) => bucketConfiguration.slice(0, 4).map(([read, member]) => bucketCall(read, member, each)));
            at = inTurn(hour, way, at + 5_000, 350, [...rights(hour.random, people), ...configuration]);
            inTurn(hour, instance, at, 300, [s3Object("PutObject", bucket, `${hour.local(tools.timeZone).date}/${account.name}.json`)]);
          }
        }
        hour.sort();
      },
    };
  },
};

function rights(random: Random, people: number): AwsCall[] {
  const iam = (name: string, request: { [key: string]: string } | null = null): AwsCall => awsCall("iam", name, { region: "us-east-1", request });
  const users = Array.from({ length: random.poisson(people) }, (_, number) => ({ userName: `user-${number}` }));
  return [
    awsCall("iam", "GenerateCredentialReport", { region: "us-east-1", isReadOnly: true }),
    iam("GetCredentialReport"),
    iam("GetAccountSummary"),
    iam("GetAccountAuthorizationDetails"),
    ...users.flatMap((user) => [iam("ListAccessKeys", user), iam("ListMFADevices", user), iam("ListAttachedUserPolicies", user)]),
    ...Array.from({ length: people }, (_, number) => iam("ListAttachedRolePolicies", { roleName: `role-${number}` })),
  ];
}
