// All attacks, and the standard set: which of them, how often and how large, for `--attacks standard`.
import type { Attack } from "../attack.ts";
import { stolenStaticKey } from "./stolen-static-key.ts";

export const attacks: readonly Attack[] = [stolenStaticKey];

export interface AttackOrder {
  /** Id of an attack. */
  readonly attack: string;
  /** Members that differ from the defaults. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** When it begins; absent: the seed picks a moment of the second half. */
  readonly startMs?: number;
}

/** At several sizes, down to a handful of events. */
export const standardAttacks: readonly AttackOrder[] = [
  { attack: "stolen-static-key", parameters: {} },
  { attack: "stolen-static-key", parameters: { objects: 3, hours: 1, mimics: "agent" } },
  { attack: "stolen-static-key", parameters: { objects: 1500, hours: 30, mimics: "agent-and-region" } },
];
