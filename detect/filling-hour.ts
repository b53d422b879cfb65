// The hour of reception that goes on: of each identity what came so far. It stands alone because what was read lately may be read again (rows that
// were still being written when it was asked first), and the hour is then as if it had been read so at once.
import { mergedWindow, packed, unpacked, type VolumeKind, volumeKinds, type Window } from "./evidence.ts";

/** What changed of one identity's window. */
export interface Change {
  readonly before: Window | undefined;
  readonly now: Window | undefined;
}

/** What a part added, by hour: amounts are taken out again where it is read again. All else of an hour are sets, and a set holds it already. */
type Amounts = ReadonlyMap<number, Readonly<Record<VolumeKind, number>>>;

export type AmountsState = readonly (readonly [momentMs: number, hour: number, ...amounts: number[]])[];

export class FillingHour {
  readonly endMs: number;
  /** Packed: of a backlog each has a row for every hour that it took to grow. */
  #windows = new Map<string, Window>();
  /** By the moment at which a part ends and by identity: of those that may be read again. */
  readonly #amounts = new Map<number, Map<string, Amounts>>();

  constructor(endMs: number) {
    this.endMs = endMs;
  }

  /** A part that ends after `againFromMs` may be read again; undefined where nothing changed. */
  fill(part: Window, againFromMs: number): Change | undefined {
    const { identityUid, momentMs } = part;
    const before = this.#unpacked(identityUid);
    const known = this.#amounts.get(momentMs)?.get(identityUid);
    const others = before === undefined || known === undefined ? before : without(before, known);
    const now = others === undefined ? (momentMs === this.endMs ? part : mergedWindow([part], this.endMs)) : mergedWindow([others, part], this.endMs);
    if (momentMs > againFromMs) this.#note(identityUid, momentMs, amountsOf(part));
    if (known !== undefined && before !== undefined && showsTheSame(before, now)) return undefined;
    this.#windows.set(identityUid, packed(now));
    return { before, now };
  }

  /** Takes out what ended after `fromMs` (up to and with `toMs`) and is not among the parts: it was received at another time after all. */
  retain(fromMs: number, toMs: number, parts: readonly Window[]): Change[] {
    const kept = new Set(parts.map(({ identityUid, momentMs }) => `${momentMs} ${identityUid}`));
    const changes = new Map<string, Change>();
    for (const [momentMs, ofMoment] of this.#amounts) {
      if (momentMs <= fromMs || momentMs > toMs) continue;
      for (const [uid, amounts] of ofMoment) {
        if (kept.has(`${momentMs} ${uid}`)) continue;
        ofMoment.delete(uid);
        const window = this.#unpacked(uid);
        const now = window === undefined ? undefined : without(window, amounts);
        if (now === undefined) this.#windows.delete(uid);
        else this.#windows.set(uid, packed(now));
        changes.set(uid, { before: changes.get(uid)?.before ?? window, now });
      }
    }
    return [...changes.values()];
  }

  /** Nothing up to then is read again. */
  settle(untilMs: number): void {
    for (const momentMs of this.#amounts.keys()) if (momentMs <= untilMs) this.#amounts.delete(momentMs);
  }

  /** These, which are packed, are all of the hour, in place of what was read of it so far. */
  replace(windows: readonly Window[]): Change[] {
    const before = this.#windows;
    this.#windows = new Map(windows.map((window) => [window.identityUid, window]));
    this.#amounts.clear();
    const uids = new Set([...before.keys(), ...this.#windows.keys()]);
    return [...uids].map((uid) => ({ before: before.get(uid), now: this.#windows.get(uid) }));
  }

  /** By identity, so that the order in which they came makes no difference. Packed. */
  get windows(): Window[] {
    return [...this.#windows].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, window]) => window);
  }

  /** Packed. */
  window(identityUid: string): Window | undefined {
    return this.#windows.get(identityUid);
  }

  #unpacked(identityUid: string): Window | undefined {
    const window = this.#windows.get(identityUid);
    return window === undefined ? undefined : unpacked(window);
  }

  amounts(identityUid: string): AmountsState {
    return [...this.#amounts].flatMap(([momentMs, ofMoment]) =>
      [...(ofMoment.get(identityUid) ?? [])].map(([hour, amounts]) => [momentMs, hour, ...volumeKinds.map((kind) => amounts[kind])] as const),
    );
  }

  restore(window: Window, amounts: AmountsState): void {
    this.#windows.set(window.identityUid, packed(window));
    for (const [momentMs, ofMoment] of Map.groupBy(amounts, ([momentMs]) => momentMs)) {
      this.#note(window.identityUid, momentMs, new Map(ofMoment.map(([, hour, ...each]) => [hour, byKind((_, place) => each[place] ?? 0)])));
    }
  }

  #note(uid: string, momentMs: number, amounts: Amounts): void {
    const ofMoment = this.#amounts.get(momentMs) ?? new Map<string, Amounts>();
    this.#amounts.set(momentMs, ofMoment.set(uid, amounts));
  }
}

/** Hour by hour: all of them may be longer than any text. */
function showsTheSame({ hours }: Window, other: Window): boolean {
  return hours.length === other.hours.length && hours.every((row, place) => JSON.stringify(row) === JSON.stringify(other.hours[place]));
}

function amountsOf({ hours }: Window): Amounts {
  return new Map(hours.map((row) => [row.hour, byKind((kind) => row[kind])]));
}

/** Undefined where nothing is left. */
function without(window: Window, amounts: Amounts): Window | undefined {
  const hours = window.hours
    .map((row) => {
      const gone = amounts.get(row.hour);
      return gone === undefined ? row : { ...row, ...byKind((kind) => row[kind] - gone[kind]) };
    })
    .filter(({ events }) => events > 0);
  return hours.length === 0 ? undefined : mergedWindow([{ identityUid: window.identityUid, hours }], window.momentMs);
}

function byKind(amount: (kind: VolumeKind, place: number) => number): Record<VolumeKind, number> {
  return Object.fromEntries(volumeKinds.map((kind, place) => [kind, amount(kind, place)])) as Record<VolumeKind, number>;
}
