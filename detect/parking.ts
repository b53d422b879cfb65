// Detectors that fail are parked until the day is over, and the others go on: one that throws, that takes too long, that gives no number or that floods. It
// stands alone because a detector is somebody's code, and none may end detection.
import type { Detector, Past, Surprise } from "./detector.ts";
import type { Window } from "./evidence.ts";

export interface ParkedDetector {
  readonly id: string;
  /** What it did: "threw: …". Inert text, 200 characters at most. */
  readonly reason: string;
}

export interface ParkedOnDay extends ParkedDetector {
  /** Start of the day of reception. */
  readonly dayMs: number;
}

export interface ParkingState {
  readonly parked: readonly ParkedDetector[];
  readonly toldByDetector: readonly (readonly [id: string, windows: number])[];
}

/** A detector runs to its end, since nothing can interrupt it: what it took is looked at between windows. */
const mostMsAWindow = 5_000;
const mostMsADay = 600_000;
/** Raised windows of a day of which one detector is a reason. */
const mostToldADay = 5_000;
/** Surprise beyond which more says nothing: a probability of nought is one that was rounded. */
const mostBits = 1_000;

export class Parking {
  readonly #nowMs: () => number;
  readonly #parked = new Map<string, string>();
  readonly #spentMs = new Map<string, number>();
  readonly #told = new Map<string, number>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get state(): ParkingState {
    return { parked: this.parked, toldByDetector: [...this.#told] };
  }

  restore({ parked, toldByDetector }: ParkingState): void {
    for (const { id, reason } of parked) this.#parked.set(id, reason);
    for (const [id, windows] of toldByDetector) this.#told.set(id, windows);
  }

  get parked(): ParkedDetector[] {
    return [...this.#parked].map(([id, reason]) => ({ id, reason }));
  }

  /** What the detector says; undefined where it is parked, or is from now on. */
  ask(detector: Detector, window: Window, past: Past): readonly Surprise[] | undefined {
    if (this.#parked.has(detector.id)) return undefined;
    const startedMs = this.#nowMs();
    try {
      const surprises = detector.score(window, past);
      if (surprises.some(({ bits }) => Number.isNaN(bits))) return this.#park(detector, "gave no number");
      return surprises.some(({ bits }) => bits > mostBits) ? surprises.map((each) => ({ ...each, bits: Math.min(each.bits, mostBits) })) : surprises;
    } catch (error) {
      return this.#park(detector, `threw: ${error instanceof Error ? error.message : "no error"}`);
    } finally {
      this.#spend(detector, this.#nowMs() - startedMs);
    }
  }

  /** A raised window, with the detectors that are a reason of it. */
  countTold(detectors: Iterable<Detector>): void {
    for (const detector of new Set(detectors)) {
      const windows = (this.#told.get(detector.id) ?? 0) + 1;
      this.#told.set(detector.id, windows);
      if (windows > mostToldADay) this.#park(detector, `was a reason of more than ${mostToldADay} windows of a day`);
    }
  }

  /** The next day they are tried again. */
  closeDay(): void {
    this.#parked.clear();
    this.#spentMs.clear();
    this.#told.clear();
  }

  #spend(detector: Detector, elapsedMs: number): void {
    const spentMs = (this.#spentMs.get(detector.id) ?? 0) + elapsedMs;
    this.#spentMs.set(detector.id, spentMs);
    if (elapsedMs > mostMsAWindow) this.#park(detector, `took ${Math.round(elapsedMs)} ms for one window`);
    else if (spentMs > mostMsADay) this.#park(detector, `took ${Math.round(spentMs / 1000)} s of a day`);
  }

  #park({ id }: Detector, reason: string): undefined {
    if (!this.#parked.has(id)) this.#parked.set(id, reason.replace(/[^\x20-\x7e]/g, " ").slice(0, 200));
  }
}
