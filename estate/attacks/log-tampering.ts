// The recorders are switched off, one after the other, before or after the deed.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { disguise, disguised, earlyEnough, isMachineOnAws, patienceMs, refused, turnsOf } from "../attacker.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import type { AwsCall } from "../identity.ts";
import type { Random } from "../random.ts";

export const logTampering = defineAttack({
  id: "log-tampering",
  // T1562.008 until v18.
  technique: "T1685.002",
  providers: ["aws"],
  says: "With a machine's credential trails are stopped, narrowed and deleted, flow logs and GuardDuty switched off. The organisation's own trail, from which these records come, goes on.",
  visible: "Changes of the recorders themselves by a machine that never touches them; each one is enough.",
  invisible:
    "What happened where nothing recorded any more. Where the stopped trail is the only one, its last record is StopLogging and silence follows, which an idle account also shows.",
  parameters: z.strictObject({
    changes: z.int().min(3).max(5_000).default(14).describe("Calls in all: one look at each kind of recorder, then changes."),
    hours: z.number().positive().max(500).default(0.5).describe("Over how many hours."),
    refusedShare: z.number().min(0).max(1).default(0.15).describe("Share of the changes that is refused."),
    ...disguise,
  }),
  plan(planning, { changes, hours, refusedShare, ...copied }): AttackPlan | undefined {
    const { victim, random, world } = planning;
    const found = victim(isMachineOnAws);
    if (found === undefined) return undefined;
    const startMs = earlyEnough(planning, hours * hourMs + dayMs);
    const endMs = startMs + hours * hourMs;
    const turns = turnsOf(found.way, random.times(changes, startMs, endMs));
    const asThief = disguised(world, random, copied);
    const order = random.shuffled(switches);
    const looks = Math.min(looked.length, Math.floor(changes / 3));
    const regions = world.aws.accounts.find(({ id }) => id === found.way.identity.account)?.regions ?? (["us-east-1"] as const);
    return {
      victims: [found.way.identity],
      startMs,
      endMs: endMs + patienceMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const region = hour.random.pick(regions);
          const change = order[(number - looks + order.length) % order.length];
          const wanted = number < looks ? looked[number] : change?.(access.account, region, hour.random);
          if (wanted === undefined) continue;
          const asked = !wanted.isReadOnly && hour.random.chance(refusedShare) ? refused(wanted, access) : wanted;
          hour.aws(atMs, asThief(access, asked), { ...asked, region });
        }
      },
    };
  },
});

const looked: readonly AwsCall[] = [
  awsCall("cloudtrail", "DescribeTrails", { request: { includeShadowTrails: true } }),
  awsCall("ec2", "DescribeFlowLogs", { request: { DescribeFlowLogsRequest: {} } }),
  awsCall("guardduty", "ListDetectors"),
];

type Switch = (account: string, region: string, random: Random) => AwsCall;

const trail = (account: string, region: string): string => `arn:aws:cloudtrail:${region}:${account}:trail/management-events`;

const switches: readonly Switch[] = [
  (account, region) => awsCall("cloudtrail", "StopLogging", { request: { name: trail(account, region) } }),
  (account, region) => awsCall("cloudtrail", "DeleteTrail", { request: { name: trail(account, region) } }),
  (account, region) =>
    awsCall("cloudtrail", "PutEventSelectors", {
      request: {
        trailName: trail(account, region),
        eventSelectors: [{ readWriteType: "WriteOnly", includeManagementEvents: false, dataResources: [], excludeManagementEventSources: [] }],
      },
      response: {
        trailARN: trail(account, region),
        eventSelectors: [{ readWriteType: "WriteOnly", includeManagementEvents: false, dataResources: [], excludeManagementEventSources: [] }],
      },
    }),
  (_account, _region, random) =>
    awsCall("ec2", "DeleteFlowLogs", {
      request: { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: `fl-0${random.hex(16)}` } } },
      response: { DeleteFlowLogsResponse: { requestId: random.uuid(), unsuccessful: "" } },
    }),
  (_account, _region, random) => awsCall("guardduty", "UpdateDetector", { request: { detectorId: random.hex(32), enable: false } }),
  (_account, _region, random) => awsCall("guardduty", "DeleteDetector", { request: { detectorId: random.hex(32) } }),
  () => awsCall("config", "StopConfigurationRecorder", { request: { configurationRecorderName: "default" } }),
];
