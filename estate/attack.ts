// The port of an attack: a file of its own under attacks/, with its parameters and with what an honest detector could and could not
// see of it. The frame labels every record that comes out of it: whatever `act` emits, and whatever `intercept` returns that is not
// the act it was given.
import type { z } from "zod";
import type { Provider } from "../model/identity-action.ts";
import type { AnyWay } from "./credentials/way.ts";
import type { Identity } from "./identity.ts";
import type { Intervention, Planning } from "./intervention.ts";
import type { Resident } from "./persona.ts";

export interface Attack<Parameters extends z.ZodType = z.ZodType> {
  /** Name of its file. */
  readonly id: string;
  /** ATT&CK v19: T1078.004. */
  readonly technique: string;
  /** It is left out where one of them is not asked for. */
  readonly providers: readonly Provider[];
  /** What happens, in prose. */
  readonly says: string;
  /** What of it an honest detector could see. */
  readonly visible: string;
  /** What it could not, and why. */
  readonly invisible: string;
  /** A strict object; every member has a default and a description. */
  readonly parameters: Parameters;
  /** Picks a victim and says what will be done; undefined where nobody in this estate fits. */
  plan(planning: AttackPlanning, parameters: z.infer<Parameters>): AttackPlan | undefined;
}

export interface AttackPlanning extends Planning {
  /** When it begins, unless the plan has a reason to move it. */
  readonly startMs: number;
  /** A victim that no other attack of this estate has: one of its ways that fits; undefined where there is none. */
  victim<Fit extends AnyWay>(fits: (way: AnyWay, resident: Resident) => way is Fit): Victim<Fit> | undefined;
  victim(fits: (way: AnyWay, resident: Resident) => boolean): Victim<AnyWay> | undefined;
}

export interface Victim<Fit extends AnyWay> {
  readonly resident: Resident;
  readonly way: Fit;
}

export interface AttackPlan extends Intervention {
  /** On whom a finding counts; whoever makes a labelled call is added. */
  readonly victims: readonly Identity[];
}

/** Keeps the types of an attack's parameters together. */
export function defineAttack<Parameters extends z.ZodType>(attack: Attack<Parameters>): Attack<Parameters> {
  return attack;
}
