// What attackers on AWS have in common: what they copy of the victim, how they hold a stolen session, and the names they ask for,
// which are the estate's own: nothing in a record may give an attacker away by its vocabulary.
import { z } from "zod";
import { agents } from "./agents.ts";
import type { AttackPlanning } from "./attack.ts";
import { dayMs, hourMs, minuteMs } from "./calendar.ts";
import { awsCall, denied, listObjects, s3Object } from "./calls/aws.ts";
import type { AwsRole, AwsUser, Origin } from "./credentials/aws.ts";
import { type AnyWay, isAwsWay, type Way } from "./credentials/way.ts";
import type { Hour } from "./hour.ts";
import type { AwsAccess, AwsCall, Identity } from "./identity.ts";
import type { Resident } from "./persona.ts";
import type { Random } from "./random.ts";
import { worksAllDay } from "./schedule.ts";
import { strangerNetwork, type World } from "./world.ts";

/** Parameters of whoever uses a credential that is not theirs. */
export const disguise = {
  mimics: z.enum(["nothing", "agent", "agent-and-region"]).default("nothing").describe("What of the victim the attacker copies."),
  network: z
    .enum(["strange", "office", "victim"])
    .default("strange")
    .describe("From where: a network that the victim never used, an office of the organisation, or the victim's own network."),
};

interface Disguise {
  readonly mimics: "nothing" | "agent" | "agent-and-region";
  readonly network: "strange" | "office" | "victim";
}

/** What is presented, from the attacker's place and by its tool. Tools and networks are of the same kinds as everybody's. */
export type Disguised = <Presented extends Origin>(presented: Presented, call: AwsCall) => Presented;

export function disguised(world: World, random: Random, { mimics, network }: Disguise): Disguised {
  const strange = random.addressIn(strangerNetwork(random));
  const office = random.addressIn(random.pick(world.officeNetworks));
  const lastPart = random.integer(1, 254);
  const tool = random.pick<(call: AwsCall) => string>([commandLine(random), always(agents.boto3(random)), always(agents.goSdk(random))]);
  return (presented, call) => ({
    ...presented,
    address: network === "strange" ? strange : network === "office" ? office : neighbour(presented.address, lastPart),
    userAgent: mimics === "nothing" ? tool(call) : presented.userAgent,
    region: mimics === "agent-and-region" ? presented.region : "us-east-1",
  });
}

const always =
  (agent: string): ((call: AwsCall) => string) =>
  () =>
    agent;

/** The command line names the command in its agent: md/command#sts.get-caller-identity. */
function commandLine(random: Random): (call: AwsCall) => string {
  const agent = agents.awsCli(random, "");
  return ({ service, name }) => {
    if (service === "s3") return `${agent}s3.${name.startsWith("List") ? "ls" : "cp"}`;
    return `${agent}${service}.${name.replace(/(?<=[a-z])[A-Z]/g, "-$&").toLowerCase()}`;
  };
}

/** Another address of the same /24; where there is none (a service's name), the same. */
export function neighbour(address: string, lastPart: number): string {
  return address.replace(/^(\d+\.\d+\.\d+)\.\d+$/, `$1.${lastPart}`);
}

/** Of a machine: a key, or the sessions that it mainly lives by, where they open often enough for a thief to wait for one. */
export function isMachineOnAws(way: AnyWay, resident: Resident): way is Way<AwsAccess> {
  const isOftenOpen = way === resident.machine.ways[0] && !isRare(resident);
  return isAwsWay(way) && (way.kind === "static-key" || (way.kind !== "person" && isOftenOpen));
}

export function isBusyOnAws(way: AnyWay, resident: Resident): way is Way<AwsAccess> {
  return isMachineOnAws(way, resident) && isBusy(resident);
}

export function isStaticAwsKey(way: AnyWay): way is Way<AwsAccess> {
  return isAwsWay(way) && way.kind === "static-key";
}

/** Whoever slips calls in between its own finds some. */
export function isBusy({ machine }: Resident): boolean {
  return worksAllDay(machine.schedule);
}

/** Works every few days or more rarely, or only when somebody needs it. */
function isRare({ machine }: Resident): boolean {
  return /^(?:weekly|monthly|quarterly|on demand)\b|\btimes a year\b|\d days\b/.test(machine.schedule);
}

/** By its schedule it works once a month or more rarely. */
export function rests({ machine }: Resident): boolean {
  return /^(?:monthly|quarterly)\b/.test(machine.schedule);
}

/** Earlier, where it would not end within the estate; a day is left for learning. */
export function earlyEnough({ world, startMs }: AttackPlanning, durationMs: number): number {
  return Math.max(Math.min(startMs, world.endMs - durationMs - hourMs), Math.min(startMs, world.startMs + dayMs));
}

/** Longest that anyone waits for a session of a machine that works once a week. */
export const patienceMs = 8 * dayMs;

interface Turn {
  readonly atMs: number;
  readonly access: AwsAccess;
  /** Counts from 0. */
  readonly number: number;
}

/**
 * What falls into an hour of a plan of sorted moments. A key is good at any time. A session is taken as it lies there; where none is
 * open, the platform hands out one beside the machine's own, as it always does; and one that another identity hands out is waited for,
 * and everything later comes later.
 */
