// From role to role: each session opens the next one, in accounts that the first identity never entered.
import { z } from "zod";
import { type AttackPlan, type AttackPlanning, defineAttack } from "../attack.ts";
import {
  disguise,
  disguised,
  earlyEnough,
  getCallerIdentity,
  isAwsRole,
  isMachineOnAws,
  nameOfAnother,
  othersObjects,
  ownCalls,
  patienceMs,
  readOf,
  turnsOf,
} from "../attacker.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { awsCall, getSecretValue } from "../calls/aws.ts";
import { type AwsRole, assumedRole } from "../credentials/aws.ts";
import { Way } from "../credentials/way.ts";
import type { AwsAccess, AwsCall, Identity } from "../identity.ts";
import type { Resident } from "../persona.ts";
import type { Random } from "../random.ts";

interface Entered {
  readonly role: AwsRole;
  readonly owner: Resident;
}

export const roleChainPivot = defineAttack({
  id: "role-chain-pivot",
  technique: "T1548.005",
  providers: ["aws"],
  says: "A machine's credential assumes the role of another machine, that session the role of a third, across accounts; at every stop something is read.",
  visible:
    "Edges of the lineage that never were: this identity never issued a session of that role, and that role never one of the next. A role whose sessions always came from elsewhere; another network and session name.",
  invisible:
    "What the trust allows is in no record. Where machines enter many roles by trade (deployment, inventory), one more is little. Each session by itself does what its role may do.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(20_000).default(30).describe("Calls in all, the openings of sessions beside them."),
    hops: z.int().min(1).max(6).default(2).describe("Roles entered, one out of the other."),
    hours: z.number().positive().max(200).default(2).describe("Over how many hours."),
    ...disguise,
  }),
  plan(planning, { calls, hops, hours, ...copied }): AttackPlan | undefined {
    const { victim, random, world, residents } = planning;
    const found = victim(isMachineOnAws);
    if (found === undefined) return undefined;
    const stops = rolesElsewhere(planning, found.way.identity).slice(0, hops);
    if (stops.length === 0) return undefined;
    const startMs = earlyEnough(planning, hours * hourMs + dayMs);
    const endMs = startMs + hours * hourMs;
    const turns = turnsOf(found.way, random.times(calls, startMs, endMs));
    const asThief = disguised(world, random, copied);
    const object = othersObjects(planning, found.resident);
    const assume = awsCall("sts", "AssumeRole");
    const sessionName = `${nameOfAnother(residents, random)}-${random.digits(4)}`;

    const link = chainOf(
      found.way,
      stops,
      (role) => world.aws.accounts.find(({ id }) => id === role.account)?.regions[0] ?? "us-east-1",
      sessionName,
      random,
    );
    const asked = (stop: Entered | undefined, access: AwsAccess, isFirst: boolean, own: Random): AwsCall => {
      if (isFirst) return getCallerIdentity;
      const draw = own.next();
      const usual = stop === undefined || draw < 0.4 ? undefined : own.pick(ownCalls(stop.owner, stop.role));
      if (usual !== undefined) return usual;
      if (draw < 0.15) return awsCall("iam", "ListRoles", { region: "us-east-1" });
      if (draw < 0.25) return getSecretValue(access.account, access.region, `${nameOfAnother(residents, own)}/database-${own.word(6)}`);
      return readOf(object(own));
    };
    return {
      victims: [found.way.identity],
      startMs,
      endMs: endMs + patienceMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const depth = Math.min(stops.length, Math.floor((number * (stops.length + 1)) / calls));
          // A session is opened within the second before: never before the hour.
          const usedMs = depth === 0 ? atMs : Math.max(atMs, hour.startMs + (depth + 1) * 1_000);
          const session = depth === 0 ? access : link(depth, asThief(access, assume)).at(usedMs, hour);
          const call = asked(stops[depth - 1], session, number === 0, hour.random);
          hour.aws(usedMs, asThief(session, call), call);
        }
      },
    };
  },
});

/**
 * The way to each stop: the first opens its session with whatever is in the attacker's hands at that turn, each further one with the
 * one before. Place and agent are those in hand when the chain is first entered.
 */
function chainOf(
  victim: Way<AwsAccess>,
  stops: readonly Entered[],
  homeOf: (role: AwsRole) => string,
  sessionName: string,
  random: Random,
): (depth: number, inHand: AwsAccess) => Way<AwsAccess> {
  let held: AwsAccess;
  const first = new Way<AwsAccess>(random, victim.identity, victim.kind, () => ({ access: held, lastsMs: 0 }));
  const ways = [first];
  return (depth, inHand) => {
    held = inHand;
    for (const { role } of stops.slice(ways.length - 1, depth)) {
      const { address, userAgent } = inHand;
      ways.push(assumedRole(random, ways.at(-1) ?? first, role, { address, userAgent, region: homeOf(role), sessionName: () => sessionName }));
    }
    return ways[depth] ?? first;
  };
}

/** Roles of other machines, those of other accounts first. */
function rolesElsewhere({ residents, random }: AttackPlanning, victim: Identity): Entered[] {
  const roles = residents.flatMap((owner) => owner.machine.identities.filter(isAwsRole).map((role) => ({ role, owner })));
  const others = random.shuffled(roles.filter(({ role }) => role.uid !== victim.uid));
  return [...others.filter(({ role }) => role.account !== victim.account), ...others.filter(({ role }) => role.account === victim.account)];
}
