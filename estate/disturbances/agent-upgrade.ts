// A fleet's SDK or command line is upgraded, machine by machine over a day or two.
import { dayMs } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import { newerAgent } from "../newer-agent.ts";
import { amendAll, identityUids, pickFleet } from "./fleet.ts";
import { officeMoment } from "./office-moment.ts";

export const agentUpgrade: Disturbance = {
  id: "agent-upgrade",
  says: "Machines show a user agent that nobody has seen of them: the next version of what they used.",
  providers: [],
  perMonth: 4,
  plan(planning) {
    const { world, random } = planning;
    const fleet = pickFleet(planning, "persona");
    if (fleet === undefined) return undefined;
    const startMs = officeMoment(world, planning.startMs, "Europe/Berlin");
    const endMs = startMs + Math.ceil(random.between(0.2, 2) * dayMs);
    for (const resident of fleet.residents) {
      amendAll(resident, Math.floor(random.between(startMs, endMs)), ({ userAgent }) => ({ userAgent: newerAgent(userAgent) }));
    }
    return { startMs, endMs, identities: identityUids(fleet.residents), prose: `the SDK of ${fleet.says} was upgraded` };
  },
};
