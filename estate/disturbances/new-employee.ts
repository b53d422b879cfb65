// Somebody starts to work here: an account that nobody has seen, on a working day's morning.
import { hourMs } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import { identityUids, isMachine } from "./fleet.ts";
import { officeMoment } from "./office-moment.ts";

export const newEmployee: Disturbance = {
  id: "new-employee",
  says: "A person whom nobody has seen looks around and uses everything for the first time.",
  providers: [],
  perMonth: 2.5,
  plan({ world, residents, random, startMs: wantedMs, settle }) {
    const colleague = random.pick(residents.filter((resident) => !isMachine(resident)));
    if (colleague === undefined) return undefined;
    const startMs = officeMoment(world, wantedMs, "Europe/Berlin");
    const identities = identityUids(settle([colleague.persona], 1, startMs));
    return { startMs, endMs: startMs + hourMs, identities, prose: "a new colleague began to work" };
  },
};
