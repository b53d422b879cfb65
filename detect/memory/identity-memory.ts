// All that is remembered of one identity. It learns a day at a time, after the day: what a window is scored against does not depend on the
// order in which the windows of its day came.
import { type Dimension, dimensions, type IdentityHour, type VolumeKind, volumeKinds, type Window } from "../evidence.ts";
import { IdentityLineage, type IdentityLineageState } from "./identity-lineage.ts";
import { RhythmMemory, type RhythmState } from "./rhythm-memory.ts";
import { SessionMemory, type SessionState, usedByHolder } from "./session-memory.ts";
import { ValueMemory, type ValueState } from "./value-memory.ts";
import { VolumeMemory, type VolumeState } from "./volume-memory.ts";

/** How long hours stay open for late records. */
const openHours = 72;
/** Days of silence or of an archive that are learned afterwards. */
const mostDaysLearned = 60;

type OnChange = (dimension: Dimension, value: string, change: 1 | -1) => void;

export interface IdentityState {
  readonly values: Readonly<Partial<Record<Dimension, ValueState>>>;
  readonly volumes: Readonly<Partial<Record<VolumeKind, VolumeState>>>;
  readonly rhythm: RhythmState;
  readonly sessions: SessionState;
  readonly holders: SessionState;
  readonly lineage: IdentityLineageState;
  readonly provider: string;
  readonly principalType: string;
  readonly workloadType: string;
  readonly hasActedAsPerson: boolean;
  readonly hasActedAsMachine: boolean;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly open: readonly (readonly [hour: number, counts: Readonly<Record<VolumeKind, number>>])[];
  readonly learnedDay: number | null;
}

export class IdentityMemory {
  readonly values: Record<Dimension, ValueMemory>;
  readonly volumes: Record<VolumeKind, VolumeMemory>;
  rhythm = new RhythmMemory();
  sessions = new SessionMemory();
  /** The same by who held the credential: an instance stays where it is over many sessions. */
  holders = new SessionMemory();
  lineage = new IdentityLineage();
  provider = "";
  principalType = "";
  workloadType = "unknown";
  #hasActedAsPerson = false;
  #hasActedAsMachine = false;
  /** Days since the epoch; of the first event. */
  firstDay = Number.POSITIVE_INFINITY;
  /** Of the last reception that was learned. */
  lastDay = Number.POSITIVE_INFINITY;
  /** Counts of the last days' hours, by kind: filled as windows come, read by scores of volume. */
  readonly #open = new Map<number, Record<VolumeKind, number>>();
  #learnedDay: number | undefined;

  constructor() {
    this.values = Object.fromEntries(dimensions.map((dimension) => [dimension, new ValueMemory()])) as Record<Dimension, ValueMemory>;
    this.volumes = Object.fromEntries(volumeKinds.map((kind) => [kind, new VolumeMemory()])) as Record<VolumeKind, VolumeMemory>;
  }

  static restore(state: IdentityState): IdentityMemory {
    const memory = new IdentityMemory();
    for (const dimension of dimensions) memory.values[dimension] = ValueMemory.restore(state.values[dimension] ?? []);
    for (const kind of volumeKinds) {
      const volume = state.volumes[kind];
      if (volume !== undefined) memory.volumes[kind] = VolumeMemory.restore(volume);
    }
    memory.rhythm = RhythmMemory.restore(state.rhythm);
    memory.sessions = SessionMemory.restore(state.sessions);
    memory.holders = SessionMemory.restore(state.holders);
    memory.lineage = IdentityLineage.restore(state.lineage);
    memory.provider = state.provider;
    memory.principalType = state.principalType;
    memory.workloadType = state.workloadType;
    memory.#hasActedAsPerson = state.hasActedAsPerson;
    memory.#hasActedAsMachine = state.hasActedAsMachine;
    memory.firstDay = state.firstDay ?? Number.POSITIVE_INFINITY;
    memory.lastDay = state.lastDay ?? Number.POSITIVE_INFINITY;
    for (const [hour, counts] of state.open) memory.#open.set(hour, { ...counts });
    memory.#learnedDay = state.learnedDay ?? undefined;
    return memory;
  }

