// All that is remembered of one identity. It learns a day at a time, after the day: what a window is scored against does not depend on the
// order in which the windows of its day came.
import { type Dimension, dimensions, type IdentityHour, type VolumeKind, volumeKinds, type Window } from "../evidence.ts";
import { RhythmMemory } from "./rhythm-memory.ts";
import { SessionMemory } from "./session-memory.ts";
import { ValueMemory } from "./value-memory.ts";
import { VolumeMemory } from "./volume-memory.ts";

/** How long hours stay open for late records. */
const openHours = 72;

export class IdentityMemory {
  readonly values: Readonly<Record<Dimension, ValueMemory>>;
  readonly volumes: Readonly<Record<VolumeKind, VolumeMemory>>;
  readonly rhythm = new RhythmMemory();
  readonly sessions = new SessionMemory();
  provider = "";
  principalType = "";
  workloadType = "unknown";
  #hasActedAsPerson = false;
  #hasActedAsMachine = false;
  /** Days since the epoch; of the first event. */
  firstDay = Number.POSITIVE_INFINITY;
  /** Counts of the last days' hours, by kind: filled as windows come, read by scores of volume. */
  readonly #open = new Map<number, Record<VolumeKind, number>>();
  #learnedDay: number | undefined;

  constructor() {
    this.values = Object.fromEntries(dimensions.map((dimension) => [dimension, new ValueMemory()])) as Record<Dimension, ValueMemory>;
    this.volumes = Object.fromEntries(volumeKinds.map((kind) => [kind, new VolumeMemory()])) as Record<VolumeKind, VolumeMemory>;
  }

  /** Whether all that it ever did was a person's. A browser's agent at a machine's credential, which is the caller's own word, makes none. */
  get isPerson(): boolean {
    return this.#hasActedAsPerson && !this.#hasActedAsMachine;
  }

  /** Adds the window's counts to the hours they belong to, and nothing else. `before`: the same window as it was counted already. */
  count({ hours }: Window, before?: Window): void {
    for (const row of hours) this.#add(row, 1);
    if (before === undefined) return;
    for (const row of before.hours) this.#add(row, -1);
    for (const { hour } of before.hours) if (this.#open.get(hour)?.events === 0) this.#open.delete(hour);
  }

  #add(row: IdentityHour, sign: 1 | -1): void {
    const open = this.#open.get(row.hour) ?? emptyCounts();
    for (const kind of volumeKinds) open[kind] += sign * row[kind];
    this.#open.set(row.hour, open);
  }

  countInHour(kind: VolumeKind, hour: number): number {
    return this.#open.get(hour)?.[kind] ?? 0;
  }

  /** The last hour before that one in which it was active, also of a day that goes on. */
  lastHourBefore(hour: number): number | undefined {
    let last = this.rhythm.lastHour;
    for (const open of this.#open.keys()) if (open < hour && (last === undefined || open > last)) last = open;
    return last;
  }

  /** Of the 24 hours that end with `hour`. */
  countInDay(kind: VolumeKind, hour: number): number {
    let sum = 0;
    for (let each = hour - 23; each <= hour; each++) sum += this.#open.get(each)?.[kind] ?? 0;
    return sum;
  }

  /** What came in a day of reception that is over. Days themselves are closed by `closeDays`. */
  learn({ provider, principalType, workloadType, hours, values }: Window): void {
    this.provider = provider;
    this.principalType = principalType;
    if (workloadType !== "unknown") this.workloadType = workloadType;
    if (workloadType === "human") this.#hasActedAsPerson = true;
    else this.#hasActedAsMachine = true;
    for (const dimension of dimensions) for (const [value, day] of values[dimension]) this.values[dimension].learn(value, day);
    for (const row of hours) {
      this.firstDay = Math.min(this.firstDay, Math.floor(row.hour / 24));
      this.sessions.learn(row);
    }
  }

  /** Learns the rhythm and volume of the days before `today` that are not learned yet, empty ones included. */
  closeDays(today: number): void {
    if (!Number.isFinite(this.firstDay)) return;
    const from = Math.max(this.#learnedDay === undefined ? this.firstDay : this.#learnedDay + 1, today - 60);
    for (let day = from; day < today; day++) {
      const hours = Array.from({ length: 24 }, (_, index) => day * 24 + index);
      for (const kind of volumeKinds) {
        this.volumes[kind].learn(
          day,
          hours.map((hour) => this.countInHour(kind, hour)),
        );
      }
      const active = new Set(hours.filter((hour) => this.#open.has(hour)));
      if (active.size > 0) this.rhythm.learn(day, active);
      this.#learnedDay = day;
    }
    const oldest = today * 24 - openHours;
    for (const hour of this.#open.keys()) if (hour < oldest || hour > today * 24 + openHours) this.#open.delete(hour);
  }
}

function emptyCounts(): Record<VolumeKind, number> {
  return Object.fromEntries(volumeKinds.map((kind) => [kind, 0])) as Record<VolumeKind, number>;
}
