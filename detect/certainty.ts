// What is told without calibration: a mechanism that shows itself, or a fact. So many a day of each and no more, whatever the records say, and of one
// identity the same thing once. It stands alone because it is the only way to an alert that needs no past.
import type { Certain, Detector, Surprise } from "./detector.ts";
import type { Window } from "./evidence.ts";

interface CertainReason extends Surprise {
  readonly detector: Pick<Detector, "id">;
}

/** Part of the budget that mechanisms may take, at least one a day; facts have places of their own: a fleet of old keys hides no stolen one. */
const shareOfMechanisms = 0.3;
const shareOfFacts = 0.1;
/** As if one window in so many (its binary logarithm) was as odd: what is certain stands before what is merely rare, */
const bitsOfMechanism = 16;
/** and a fact, which is no oddity, behind it. */
export const bitsOfFact = 5;
/** Silences come besides what the budget lets through: a tenth as many, at least one a day. */
const shareOfSilence = 0.1;
/** Of one identity. What was told so long ago may be told again. */
const mostTold = 100;
/** What found no room in a day is counted up to here. */
const mostUntold = 10_000;

/** What was told of an identity, and of which hour: the end of it. The first that was told first. */
export type ToldForCertain = readonly (readonly [what: string, momentMs: number])[];

/** Alerts of a day. */
export type CertainCounts = Readonly<Record<Certain, number>>;

export class Certainty {
  readonly #mostADay: CertainCounts;
  /** Of a day. */
  readonly mostSilences: number;
  /** By identity: what was told, and of which hour. Within it, it goes on. */
  readonly #told = new Map<string, Map<string, number>>();
  #today: CertainCounts = { mechanism: 0, fact: 0 };
  /** Of today: of whom what found no room. Not kept when the process ends: what comes again counts again. */
  readonly #untold = new Map<string, Certain>();

  constructor(budget: number) {
    const share = (part: number) => Math.max(1, Math.floor(budget * part));
    this.#mostADay = { mechanism: share(shareOfMechanisms), fact: share(shareOfFacts) };
    this.mostSilences = share(shareOfSilence);
  }

  /** Alerts of the day that goes on. */
  get today(): CertainCounts {
    return this.#today;
  }

  /** What found no room on the day that goes on, each once. It is told on a later day if it still shows then. */
  get untold(): CertainCounts {
    const counts = { mechanism: 0, fact: 0 };
    for (const kind of this.#untold.values()) counts[kind]++;
    return counts;
  }

  restore(today: CertainCounts): void {
    this.#today = today;
  }

  toldOf(identityUid: string): ToldForCertain {
    return [...(this.#told.get(identityUid) ?? [])];
  }

  restoreTold(identityUid: string, told: ToldForCertain): void {
    if (told.length > 0) this.#told.set(identityUid, new Map(told));
  }

  /** Bits of what is certain of an identity and was not told before; undefined where there is nothing, or no room today. Changes nothing. */
  bitsOf(window: Window, reasons: readonly CertainReason[]): number | undefined {
    let most: number | undefined;
    for (const reason of reasons) {
      const { certainty } = reason;
      if (certainty === undefined) continue;
      const toldMs = this.#toldMs(window, reason);
      if (toldMs === undefined ? !this.#hasRoom(certainty) : toldMs !== window.momentMs) continue;
      const bits = certainty === "mechanism" ? bitsOfMechanism + reason.bits / 100 : bitsOfFact;
      most = Math.max(most ?? 0, bits);
    }
    return most;
  }

  /** The window was told. `isOfItself`: as an alert of its own, and only because it is certain. */
  tell(window: Window, reasons: readonly CertainReason[], isOfItself: boolean): void {
    const { identityUid, momentMs } = window;
    if (isOfItself) this.#count(this.#kindOf(window, reasons));
    for (const reason of reasons) {
      if (reason.certainty === undefined) continue;
      const told = this.#told.get(identityUid) ?? new Map<string, number>();
      this.#told.set(identityUid, told);
      if (!told.has(keyOf(reason))) told.set(keyOf(reason), momentMs);
      this.#untold.delete(placeOf(identityUid, reason));
      const [oldest] = told.keys();
      if (told.size > mostTold && oldest !== undefined) told.delete(oldest);
    }
  }

  /** The window was not told, for whatever of it is certain found no room. */
  leaveUntold(window: Window, reasons: readonly CertainReason[]): void {
    for (const reason of reasons) {
      if (reason.certainty === undefined || this.#toldMs(window, reason) !== undefined || this.#untold.size >= mostUntold) continue;
      this.#untold.set(placeOf(window.identityUid, reason), reason.certainty);
    }
  }

  /** Whose place it takes: that of a mechanism where one shows that was not told before. */
  #kindOf(window: Window, reasons: readonly CertainReason[]): Certain {
    const isNew = (reason: CertainReason) => reason.certainty === "mechanism" && this.#toldMs(window, reason) === undefined;
    return this.#hasRoom("mechanism") && reasons.some(isNew) ? "mechanism" : "fact";
  }

  #count(kind: Certain): void {
    this.#today = { ...this.#today, [kind]: this.#today[kind] + 1 };
  }

  #hasRoom(kind: Certain): boolean {
    return this.#today[kind] < this.#mostADay[kind];
  }

  #toldMs({ identityUid }: Window, reason: CertainReason): number | undefined {
    return this.#told.get(identityUid)?.get(keyOf(reason));
  }

  forget(identityUid: string): void {
    this.#told.delete(identityUid);
  }

  closeDay(): void {
    this.#today = { mechanism: 0, fact: 0 };
    this.#untold.clear();
  }
}

function placeOf(identityUid: string, reason: CertainReason): string {
  return `${identityUid} ${keyOf(reason)}`;
}

function keyOf({ detector, what }: CertainReason): string {
  return `${detector.id} ${what}`;
}
