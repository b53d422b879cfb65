// What is told without calibration: a mechanism that shows itself. So many a day and no more, whatever the records say, and of one identity the
// same thing once. It stands alone because it is the only way to an alert that needs no past.
import type { Detector, Surprise } from "./detector.ts";
import type { Window } from "./evidence.ts";

interface CertainReason extends Surprise {
  readonly detector: Pick<Detector, "id">;
}

/** Part of the budget that certain findings may take, at least one a day. */
const shareOfBudget = 0.3;
/** As if one window in so many (its binary logarithm) was as odd: what is certain stands before what is merely rare, */
const bitsOfMechanism = 16;
/** and a fact, which is no oddity, behind it. */
export const bitsOfFact = 5;
/** Silences come besides what the budget lets through: a tenth as many, at least one a day. */
const shareOfSilence = 0.1;
/** Of one identity. What was told so long ago may be told again. */
const mostTold = 100;

/** What was told of an identity, and of which hour: the end of it. The first that was told first. */
export type ToldForCertain = readonly (readonly [what: string, momentMs: number])[];

export class Certainty {
  readonly #mostADay: number;
  /** Of a day. */
  readonly mostSilences: number;
  /** By identity: what was told, and of which hour. Within it, it goes on. */
  readonly #told = new Map<string, Map<string, number>>();
  #today = 0;

  constructor(budget: number) {
    this.#mostADay = Math.max(1, Math.floor(budget * shareOfBudget));
    this.mostSilences = Math.max(1, Math.floor(budget * shareOfSilence));
  }

  /** Alerts of the day that goes on. */
  get today(): number {
    return this.#today;
  }

  restore(today: number): void {
    this.#today = today;
  }

  toldOf(identityUid: string): ToldForCertain {
    return [...(this.#told.get(identityUid) ?? [])];
  }

  restoreTold(identityUid: string, told: ToldForCertain): void {
    if (told.length > 0) this.#told.set(identityUid, new Map(told));
  }

  /** Bits of what is certain of an identity and was not told before; undefined where there is nothing, or no room today. Changes nothing. */
  bitsOf({ identityUid, momentMs }: Window, reasons: readonly CertainReason[]): number | undefined {
    let most: number | undefined;
    for (const reason of reasons) {
      if (reason.certainty === undefined) continue;
      const toldMs = this.#told.get(identityUid)?.get(keyOf(reason));
      if (toldMs === undefined ? this.#today >= this.#mostADay : toldMs !== momentMs) continue;
      const bits = reason.certainty === "mechanism" ? bitsOfMechanism + reason.bits / 100 : bitsOfFact;
      most = Math.max(most ?? 0, bits);
    }
    return most;
  }

  /** The window was told. `isOfItself`: as an alert of its own, and only because it is certain. */
  tell({ identityUid, momentMs }: Window, reasons: readonly CertainReason[], isOfItself: boolean): void {
    if (isOfItself) this.#today++;
    for (const reason of reasons) {
      if (reason.certainty === undefined) continue;
      const told = this.#told.get(identityUid) ?? new Map<string, number>();
      this.#told.set(identityUid, told);
      if (!told.has(keyOf(reason))) told.set(keyOf(reason), momentMs);
      const [oldest] = told.keys();
      if (told.size > mostTold && oldest !== undefined) told.delete(oldest);
    }
  }

  forget(identityUid: string): void {
    this.#told.delete(identityUid);
  }

  closeDay(): void {
    this.#today = 0;
  }
}

function keyOf({ detector, what }: CertainReason): string {
  return `${detector.id} ${what}`;
}
