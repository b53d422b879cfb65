// Something is broken, and people work with a machine's own key, or with the account that is kept for such days, until it is mended.
import { agents } from "../agents.ts";
import { by, isWork } from "../altered-act.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import { accessKey, awsUser } from "../credentials/aws.ts";
import { type AnyWay, isAwsWay, isGcpWay, type Way } from "../credentials/way.ts";
import type { Disturbance, OccurrencePlanning } from "../disturbance.ts";
import type { Hour } from "../hour.ts";
import type { Access, Act, AwsAccess } from "../identity.ts";
import type { Resident } from "../persona.ts";
import { Random } from "../random.ts";

export const incidentWithTicket: Disturbance = {
  id: "incident-with-ticket",
  says: "A machine's credential is used by hand, from an office and with a command line, at whatever hour; nothing but the ticket says why.",
  providers: [],
  perMonth: 4,
  plan(planning) {
    const { random, startMs } = planning;
    const found = random.chance(0.25) ? undefined : machineWithKey(planning);
    const way = found?.way ?? breakGlass(planning);
    if (way === undefined) return undefined;
    const endMs = Math.floor(startMs + random.between(2, 7) * hourMs);
    const address = random.addressIn(random.pick(planning.world.officeNetworks));
    const userAgent = isAwsWay(way) ? agents.awsCli(random, "*") : agents.gcloud(random, "gcloud.auth");
    const timesMs = random.times(random.integer(25, 90), startMs + 60_000, endMs);
    const ticket = `INC-${random.digits(5)}`;
    return {
      startMs,
      endMs,
      identities: [way.identity.uid],
      prose: `ticket ${ticket}: people worked as ${way.identity.name} from an office until it was mended`,
      act(hour) {
        const held = (atMs: number): Access => ({ ...way.at(atMs, hour), address, userAgent });
        if (isAwsWay(way) && startMs >= hour.startMs && startMs < hour.endMs) {
          hour.aws(startMs, { ...way.at(startMs, hour), address, userAgent }, awsCall("sts", "GetCallerIdentity"));
        }
        for (const atMs of timesMs) {
          if (atMs < hour.startMs || atMs >= hour.endMs) continue;
          const act = found === undefined ? undefined : itsOwn(hour, found.resident, atMs, held(atMs));
          if (act !== undefined) hour.again(act);
          else if (isAwsWay(way)) hour.aws(atMs, { ...way.at(atMs, hour), address, userAgent }, lookingAround(hour.random));
        }
      },
    };
  },
};

function machineWithKey({ residents, random }: OccurrencePlanning): { resident: Resident; way: AnyWay } | undefined {
  const isFit = (way: AnyWay): boolean => way.kind === "static-key" && (isAwsWay(way) || isGcpWay(way));
  return random.pick(residents.flatMap((resident) => resident.machine.ways.filter(isFit).map((way) => ({ resident, way }))));
}

/** One account for all incidents of the estate; its key lies in a safe. */
function breakGlass({ world, residents }: OccurrencePlanning): Way<AwsAccess> | undefined {
  if (!residents.some(({ machine }) => machine.ways.some(isAwsWay))) return undefined;
  const [account] = world.aws.accounts;
  const random = Random.ofSeed(world.seed).fork("break glass");
  const user = awsUser(random, account, "break-glass", { path: "/emergency/", workload: "human", isMachine: false });
  return accessKey(random, user, { address: "", userAgent: "", region: account.regions[0] }, world.startMs - 400 * dayMs);
}

/** What the machine itself would do, by hand. */
function itsOwn(hour: Hour, resident: Resident, atMs: number, access: Access): Act | undefined {
  const usual = hour.random.pick(resident.recent.filter((act) => isWork(act, resident) && act.access.identity.uid === access.identity.uid));
  return usual === undefined ? undefined : by({ ...usual, atMs }, access);
}

function lookingAround(random: Random) {
  const looks = [
    awsCall("ec2", "DescribeInstances", { request: { instancesSet: {}, filterSet: {} } }),
    awsCall("logs", "DescribeLogGroups", { request: { limit: 50 } }),
    awsCall("cloudwatch", "DescribeAlarms", { request: { stateValue: "ALARM" } }),
    awsCall("iam", "ListRoles", { region: "us-east-1" }),
    awsCall("rds", "DescribeDBInstances", {}),
    awsCall("ec2", "RebootInstances", { request: { instancesSet: { items: [{ instanceId: `i-0${random.hex(16)}` }] } } }),
  ] as const;
  return random.pick(looks) ?? looks[0];
}
