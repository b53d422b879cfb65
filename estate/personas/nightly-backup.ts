// An EC2 instance with a role that copies a product's data into a bucket every night, at a time that its owners chose once.
import { agents } from "../agents.ts";
import { awsCall, decrypt, s3Object } from "../calls/aws.ts";
import { awsRole, instanceProfile } from "../credentials/aws.ts";
import type { Persona } from "../persona.ts";
import { daily } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const nightlyBackup: Persona = {
  id: "nightly-backup",
  says: "An instance that snapshots volumes and copies files into a bucket every night.",
  providers: ["aws"],
  share: 8,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const role = awsRole(random, account, name("backup"), { path: "/service/", workload: "ec2-instance" });
    const instance = instanceProfile(random, role, { address: random.addressIn(publicNetwork(random)), userAgent: agents.boto3(random), region });
    const schedule = daily(`0${random.integer(0, 5)}:${random.integer(10, 55)}`, account.timeZone);
    const bucket = { name: `${world.organisation}-${name("backup")}`, account: account.id, region };
    const volumes = Array.from({ length: random.integer(1, 4) }, () => `vol-0${random.hex(16)}`);
    const key = random.uuid();
    const usualFiles = random.integer(4, 30);

    return {
      identities: [role],
      ways: [instance],
      purpose: `backs up ${volumes.length} volumes and about ${usualFiles} files into ${bucket.name}`,
      schedule: schedule.text,
      live(hour) {
        for (const startMs of hour.starts(schedule)) {
          const files = hour.random.poisson(usualFiles);
          const calls = [
            awsCall("ec2", "DescribeVolumes", {
              request: { volumeSet: {}, filterSet: { items: [{ name: "tag:backup", valueSet: { items: [{ value: "yes" }] } }] } },
            }),
            ...volumes.map((volumeId) =>
              awsCall("ec2", "CreateSnapshot", {
                request: { volumeId, description: `nightly of ${volumeId}` },
                response: { snapshotId: `snap-0${hour.random.hex(16)}`, volumeId, status: "pending", progress: "" },
              }),
            ),
            decrypt(account.id, region, key),
            ...Array.from({ length: files }, (_, file) =>
              s3Object("PutObject", bucket, `${hour.local(account.timeZone).date}/part-${String(file).padStart(5, "0")}.zst`),
            ),
          ];
          hour.steps(startMs, calls.length, 4_000).forEach((atMs, step) => {
            const call = calls[step];
            if (call !== undefined) hour.aws(atMs, instance.at(atMs, hour), call);
          });
        }
      },
    };
  },
};
