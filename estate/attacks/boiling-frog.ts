// A little more every day, from the victim's own place and credential: the attacker grows with the baseline.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { anotherNumber, earlyEnough, isBusyOnAws, isMachineOnAws } from "../attacker.ts";
import { dayMs } from "../calendar.ts";
import type { Act, AwsCall } from "../identity.ts";
import type { Random } from "../random.ts";

export const boilingFrog = defineAttack({
  id: "boiling-frog",
  technique: "T1530",
  providers: ["aws"],
  says: "From its own place, with its own credential and agent, a machine makes its usual calls on more objects, a few per cent more every day.",
  visible:
    "Over weeks the volume and the number of distinct objects leave what they were, against a baseline that is old enough or learns less from high days.",
  invisible:
    "No value is new but the objects' names, and no day differs from the one before by more than chance. A baseline that follows every day never sees it; growth of the business looks the same.",
  parameters: z.strictObject({
    calls: z.int().min(1).max(100_000).default(5_000).describe("Most calls added in all."),
    growthPerDay: z
      .number()
      .positive()
      .max(10)
      .default(0.05)
      .describe("By how much of the victim's own calls the volume grows each day, compounding."),
    days: z.number().positive().max(365).default(18).describe("For how many days."),
  }),
  plan(planning, { growthPerDay, days, calls }): AttackPlan | undefined {
    const found = planning.victim(isBusyOnAws) ?? planning.victim(isMachineOnAws);
    if (found === undefined) return undefined;
    const startMs = earlyEnough(planning, days * dayMs);
    let left = calls;
    return {
      victims: [found.way.identity],
      startMs,
      endMs: startMs + days * dayMs,
      intercept(act, resident, random) {
        if (resident !== found.resident || act.access.identity.uid !== found.way.identity.uid || left === 0) return [act];
        const growth = (1 + growthPerDay) ** Math.ceil((act.atMs - startMs) / dayMs) - 1;
        const count = Math.min(left, Math.floor(growth) + (random.chance(growth % 1) ? 1 : 0));
        const added = Array.from({ length: count }, (_, number) => repeated(act, (number + 1) * random.integer(300, 4_000), random)).filter(
          (each) => each !== undefined,
        );
        left -= added.length;
        return [act, ...added];
      },
    };
  },
});

/** The same call a little later, on another object where it has one. Those that hand out credentials are not repeated. */
function repeated(act: Act, laterMs: number, random: Random): Act | undefined {
  if (act.access.provider !== "aws" || act.call.provider !== "aws" || act.call.issues !== undefined) return undefined;
  return { atMs: act.atMs + laterMs, access: act.access, call: onAnotherObject(act.call, random) };
}

function onAnotherObject(call: AwsCall, random: Random): AwsCall {
  const key = call.request?.key;
  if (typeof key !== "string") return call;
  const other = anotherNumber(key, random);
  const resources = call.resources?.map((resource) =>
    resource.arn.endsWith(`/${key}`) ? { ...resource, arn: resource.arn.slice(0, -key.length) + other } : resource,
  );
  return { ...call, request: { ...call.request, key: other }, ...(resources === undefined ? {} : { resources }) };
}
