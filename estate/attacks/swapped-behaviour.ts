// Two machines exchange what they do: a takeover without any tool of an attacker's, as CLUE (Landauer, Skopik and Wurzenberger)
// makes anomalies out of benign logs. It works on every provider.
import { z } from "zod";
import { type AttackPlan, type AttackPlanning, defineAttack, type Victim } from "../attack.ts";
import { earlyEnough, isBusy } from "../attacker.ts";
import { dayMs } from "../calendar.ts";
import type { AnyWay } from "../credentials/way.ts";
import type { Act } from "../identity.ts";
import type { Resident } from "../persona.ts";

const exchanged = ["calls", "calls-and-agent", "calls-agent-and-place"] as const;
type Exchanged = (typeof exchanged)[number];

export const swappedBehaviour = defineAttack({
  id: "swapped-behaviour",
  technique: "T1078.004",
  // Whichever there are.
  providers: [],
  says: "From a moment on, two machines of one provider, where possible of one account, exchange what they do: each one's credential makes the other's calls. Each keeps its own hours.",
  visible:
    "Actions and resources that are new to the identity, though others know them well; what it always did stops. All at once, on two identities.",
  invisible:
    "No action, resource, agent or network is new to the estate, nothing is refused, and the volume of each stays its own. Between two machines of the same kind little is left but names.",
  parameters: z.strictObject({
    calls: z.int().min(2).max(100_000).default(400).describe("Calls exchanged in all, at most."),
    days: z.number().positive().max(365).default(3).describe("For how many days at most; then all is as before."),
    exchanges: z.enum(exchanged).default("calls-and-agent").describe("What comes along from the other machine."),
  }),
  plan(planning, { calls, days, exchanges }): AttackPlan | undefined {
    // A cluster may have nobody left for the first one to exchange with: then somebody else is the first.
    const pair = pairOf(planning) ?? pairOf(planning) ?? pairOf(planning);
    if (pair === undefined) return undefined;
    const { one, other } = pair;
    const startMs = earlyEnough(planning, days * dayMs);
    let left = calls;
    return {
      victims: [one.way.identity, other.way.identity],
      startMs,
      endMs: startMs + days * dayMs,
      intercept(act, resident, random) {
        const [mine, theirs] = resident === one.resident ? [one, other] : [other, one];
        if (left === 0 || resident !== mine.resident || act.access.identity.uid !== mine.way.identity.uid || act.call.issues !== undefined)
          return [act];
        const like = random.pick(
          theirs.resident.recent.filter(({ access, call }) => access.identity.uid === theirs.way.identity.uid && call.issues === undefined),
        );
        const changed = like === undefined ? undefined : withCallOf(act, like, exchanges);
        if (changed === undefined) return [act];
        left--;
        return [changed];
      },
    };
  },
});

interface Pair {
  readonly one: Victim<AnyWay>;
  readonly other: Victim<AnyWay>;
}

/** Whoever hardly works has little to exchange: those that work all day come first, with what they mainly live by. */
function pairOf({ victim }: AttackPlanning): Pair | undefined {
  const isBusyWith = (way: AnyWay, resident: Resident): boolean => way === resident.machine.ways[0] && isBusy(resident);
  const one = victim((way, resident) => way.kind !== "person" && isBusyWith(way, resident)) ?? victim((way) => way.kind !== "person");
  if (one === undefined) return undefined;
  const { provider, account } = one.way.identity;
  // A call names no cluster: it is the caller's.
  const isAlike = (way: AnyWay): boolean =>
    way.kind !== "person" && way.identity.provider === provider && (provider !== "kubernetes" || way.identity.account === account);
  const isNearby = (way: AnyWay): boolean => isAlike(way) && way.identity.account === account;
  const other =
    victim((way, resident) => isNearby(way) && isBusyWith(way, resident) && resident.persona !== one.resident.persona) ??
    victim((way, resident) => isAlike(way) && isBusyWith(way, resident)) ??
    victim(isNearby) ??
    victim(isAlike);
  return other === undefined ? undefined : { one, other };
}

/** Own credential and moment, the other's call; undefined where they are not of one provider. */
function withCallOf({ atMs, access }: Act, like: Act, exchanges: Exchanged): Act | undefined {
  const agent = exchanges === "calls" ? {} : { userAgent: like.access.userAgent };
  const place = exchanges === "calls-agent-and-place" ? { address: like.access.address } : {};
  const { call } = like;
  if (access.provider === "aws" && call.provider === "aws") return { atMs, access: { ...access, ...agent, ...place }, call };
  if (access.provider === "azure" && call.provider === "azure") return { atMs, access: { ...access, ...agent, ...place }, call };
  if (access.provider === "gcp" && call.provider === "gcp") return { atMs, access: { ...access, ...agent, ...place }, call };
  if (access.provider === "kubernetes" && call.provider === "kubernetes") return { atMs, access: { ...access, ...agent, ...place }, call };
  return undefined;
}
