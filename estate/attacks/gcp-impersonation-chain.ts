// One service account acts as a second that it never acted as, and through it as a third: hop by hop to where the data is.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { minuteMs } from "../calendar.ts";
import { actingAs, generateAccessToken, isGcpAccount } from "../credentials/gcp.ts";
import { isGcpWay, type Way } from "../credentials/way.ts";
import { lookAround } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { GcpAccess } from "../identity.ts";
import { campaign, emit, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

const tokenLastsMs = 55 * minuteMs;

export const gcpImpersonationChain = defineAttack({
  id: "gcp-impersonation-chain",
  technique: "T1550.001",
  providers: ["gcp"],
  says: "With one service account somebody makes tokens of another, with that one tokens of a third, and works as the last.",
  visible:
    "GenerateAccessToken by an account that never called it, for accounts that it never acted as: new edges in the lineage. Every later entry states the whole chain.",
  invisible:
    "Which token was used: Google's logs give access tokens no id. An account that impersonates many as its work shows the same calls, and only the pair is new.",
  parameters: z.strictObject({
    hops: z.int().min(1).max(6).default(2).describe("Accounts impersonated one after the other."),
    calls: z.int().min(1).max(100_000).default(25).describe("Calls as the last of them."),
    hours: overHours.default(3),
    mimics: mimicry.default("nothing"),
    inVictimsHours,
  }),
  plan(planning, { hops, calls, hours, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, residents, startMs } = planning;
    const found = victim((way): way is Way<GcpAccess> => isGcpWay(way) && isStealable(way) && isGcpAccount(way.identity));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const others = residents.filter(({ id }) => id !== resident.id).flatMap(({ machine }) => machine.identities.filter(isGcpAccount));
    const chain = random.shuffled(others).slice(0, hops);
    const last = chain.at(-1);
    if (last === undefined) return undefined;
    const hold = steal(way, takeSeat(random, mimics, agents.gcloud(random, "gcloud.auth.print-access-token")));
    const held = new Map<string, { readonly access: GcpAccess; readonly untilMs: number }>();
    /** What the account at that place of the chain presents; its token is asked for where there is none, and before it those before it. */
    const accessOf = (place: number, atMs: number, hour: Hour): GcpAccess => {
      const account = chain[place];
      if (account === undefined) return hold(atMs, hour);
      const known = held.get(account.uid);
      if (known !== undefined && atMs < known.untilMs) return known.access;
      const caller = accessOf(place - 1, atMs - 900, hour);
      hour.gcp(atMs - 900, caller, generateAccessToken(account, []));
      const access = actingAs(account, caller, [], caller, atMs - 900);
      held.set(account.uid, { access, untilMs: atMs + tokenLastsMs });
      return access;
    };
    const surroundings = new Surroundings(planning);
    const take = (number: number, atMs: number, hour: Hour): void => {
      const { access, call } = lookAround(accessOf(chain.length - 1, atMs + chain.length * 900, hour), number + 1, resident, surroundings, 0.9);
      emit(hour, atMs + chain.length * 900, access, call);
    };
    const steps = stepsAt(movesOver(random, calls, 2, startMs, hours), take);
    return { victims: [way.identity, ...chain], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});
