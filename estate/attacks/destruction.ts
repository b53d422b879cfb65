// What can be deleted is deleted: backups first, then data, keys and machines.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { disguise, disguised, earlyEnough, isMachineOnAws, nameOfAnother, othersObjects, patienceMs, refused, turnsOf } from "../attacker.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { awsCall, s3Object } from "../calls/aws.ts";
import { awsTime } from "../credentials/aws.ts";
import type { AwsAccess, AwsCall } from "../identity.ts";
import type { Random } from "../random.ts";

export const destruction = defineAttack({
  id: "destruction",
  technique: "T1485",
  providers: ["aws"],
  says: "With a machine's credential snapshots, objects, keys and instances are deleted, disabled and terminated.",
  visible:
    "Kinds of deletion that this identity never made, many distinct resources in a short time, keys scheduled for deletion; for a machine that deletes by trade, resources that are not its own and a volume above its own.",
  invisible:
    "Whether a copy exists elsewhere. A clean-up job whose filter went wrong writes the same records; so do few deletions by a machine that deletes every night.",
  parameters: z.strictObject({
    deletions: z.int().min(3).max(50_000).default(120).describe("Calls that delete, disable or terminate."),
    hours: z.number().positive().max(500).default(1).describe("Over how many hours."),
    refusedShare: z.number().min(0).max(1).default(0.1).describe("Share of them that is refused."),
    ...disguise,
  }),
  plan(planning, { deletions, hours, refusedShare, ...copied }): AttackPlan | undefined {
    const { victim, random, world, residents } = planning;
    const found = victim(isMachineOnAws);
    if (found === undefined) return undefined;
    const startMs = earlyEnough(planning, hours * hourMs + dayMs);
    const endMs = startMs + hours * hourMs;
    const turns = turnsOf(found.way, random.times(deletions, startMs, endMs));
    const asThief = disguised(world, random, copied);
    const object = othersObjects(planning, found.resident);
    const deletion = (access: AwsAccess, atMs: number, own: Random): AwsCall => {
      const draw = own.next();
      if (draw < 0.5) {
        const { bucket, key } = object(own);
        return { ...s3Object("DeleteObject", bucket, key), region: bucket.region };
      }
      if (draw < 0.75)
        return awsCall("ec2", "DeleteSnapshot", { request: { snapshotId: `snap-0${own.hex(16)}`, force: false }, response: done(own) });
      if (draw < 0.85) return deletedDatabaseSnapshot(access, nameOfAnother(residents, own), atMs);
      if (draw < 0.93)
        return own.chance(0.5)
          ? terminatedInstance(own)
          : awsCall("ec2", "DeleteVolume", { request: { volumeId: `vol-0${own.hex(16)}` }, response: done(own) });
      return own.chance(0.6) ? disabledKey(access, own.uuid()) : deletedKey(access, own.uuid(), atMs);
    };
    return {
      victims: [found.way.identity],
      startMs,
      endMs: endMs + patienceMs,
      act(hour) {
        for (const { atMs, access } of turns(hour)) {
          const wanted = deletion(access, atMs, hour.random);
          const asked = hour.random.chance(refusedShare) ? refused(wanted, access) : wanted;
          hour.aws(atMs, asThief(access, asked), { ...asked, region: asked.region ?? access.region });
        }
      },
    };
  },
});

const done = (random: Random) => ({ requestId: random.uuid(), _return: true });

function terminatedInstance(random: Random): AwsCall {
  const instanceId = `i-0${random.hex(16)}`;
  const currentState = { code: 32, name: "shutting-down" };
  return awsCall("ec2", "TerminateInstances", {
    request: { instancesSet: { items: [{ instanceId }] } },
    response: { requestId: random.uuid(), instancesSet: { items: [{ instanceId, currentState, previousState: { code: 16, name: "running" } }] } },
  });
}

function deletedDatabaseSnapshot({ account, region }: AwsAccess, name: string, atMs: number): AwsCall {
  const dBSnapshotIdentifier = `${name}-${awsTime(atMs).slice(0, 10)}`;
  const dBSnapshotArn = `arn:aws:rds:${region}:${account}:snapshot:${dBSnapshotIdentifier}`;
  return awsCall("rds", "DeleteDBSnapshot", {
    request: { dBSnapshotIdentifier },
    response: { dBSnapshotIdentifier, dBSnapshotArn, status: "deleted", snapshotType: "manual", engine: "postgres" },
  });
}

function disabledKey({ account, region }: AwsAccess, keyId: string): AwsCall {
  return awsCall("kms", "DisableKey", { request: { keyId }, resources: [keyResource(account, region, keyId)] });
}

function deletedKey({ account, region }: AwsAccess, keyId: string, atMs: number): AwsCall {
  const pendingWindowInDays = 7;
  return awsCall("kms", "ScheduleKeyDeletion", {
    request: { keyId, pendingWindowInDays },
    response: {
      keyId: `arn:aws:kms:${region}:${account}:key/${keyId}`,
      keyState: "PendingDeletion",
      deletionDate: awsTime(atMs + pendingWindowInDays * dayMs),
      pendingWindowInDays,
    },
    resources: [keyResource(account, region, keyId)],
  });
}

function keyResource(account: string, region: string, keyId: string) {
  return { arn: `arn:aws:kms:${region}:${account}:key/${keyId}`, type: "AWS::KMS::Key", account };
}
