// The port of a disturbance: something benign that makes real logs hard (a rotation, a deployment, an outage), in a file of its own
// under disturbances/. It is no attack: estate.json says what it was, and nothing of it is labelled.
import type { Provider } from "../model/identity-action.ts";
import type { EstatePlanning, Intervention } from "./intervention.ts";

export interface Disturbance {
  /** Name of its file. */
  readonly id: string;
  /** One sentence: what happens, and what in it looks like an attack. */
  readonly says: string;
  /** It is left out where one of them is not asked for. */
  readonly providers: readonly Provider[];
  /** How often it happens in 30 days of 600 identities; fewer days or identities, fewer times (chance decides the rest). */
  readonly perMonth: number;
  /** One occurrence of it; undefined where nobody in this estate fits. */
  plan(planning: OccurrencePlanning): Occurrence | undefined;
}

export interface OccurrencePlanning extends EstatePlanning {
  /** When it begins: the frame picks a moment; shift it to office hours or the like by `random`. */
  readonly startMs: number;
}

export interface Occurrence extends Intervention {
  /** For estate.json: who was touched, and in words. */
  readonly identities: readonly string[];
  readonly prose: string;
}
