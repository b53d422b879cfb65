// A machine was switched off and its credential forgotten; weeks later somebody uses it. In Google Cloud by a key, in Entra by a secret.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { dayMs } from "../calendar.ts";
import { isAzureWay, isGcpWay } from "../credentials/way.ts";
import { lookAround } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { Access } from "../identity.ts";
import { campaign, emit, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

export const dormantIdentityReturns = defineAttack({
  id: "dormant-identity-returns",
  technique: "T1078.004",
  providers: [],
  says: "The machine behind a key or secret falls silent for good; long after that the credential is used again, by somebody else.",
  visible:
    "An identity that comes back after a silence far longer than any it kept; from another network and with another agent, unless copied; other calls than it ever made.",
  invisible:
    "Whether a silence is an end or a pause: a yearly job is silent too. In logs that begin after the machine's last call the identity is only new.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(100_000).default(12).describe("Calls after the return."),
    silentDays: z.number().positive().max(1000).default(16).describe("Days without a call before the return; fewer where the estate is shorter."),
    hours: overHours.default(8),
    mimics: mimicry.default("nothing"),
  }),
  plan(planning, { calls, silentDays, hours, mimics }): AttackPlan | undefined {
    const { victim, random, world, startMs } = planning;
    const found = victim((way) => way.kind === "static-key" && (isAzureWay(way) || isGcpWay(way)));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const silentFromMs = Math.max(startMs - silentDays * dayMs, world.startMs + (startMs - world.startMs) * 0.2);
    const agent = isAzureWay(way) ? agents.azureCli(random) : agents.gcloud(random, "gcloud.projects.list");
    const hold = steal<Access>(way, takeSeat(random, mimics, agent));
    const surroundings = new Surroundings(planning);
    const take = (number: number, atMs: number, hour: Hour): void => {
      const { access, call } = lookAround(hold(atMs, hour), number, resident, surroundings, 0.6);
      emit(hour, atMs, access, call);
    };
    const steps = stepsAt(movesOver(random, calls, 4, startMs, hours), take);
    const { act } = campaign({ startMs, hours, steps });
    return {
      victims: [way.identity],
      startMs: silentFromMs,
      endMs: world.endMs,
      act,
      intercept: (each, { id }) => (id === resident.id ? [] : [each]),
    };
  },
});
