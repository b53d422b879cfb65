// A company is bought and its machines appear within a day: thirty newcomers, or as many as fit to the estate's size.
import { dayMs } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import type { Persona } from "../persona.ts";
import { identityUids, isMachine } from "./fleet.ts";

export const acquisition: Disturbance = {
  id: "acquisition",
  says: "Many identities that nobody has seen begin to work within a day.",
  providers: [],
  perMonth: 0.8,
  plan({ residents, random, startMs, settle }) {
    const machines = residents.filter(isMachine);
    const count = Math.min(30, Math.ceil(machines.length / 12));
    const personas = Array.from({ length: count }, () => random.pick(machines)?.persona).filter(
      (persona): persona is Persona => persona !== undefined,
    );
    if (personas.length === 0) return undefined;
    const newcomers = personas.flatMap((persona) => settle([persona], 1, Math.floor(random.between(startMs, startMs + dayMs))));
    const prose = `an acquired company's ${newcomers.length} machines were taken over within a day`;
    return { startMs, endMs: startMs + dayMs, identities: identityUids(newcomers), prose };
  },
};