export function turnsOf(way: Way<AwsAccess>, timesMs: readonly number[]): (hour: Hour) => Turn[] {
  const held = holdOf(way);
  let number = 0;
  let delayMs = 0;
  return (hour) => {
    const turns: Turn[] = [];
    for (let planned = timesMs[number]; planned !== undefined && planned + delayMs < hour.endMs; planned = timesMs[number]) {
      const found = firstHeld(held, Math.max(planned + delayMs, hour.startMs), hour);
      if (found === undefined) {
        delayMs = hour.endMs - planned;
        return turns;
      }
      delayMs = found.atMs - planned;
      turns.push({ ...found, number });
      number++;
    }
    return turns;
  };
}

type Hold = (atMs: number, hour: Hour) => AwsAccess | undefined;

function firstHeld(held: Hold, fromMs: number, hour: Hour): { atMs: number; access: AwsAccess } | undefined {
  for (let atMs = fromMs; atMs < hour.endMs; atMs += minuteMs) {
    const access = held(atMs, hour);
    if (access !== undefined) return { atMs, access };
  }
  return undefined;
}

function holdOf(way: Way<AwsAccess>): Hold {
  let beside: { readonly access: AwsAccess; readonly untilMs: number } | undefined;
  return (atMs, hour) => {
    if (way.kind === "static-key") return way.at(atMs, hour.unmarked);
    const current = way.current(atMs);
    if (current !== undefined || way.kind !== "platform-session") return current;
    if (beside !== undefined && atMs < beside.untilMs) return beside.access;
    // What opens it lies up to a minute before, which must not be the hour before.
    if (atMs < hour.startMs + minuteMs) return undefined;
    beside = way.beside(atMs, hour.unmarked);
    return beside.access;
  };
}

/** Refused for want of rights, in the words of the service. */
export function refused(call: AwsCall, access: AwsAccess): AwsCall {
  const caller = typeof access.userIdentity.arn === "string" ? access.userIdentity.arn : access.identity.uid;
  const refusal = denied(call, caller);
  if (call.service !== "ec2" || refusal.failure === undefined) return refusal;
  const message = `You are not authorized to perform this operation. ${refusal.failure.message}`;
  return { ...call, failure: { code: "Client.UnauthorizedOperation", message } };
}

export const getCallerIdentity = awsCall("sts", "GetCallerIdentity");

interface StoredObject {
  readonly bucket: { readonly name: string; readonly account: string; readonly region: string };
  readonly key: string;
}

/**
 * Objects beside those that other machines were seen to use, in buckets that the victim did not. Looked up once, when it is first
 * asked: by then the estate has lived.
 */
export function othersObjects({ world, residents }: AttackPlanning, victim: Resident): (random: Random) => StoredObject {
  let known: StoredObject[] | undefined;
  return (random) => {
    known ??= objectsBeside(residents, victim);
    const found = random.pick(known) ?? unseenObject(world, victim, random);
    return { bucket: found.bucket, key: anotherNumber(found.key, random) };
  };
}

function objectsBeside(residents: readonly Resident[], victim: Resident): StoredObject[] {
  const own = new Set(objectsOf(victim).map(({ bucket }) => bucket.name));
  return residents.flatMap((resident) => (resident === victim ? [] : objectsOf(resident).filter(({ bucket }) => !own.has(bucket.name))));
}

function objectsOf({ recent }: Resident): StoredObject[] {
  return recent.flatMap(({ access, call }) => {
    if (access.provider !== "aws" || call.provider !== "aws" || call.isData !== true) return [];
    const { bucketName: name, key } = call.request ?? {};
    return typeof name === "string" && typeof key === "string" ? [{ bucket: { name, account: access.account, region: access.region }, key }] : [];
  });
}

/** Where nobody in the estate uses objects. */
function unseenObject(world: World, { machine }: Resident, random: Random): StoredObject {
  const name = `${world.organisation}-${random.pick(world.products)}-${random.pick(["backup", "exchange", "reports"])}`;
  return { bucket: { name, account: machine.identities[0]?.account ?? "", region: "eu-west-1" }, key: "2026/part-00001.csv" };
}

/** S3 writes down the bucket's region, wherever the caller thinks it is. */
export function readOf({ bucket, key }: StoredObject): AwsCall {
  return { ...s3Object("GetObject", bucket, key), region: bucket.region };
}

export function listingOf({ bucket, key }: StoredObject): AwsCall {
  return { ...listObjects(bucket, key.replace(/[^/]*$/, "")), region: bucket.region };
}

/** part-00417.zst becomes part-00933.zst. */
export function anotherNumber(key: string, random: Random): string {
  return key.replace(/\d+(?=\D*$)/, (digits) => random.digits(digits.length));
}

/** What the machine itself asked for of late, by that identity; calls that hand out credentials are left out. */
export function ownCalls({ recent }: Resident, identity: Identity): AwsCall[] {
  return recent.flatMap(({ access, call }) =>
    call.provider === "aws" && access.identity.uid === identity.uid && call.issues === undefined ? [call] : [],
  );
}

/** What a machine on AWS is called, and with it what belongs to it. */
export function nameOfAnother(residents: readonly Resident[], random: Random): string {
  const names = residents.flatMap(({ machine }) => machine.identities.find(({ provider, isMachine }) => provider === "aws" && isMachine)?.name ?? []);
  return random.pick(names) ?? "worker";
}

export function isAwsRole(identity: Identity): identity is AwsRole {
  return identity.provider === "aws" && identity.principalType === "iam-role" && "roleName" in identity && "uniqueId" in identity;
}

export function isAwsUser(identity: Identity): identity is AwsUser {
  return identity.provider === "aws" && identity.principalType === "iam-user" && "uniqueId" in identity;
}
