// One hour in the life of one machine: what a persona writes its calls into. It stands alone because personas, credentials,
// disturbances and attacks all speak to it.
import { dayMs, hourMs, type LocalHour, localHour, minuteMs, type Rhythm, steady } from "./calendar.ts";
import type {
  Act,
  AttackMark,
  AwsAccess,
  AwsCall,
  AzureAccess,
  AzureCall,
  GcpAccess,
  GcpCall,
  KubernetesAccess,
  KubernetesCall,
} from "./identity.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";

/** Takes calls in. A long run may write past the hour's end; nothing may lie before its start. */
export class Emitter {
  readonly acts: Act[] = [];
  readonly #mark: AttackMark | undefined;
  #unmarked: Emitter | undefined;

  constructor(mark?: AttackMark) {
    this.#mark = mark;
  }

  /** The same hour for what is not the attack's: a session that the victim's platform opens as it always does. */
  get unmarked(): Emitter {
    if (this.#mark === undefined) return this;
    this.#unmarked ??= new Emitter();
    return this.#unmarked;
  }

  aws(atMs: number, access: AwsAccess, call: AwsCall): void {
    this.acts.push(this.#mark === undefined ? { atMs, access, call } : { atMs, access, call, label: this.#mark });
  }

  azure(atMs: number, access: AzureAccess, call: AzureCall): void {
    this.acts.push(this.#mark === undefined ? { atMs, access, call } : { atMs, access, call, label: this.#mark });
  }

  gcp(atMs: number, access: GcpAccess, call: GcpCall): void {
    this.acts.push(this.#mark === undefined ? { atMs, access, call } : { atMs, access, call, label: this.#mark });
  }

  kubernetes(atMs: number, access: KubernetesAccess, call: KubernetesCall): void {
    this.acts.push(this.#mark === undefined ? { atMs, access, call } : { atMs, access, call, label: this.#mark });
  }

  /** An act that there already is, at another time or by another caller: for mimicry. */
  again(act: Act): void {
    this.acts.push(this.#mark === undefined ? act : { ...act, label: this.#mark });
  }
}

export class Hour extends Emitter {
  readonly startMs: number;
  readonly endMs: number;
  /** This machine's, for this hour alone. */
  readonly random: Random;
  readonly #machineRandom: Random;

  constructor(startMs: number, machineRandom: Random, mark?: AttackMark) {
    super(mark);
    this.startMs = startMs;
    this.endMs = startMs + hourMs;
    this.#machineRandom = machineRandom;
    this.random = machineRandom.fork(`hour ${startMs / hourMs}`);
  }

  local(timeZone: string): LocalHour {
    return localHour(timeZone, this.startMs);
  }

  /** Starts of a scheduled job in this hour, each late by up to `lateMs` as schedulers are. */
  starts(schedule: Schedule, lateMs = minuteMs): number[] {
    return schedule.startsIn(this.startMs).map((at) => at + Math.floor(this.random.next() * lateMs));
  }

  /** Sorted moments of independent events: so many a day on average, by rhythm, with days that are busier than others. */
  events(perDay: number, rhythm: Rhythm = steady, timeZone = "UTC"): number[] {
    const local = this.local(timeZone);
    // Over-dispersion: a busy day is busy in all its hours.
    const ofDay = this.#machineRandom.fork(`day ${local.date}`).gamma(12, 1 / 12);
    const ofHour = this.random.gamma(6, 1 / 6);
    return this.random.times(this.random.poisson((perDay / 24) * rhythm(local) * ofDay * ofHour), this.startMs, this.endMs);
  }

  /** `count` moments from `startMs` on, with gaps of about `gapMs`: the steps of a run. */
  steps(startMs: number, count: number, gapMs: number): number[] {
    let at = startMs;
    return Array.from({ length: count }, () => {
      const step = Math.floor(at);
      at += 20 + this.random.exponential(gapMs);
      return step;
    });
  }

  /** Puts runs that overlap into order of time. */
  sort(): void {
    this.acts.sort((left, right) => left.atMs - right.atMs);
  }

  /** Whole days since an origin: for what grows or changes slowly. */
  daysSince(originMs: number): number {
    return Math.floor((this.startMs - originMs) / dayMs);
  }
}
