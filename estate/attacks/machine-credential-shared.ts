// One credential serves two machines: a second one, elsewhere and with another agent, does the same work at the same time.
import { z } from "zod";
import type { Provider } from "../../model/identity-action.ts";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { hourMs } from "../calendar.ts";
import { isKubernetesWay } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { Access } from "../identity.ts";
import { emit, overHours, seatAt, steal } from "../intruder.ts";
import type { Random } from "../random.ts";
import { publicNetwork } from "../world.ts";

export const machineCredentialShared = defineAttack({
  id: "machine-credential-shared",
  technique: "T1078.004",
  providers: [],
  says: "A credential is copied to a second machine, which does the same work beside the first, from another network and with another agent (OWASP NHI9).",
  visible:
    "One credential within minutes from two networks and with two agents that no machine has at once; the identity's calls grow without a new kind of call.",
  invisible:
    "Which of the two is the owner, and whether anybody meant harm. Behind one exit and with one agent the two are one; machines that scale out have many addresses anyway.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(100_000).default(200).describe("Calls of the second machine, at most: it works when the first one does."),
    hours: overHours.default(72),
    every: z.int().min(1).max(50).default(2).describe("Of how many calls of the first the second repeats one."),
    agent: z.enum(["other", "same"]).default("other").describe("Whether the second machine's agent is another."),
  }),
  plan({ victim, random, startMs }, { calls, hours, every, agent }): AttackPlan | undefined {
    const found = victim((way) => way.identity.isMachine && (way.kind === "static-key" || (isKubernetesWay(way) && way.kind === "platform-session")));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const address = random.addressIn(publicNetwork(random));
    const hold = steal<Access>(way, seatAt(agent === "other" ? { address, userAgent: otherAgent(random, way.identity.provider) } : { address }));
    let left = calls;
    let seen = 0;
    return {
      victims: [way.identity],
      startMs,
      endMs: startMs + hours * hourMs,
      act(hour: Hour) {
        for (const { atMs, access, call } of resident.recent) {
          const isWork = access.identity.uid === way.identity.uid && call.issues === undefined;
          if (!isWork || atMs < Math.max(hour.startMs, startMs) || left <= 0 || seen++ % every !== 0) continue;
          const moment = atMs + hour.random.integer(3_000, 400_000);
          emit(hour, moment, hold(moment, hour), call);
          left--;
        }
      },
    };
  },
});

function otherAgent(random: Random, provider: Provider): string {
  if (provider === "aws") return random.chance(0.5) ? agents.boto3(random) : agents.javaSdk(random);
  if (provider === "azure") return agents.azureCli(random);
  return provider === "gcp" ? agents.gcloud(random, "gcloud.storage.cp") : agents.kubectl(random);
}
