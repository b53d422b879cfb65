// Which finding a raised window belongs to. It stands apart from the fold because what is told is fewer than what is raised: whoever is woken
// wants one finding for one thing that goes on.
import type { Raised } from "./watch.ts";
import type { ToldLately } from "./watch-state.ts";

/** What a finding is known by: its kind, whom or what it is about, and the end of the hour of reception that raised it. */
export interface FindingPlace {
  readonly kind: "identity";
  /** The identity's uid. */
  readonly about: string;
  readonly momentMs: number;
}

export interface RaisedWindow {
  readonly raised: Raised;
  /** The window was told of before: it is clearly odder now, or its hour is over. What was told stays told, however odd it then is. */
  readonly isRevision: boolean;
  /** Rare enough for the budget; else it is told because a detector is certain. */
  readonly isRare: boolean;
}

export interface Told extends RaisedWindow {
  /** The finding that it belongs to. */
  readonly place: FindingPlace;
  /** It raised the finding; else it belongs to one that was told of lately. */
  readonly isNews: boolean;
}

/** What an identity does within so long of what was told is the same finding, */
const collapseMs = 24 * 3_600_000;
/** unless it is odder by so many bits. */
export const clearlyOdder = 2;
/** What was done then and is received later belongs to it, however odd it is, for so long. */
const lateMs = 72 * 3_600_000;

export class AlertCollapse {
  readonly #told = new Map<string, ToldLately>();

  /**
   * Windows come in the order of moments. `isOddSince`: whether what of the window happened after that moment is odd enough by itself. Of a
   * window that holds late records besides only that part can be a finding of its own; asked where it matters.
   */
  tell(raising: RaisedWindow, isOddSince: (fromMs: number) => boolean): Told {
    const { window, bits } = raising.raised;
    const { identityUid, momentMs } = window;
    const before = this.#told.get(identityUid);
    const isSame = before?.place.momentMs === momentMs;
    const isOdder = before !== undefined && momentMs <= before.untilMs && bits >= before.bits + clearlyOdder;
    const isNews = isSame || before === undefined || isOdder || (before.untilMs < momentMs && isOddSince(before.untilMs));
    if (!isNews) return { ...raising, place: before.place, isNews };
    const place: FindingPlace = isSame ? before.place : { kind: "identity", about: identityUid, momentMs };
    const isConfirmed = isSame && before.isConfirmed;
    this.#told.set(identityUid, { place, isConfirmed, bits: isSame ? Math.max(bits, before.bits) : bits, untilMs: momentMs + collapseMs });
    return { ...raising, place, isNews };
  }

  /** Somebody confirmed the finding of that hour. */
  confirm(identityUid: string, placeMs: number): void {
    const told = this.#told.get(identityUid);
    if (told?.place.momentMs === placeMs) this.#told.set(identityUid, { ...told, isConfirmed: true });
  }

  /** Somebody found it benign: what is odd from now on is something else. */
  end(identityUid: string, placeMs: number): void {
    if (this.#told.get(identityUid)?.place.momentMs === placeMs) this.#told.delete(identityUid);
  }

  /** Whether what was told of the identity last belongs to a confirmed finding. */
  isConfirmed(identityUid: string): boolean {
    return this.#told.get(identityUid)?.isConfirmed ?? false;
  }

  /** What was told of an identity lately, and until when that stands. */
  toldOf(identityUid: string): ToldLately | null {
    return this.#told.get(identityUid) ?? null;
  }

  restore(identityUid: string, told: ToldLately | null): void {
    if (told !== null) this.#told.set(identityUid, told);
  }

  /** What stands no longer. */
  forgetBefore(momentMs: number): void {
    for (const [uid, { untilMs }] of this.#told) if (untilMs + lateMs < momentMs) this.#told.delete(uid);
  }
}