  get state(): IdentityState {
    return {
      values: Object.fromEntries(dimensions.map((dimension) => [dimension, this.values[dimension].state])),
      volumes: Object.fromEntries(volumeKinds.map((kind) => [kind, this.volumes[kind].state])),
      rhythm: this.rhythm.state,
      sessions: this.sessions.state,
      holders: this.holders.state,
      lineage: this.lineage.state,
      provider: this.provider,
      principalType: this.principalType,
      workloadType: this.workloadType,
      hasActedAsPerson: this.#hasActedAsPerson,
      hasActedAsMachine: this.#hasActedAsMachine,
      firstDay: Number.isFinite(this.firstDay) ? this.firstDay : null,
      lastDay: Number.isFinite(this.lastDay) ? this.lastDay : null,
      open: [...this.#open],
      learnedDay: this.#learnedDay ?? null,
    };
  }

  /** Whether all that it ever did was a person's. A browser's agent at a machine's credential, which is the caller's own word, makes none. */
  get isPerson(): boolean {
    return this.#hasActedAsPerson && !this.#hasActedAsMachine;
  }

  /** Sets the counts of the hours that a window belongs to, and nothing else: from what it was, if it was counted before, to what it is. */
  count(now: Window | undefined, before: Window | undefined): void {
    for (const row of openRows(now)) this.#add(row, 1);
    for (const row of openRows(before)) this.#add(row, -1);
    for (const { hour } of openRows(before)) if (this.#open.get(hour)?.events === 0) this.#open.delete(hour);
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

  /** What came in a day of reception that is over; `onChange` as ValueMemory tells it. Days themselves are closed by `closeDays`. */
  learn(window: Window, onChange?: OnChange): void {
    const { momentMs, provider, principalType, workloadType, hours } = window;
    this.lastDay = Math.floor((momentMs - 1) / 86_400_000);
    this.provider = provider;
    this.principalType = principalType;
    if (workloadType !== "unknown") this.workloadType = workloadType;
    if (workloadType === "human") this.#hasActedAsPerson = true;
    else this.#hasActedAsMachine = true;
    this.learnValues(window, onChange);
    for (const row of hours) {
      this.firstDay = Math.min(this.firstDay, Math.floor(row.hour / 24));
      this.sessions.learn(row);
      this.holders.learn(usedByHolder(row));
    }
  }

  learnValues({ values }: Pick<Window, "values">, onChange?: OnChange): void {
    for (const dimension of dimensions)
      for (const [value, day] of values[dimension])
        this.values[dimension].learn(value, day, (changed, change) => onChange?.(dimension, changed, change));
  }

  /** Learns the rhythm and volume of the days before `today` that are not learned yet, empty ones included. */
  closeDays(today: number): void {
    if (!Number.isFinite(this.firstDay)) return;
    const from = Math.max(this.#learnedDay === undefined ? this.firstDay : this.#learnedDay + 1, today - mostDaysLearned);
    for (let day = from; day < today; day++) {
      const hours = Array.from({ length: 24 }, (_, index) => day * 24 + index);
      const isActive = hours.map((hour) => this.#open.has(hour));
      for (const kind of volumeKinds) {
        const counts = hours.map((hour) => this.countInHour(kind, hour));
        this.volumes[kind].learn(day, counts, isActive);
      }
      const active = new Set(hours.filter((hour) => this.#open.has(hour)));
      if (active.size > 0) this.rhythm.learn(day, active);
      this.#learnedDay = day;
    }
    const oldest = today * 24 - openHours;
    for (const hour of this.#open.keys()) if (hour < oldest || hour > today * 24 + openHours) this.#open.delete(hour);
  }
}

/** Rows of hours that are learned as volumes at all: an archive has thousands of others. */
function openRows(window: Window | undefined): readonly IdentityHour[] {
  const oldest = (window?.momentMs ?? 0) / 3_600_000 - mostDaysLearned * 24 - openHours;
  return window?.hours.filter(({ hour }) => hour >= oldest) ?? [];
}

function emptyCounts(): Record<VolumeKind, number> {
  return Object.fromEntries(volumeKinds.map((kind) => [kind, 0])) as Record<VolumeKind, number>;
}
