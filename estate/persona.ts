// The port of a persona: one kind of machine (or person) that an organisation has, described in a file of its own under personas/.
//
// A persona makes machines. A machine is made once, with everything about it that lasts: identities, ways to hold credentials,
// names, buckets. Then it is asked hour by hour, in order, for what it does in that hour; it writes its calls into the hour. Its
// only sources of chance are the stream it was made with and the hour's own: never the clock, never Math.random.
import type { Provider } from "../model/identity-action.ts";
import type { AnyWay } from "./credentials/way.ts";
import type { Hour } from "./hour.ts";
import type { Act, Identity } from "./identity.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

export interface Persona {
  /** Name of its file. */
  readonly id: string;
  /** One sentence for estate.json: what it is and does. */
  readonly says: string;
  /** Clouds whose logs it writes into; it is left out where one of them is not asked for. */
  readonly providers: readonly [Provider, ...Provider[]];
  /** How often beside the others: of an estate with shares of 100 in all, as many in a hundred machines. */
  readonly share: number;
  /** Pure but for `random`: the same arguments make the same machine. */
  create(made: Making): Machine;
}

interface Making {
  readonly world: World;
  /** This machine's own stream. */
  readonly random: Random;
  /** Counts the machines of this persona: 0, 1, 2. Put it into names that must be unique. */
  readonly number: number;
  /** A name that no other machine has: "ledger-backup", "ledger-backup-2"; made of one of the project's product names and `suffix`. */
  name(suffix: string): string;
}

export interface Machine {
  /** All identities that are this machine's own; others (a node, a service) are counted when they act. */
  readonly identities: readonly Identity[];
  /** What it does, for estate.json. */
  readonly purpose: string;
  readonly schedule: string;
  /** Ways in which it holds credentials, the main one first: what attacks steal and rotations replace. */
  readonly ways: readonly AnyWay[];
  /** When it came to be; before that it is not asked. Absent: before the first day. */
  readonly createdAtMs?: number;
  /** Its calls of this hour, in order of time. */
  live(hour: Hour): void;
}

/** A machine in the estate, as disturbances and attacks find it. */
export interface Resident {
  readonly id: string;
  readonly persona: Persona;
  readonly machine: Machine;
  readonly random: Random;
  /** Its last calls (up to 64), oldest first: how it usually calls, for whoever wants to look like it. */
  readonly recent: readonly Act[];
}
