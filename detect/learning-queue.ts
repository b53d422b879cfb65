// What is to be learned when the day is over, and what waits for longer: windows that were raised are not learned from until whoever decides about
// them has had the time. It stands alone because what people decide reaches detection here.
import { type IdentityHour, packed, type Window, windowsOf } from "./evidence.ts";

/** Of windows that were raised. */
const delayDays = 3;

export interface QueuedIdentity {
  readonly heldBack: readonly { readonly untilDay: number; readonly hours: readonly IdentityHour[] }[];
  /** Windows of the day that goes on, not learned yet. */
  readonly windows: readonly IdentityHour[];
}

export class LearningQueue {
  /** As they come from the hour that is over: packed. A day has one for each of its hours and each identity. */
  #windows: Window[] = [];
  #heldBack: { readonly window: Window; readonly untilDay: number }[] = [];

  /** How many are learned when the day is over, besides those that were held back. */
  get size(): number {
    return this.#windows.length;
  }

  add(window: Window): void {
    this.#windows.push(window);
  }

  holdBack(window: Window, today: number): void {
    this.#heldBack.push({ window, untilDay: today + delayDays });
  }

  /** Takes these out of what is held back: they are learned with the day that goes on, or never. */
  decide(isDecided: (window: Window) => boolean, isBenign: boolean): Window[] {
    const decided = this.#heldBack.filter(({ window }) => isDecided(window)).map(({ window }) => window);
    this.#heldBack = this.#heldBack.filter(({ window }) => !isDecided(window));
    if (isBenign) this.#windows.push(...decided);
    return decided;
  }

  /** All that is to be learned before that day, and no longer here. */
  due(day: number): Window[] {
    const due = [...this.#heldBack.filter(({ untilDay }) => untilDay <= day).map(({ window }) => window), ...this.#windows];
    this.#heldBack = this.#heldBack.filter(({ untilDay }) => untilDay > day);
    this.#windows = [];
    return due;
  }

  /** By identity. */
  get state(): (identityUid: string) => QueuedIdentity {
    const heldBack = Map.groupBy(this.#heldBack, ({ window }) => window.identityUid);
    const windows = Map.groupBy(this.#windows, ({ identityUid }) => identityUid);
    return (uid) => ({
      heldBack: (heldBack.get(uid) ?? []).map(({ window, untilDay }) => ({ untilDay, hours: window.hours })),
      windows: (windows.get(uid) ?? []).flatMap(({ hours }) => hours),
    });
  }

  restore({ heldBack, windows }: QueuedIdentity): void {
    for (const { untilDay, hours } of heldBack) for (const window of windowsOf(hours)) this.#heldBack.push({ window: packed(window), untilDay });
    for (const window of windowsOf(windows)) this.#windows.push(packed(window));
  }
}
