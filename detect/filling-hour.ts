// The hour of reception that goes on: of each identity what came so far, in the parts in which it was read. It stands alone because parts may be
// read again (rows that were still being written when it was asked first), and the hour is then as if it had been read so at once.
import { mergedWindow, type Window } from "./evidence.ts";

interface Filling {
  /** By the moment at which each part ends. */
  readonly parts: Map<number, Window>;
  /** All parts so far. */
  window: Window;
}

export class FillingHour {
  readonly endMs: number;
  readonly #byIdentity = new Map<string, Filling>();

  constructor(endMs: number) {
    this.endMs = endMs;
  }

  /** A part, or the same part as it was found to be later. Returns the identity's window before and now; undefined where nothing changed. */
  fill(part: Window): { before: Window | undefined; now: Window } | undefined {
    const filling = this.#byIdentity.get(part.identityUid);
    if (filling === undefined) {
      const window = part.momentMs === this.endMs ? part : mergedWindow([part], this.endMs);
      this.#byIdentity.set(part.identityUid, { parts: new Map([[part.momentMs, part]]), window });
      return { before: undefined, now: window };
    }
    const { parts, window: before } = filling;
    const known = parts.get(part.momentMs);
    if (known !== undefined && JSON.stringify(known.hours) === JSON.stringify(part.hours)) return undefined;
    parts.set(part.momentMs, part);
    filling.window = known === undefined ? mergedWindow([before, part], this.endMs) : mergedWindow([part, ...others(parts, part)], this.endMs);
    return { before, now: filling.window };
  }

  /** Leaves nothing of what ended after `fromMs` (up to and with `toMs`) that is not among the parts: it was received at another time after all. */
  retain(fromMs: number, toMs: number, parts: readonly Window[]): { before: Window; now: Window | undefined }[] {
    const kept = new Set(parts.map(placeOf));
    const changes: { before: Window; now: Window | undefined }[] = [];
    for (const [uid, filling] of this.#byIdentity) {
      const gone = [...filling.parts.values()].filter((part) => part.momentMs > fromMs && part.momentMs <= toMs && !kept.has(placeOf(part)));
      if (gone.length === 0) continue;
      for (const { momentMs } of gone) filling.parts.delete(momentMs);
      const [first, ...rest] = filling.parts.values();
      const before = filling.window;
      if (first === undefined) this.#byIdentity.delete(uid);
      else filling.window = mergedWindow([first, ...rest], this.endMs);
      changes.push({ before, now: first === undefined ? undefined : filling.window });
    }
    return changes;
  }

  /** As they were read last. */
  parts(identityUid: string): Window[] {
    return [...(this.#byIdentity.get(identityUid)?.parts.values() ?? [])];
  }

  /** By identity, so that the order in which they came makes no difference. */
  get windows(): Window[] {
    return [...this.#byIdentity].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, { window }]) => window);
  }
}

function placeOf({ identityUid, momentMs }: Window): string {
  return `${momentMs} ${identityUid}`;
}

function others(parts: ReadonlyMap<number, Window>, part: Window): Window[] {
  return [...parts.values()].filter((other) => other !== part);
}
