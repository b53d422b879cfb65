// All that a watch knows, as plain data: what belongs to one identity apart from what belongs to all, so that a checkpoint can leave out the
// identities that did not change. Written and read by the same version only (model-version.ts), so that it has no history of its own.

import type { BudgetState } from "./alert-budget.ts";
import type { FindingPlace } from "./alert-collapse.ts";
import type { CertainCounts, ToldForCertain } from "./certainty.ts";
import type { IdentityHour } from "./evidence.ts";
import type { AmountsState } from "./filling-hour.ts";
import type { QueuedIdentity } from "./learning-queue.ts";
import type { RatesState, RememberedIdentity } from "./memory/estate-memory.ts";
import type { LineageState } from "./memory/lineage-memory.ts";
import type { OwnScores, ScoringState } from "./scoring.ts";
import type { Silence } from "./silence.ts";

export interface ToldLately {
  readonly bits: number;
  readonly place: FindingPlace;
  /** Somebody confirmed it: what still comes of it is not learned either. */
  readonly isConfirmed: boolean;
  /** Until when what the identity does belongs to it. */
  readonly untilMs: number;
}

export interface EstateState {
  /** Day of reception that goes on; null before the first step. */
  readonly today: number | null;
  readonly days: number;
  /** Decisions up to here have been heard. */
  readonly heardMs: number;
  /** End of the hour that goes on; null where none does. */
  readonly hourEndMs: number | null;
  readonly rates: RatesState;
  readonly lineage: LineageState;
  /** Alerts of the day that goes on that were told for being certain. */
  readonly certainToday: CertainCounts;
  readonly scoring: ScoringState;
  readonly budget: BudgetState;
}

export interface WatchedIdentity extends QueuedIdentity {
  readonly remembered: RememberedIdentity;
  readonly scores: OwnScores;
  readonly told: ToldLately | null;
  readonly toldForCertain: ToldForCertain;
  /** It is late, and waits for a day with room to be told. */
  readonly silence: Silence | null;
  /** Of the hour that goes on: what came so far, what of it was added by parts that may be read again, and the bits that were told of it. */
  readonly filling: readonly IdentityHour[];
  readonly amounts: AmountsState;
  readonly toldOfHour: number | null;
}

export interface WatchState {
  readonly estate: EstateState;
  /** By identity_uid. */
  readonly identities: Iterable<readonly [string, WatchedIdentity]>;
}
