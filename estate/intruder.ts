// What attacks have in common who take a credential: where the thief sits, how far the victim is copied, and how a session comes into
// the thief's hands. It stands alone because a stolen key, a token taken from a pod and a secret that was added differ only here.
import { z } from "zod";
import { hourMs } from "./calendar.ts";
import { resourceManager } from "./credentials/azure.ts";
import type { AnyWay, Way } from "./credentials/way.ts";
import { Emitter, type Hour } from "./hour.ts";
import type { Access, Call } from "./identity.ts";
import type { Intervention } from "./intervention.ts";
import type { Resident } from "./persona.ts";
import type { Random } from "./random.ts";
import { strangerNetwork } from "./world.ts";

export const mimicry = z
  .enum(["nothing", "agent", "agent-and-network"])
  .describe("What of the victim the attacker copies; agent-and-network: the attacker sits where the victim sits.");

export const overHours = z.number().positive().max(1000).describe("Over how many hours.");

export const inVictimsHours = z
  .boolean()
  .default(false)
  .describe("Whether the attacker moves only in hours in which the victim does too; what finds no such hour is left undone.");

/** Turns what the victim presents into what the attacker presents. */
export type Seat = <Presents extends Access>(access: Presents) => Presents;

export function takeSeat(random: Random, mimics: z.infer<typeof mimicry>, userAgent: string): Seat {
  const address = random.addressIn(strangerNetwork(random));
  if (mimics === "agent-and-network") return (access) => access;
  return seatAt(mimics === "agent" ? { address } : { address, userAgent });
}

export function seatAt(place: Partial<Pick<Access, "address" | "userAgent">>): Seat {
  return <Presents extends Access>(access: Presents): Presents => ({ ...access, ...place });
}

/** What the attacker presents at a moment. Where the platform must first hand out a session, that is the platform's doing as always. */
export type Hold<Presents extends Access> = (atMs: number, hour: Hour) => Presents;

/**
 * Of a machine's platform the session in use, or one beside it; of a long-lived credential the credential itself, and where it buys
 * sessions (Entra) sessions of the thief's own. In Azure they are sessions of Resource Manager, whatever the machine's own are for.
 */
export function steal<Presents extends Access>(way: Way<Presents>, seat: Seat): Hold<Presents> {
  const isBought = way.kind === "static-key";
  let isForOther = false;
  let kept: { readonly access: Presents; readonly untilMs: number } | undefined;
  return (atMs, hour) => {
    const current = isForOther ? undefined : way.current(atMs);
    if (current !== undefined && (!isBought || current.credential.lifetime === "static")) {
      isForOther = isSignedInElsewhere(way, atMs);
      if (!isForOther) return seat(current);
    }
    if (kept === undefined || atMs >= kept.untilMs) {
      const opening = new Emitter();
      kept = way.beside(atMs, opening);
      for (const { atMs: openedMs, access, call } of opening.acts) {
        const opened = call.provider === "azure" && call.log === "signin" ? { ...call, resource: resourceManager } : call;
        if (isBought) emit(hour, openedMs, seat(access), opened);
        else emit(hour.unmarked, openedMs, access, opened);
      }
    }
    return seat(kept.access);
  };
}

/** Whether its sessions are of another resource of Entra's than Resource Manager: Graph, Key Vault. */
function isSignedInElsewhere(way: Way, atMs: number): boolean {
  if (way.identity.provider !== "azure") return false;
  const opening = new Emitter();
  way.beside(atMs, opening);
  return opening.acts.some(({ call }) => call.provider === "azure" && call.log === "signin" && call.resource.appId !== resourceManager.appId);
}

/** A call of any provider by a caller of the same. */
export function emit(hour: Emitter, atMs: number, access: Access, call: Call): void {
  if (access.provider === "aws" && call.provider === "aws") hour.aws(atMs, access, call);
  else if (access.provider === "azure" && call.provider === "azure") hour.azure(atMs, access, call);
  else if (access.provider === "gcp" && call.provider === "gcp") hour.gcp(atMs, access, call);
  else if (access.provider === "kubernetes" && call.provider === "kubernetes") hour.kubernetes(atMs, access, call);
  else throw new RangeError(`${access.provider} has no call of ${call.provider}`);
}

/** One thing that an attacker does. */
export interface Step {
  readonly atMs: number;
  take(atMs: number, hour: Hour): void;
}

interface Campaign {
  readonly startMs: number;
  readonly hours: number;
  /** In order of time. */
  readonly steps: readonly Step[];
  /** Moves only in hours in which this one does. */
  readonly shadows?: Resident | undefined;
}

/** A session is opened up to this long before the first call with it, which must not lie in the hour before. */
const openingMs = 2_000;

export function campaign({ startMs, hours, steps, shadows }: Campaign): Intervention & { act(hour: Hour): void } {
  let done = 0;
  let lastMs = 0;
  return {
    startMs,
    endMs: Math.max(startMs + hours * hourMs, (steps.at(-1)?.atMs ?? 0) + 1),
    act(hour) {
      if (shadows !== undefined && (shadows.recent.at(-1)?.atMs ?? 0) < hour.startMs) return;
      for (let step = steps[done]; step !== undefined && step.atMs < hour.endMs; step = steps[done]) {
        // What had to wait comes now, in its order, at the minute that it was meant for or just after the last.
        const meantMs = step.atMs >= hour.startMs ? step.atMs : hour.startMs + (step.atMs % hourMs);
        lastMs = Math.max(meantMs, hour.startMs + openingMs, lastMs + 700);
        step.take(lastMs, hour);
        done++;
      }
    },
  };
}

/** Steps at the given moments. */
export function stepsAt(timesMs: readonly number[], take: (number: number, atMs: number, hour: Hour) => void): Step[] {
  return timesMs.map((atMs, number) => ({ atMs, take: (moment, hour) => take(number, moment, hour) }));
}

/** The first moves: seconds to minutes apart, as somebody reads an answer and types the next. */
function typedMoments(random: Random, count: number, startMs: number, gapMs = 35_000): number[] {
  let at = startMs;
  return Array.from({ length: count }, () => {
    const moment = Math.floor(at);
    at += 4_000 + random.logNormal(gapMs, 0.8);
    return moment;
  });
}

/** Ways with any credential but a session that another machine hands out, a person's, and what a provider runs itself. */
export function isStealable(way: AnyWay): boolean {
  if (way.identity.workloadType === "provider-service") return false;
  return way.kind === "static-key" || way.kind === "platform-session";
}

/** Moments of all moves: the first ones typed, the rest spread over the time that there is. */
export function movesOver(random: Random, count: number, typed: number, startMs: number, hours: number): number[] {
  const first = typedMoments(random, Math.min(typed, count), startMs);
  const lastMs = first.at(-1) ?? startMs;
  return [...first, ...random.times(count - first.length, lastMs + 1_000, Math.max(startMs + hours * hourMs, lastMs + 60_000))];
}
