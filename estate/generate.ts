// The loop: hour by hour, everyone in the estate lives that hour, what was delivered in it is written, and the truth is kept beside.
// Memory holds the machines, what is delivered late, and one hour.
import type { Provider } from "../model/identity-action.ts";
import type { AttackOrder } from "./attacks/registry.ts";
import { dayMs, hourMs } from "./calendar.ts";
import { Delivery } from "./delivery.ts";
import type { Disturbance } from "./disturbance.ts";
import { disturbances as allDisturbances } from "./disturbances/registry.ts";
import { estateDocument, scanConfiguration } from "./estate-document.ts";
import { Hour } from "./hour.ts";
import type { Act, AttackMark } from "./identity.ts";
import type { Intervention } from "./intervention.ts";
import { AttackTrace } from "./labels.ts";
import { LineageTruth } from "./lineage-truth.ts";
import { type LineFile, OutputFolder } from "./output-folder.ts";
import { personas } from "./personas/registry.ts";
import { isDuring, makePlans, type Plans } from "./plans.ts";
import { Census, type Inhabitant, Population, remember, within } from "./population.ts";
import { Random } from "./random.ts";
import { nativeRecords } from "./records/render.ts";
import { makeWorld, type World } from "./world.ts";

export interface EstateOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly days: number;
  readonly identities: number;
  readonly providers: readonly Provider[];
  readonly orders: readonly AttackOrder[];
  /** Absent: all there are. */
  readonly disturbances?: readonly Disturbance[];
  /** Fewer and larger files than the clouds deliver; divides an hour. Absent: as they do. */
  readonly leastFilePeriodMs?: number;
  readonly folder: string;
  readonly isForced: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EstateProgress) => void;
}

export interface EstateProgress {
  readonly hoursDone: number;
  readonly hoursTotal: number;
  readonly records: number;
  readonly bytes: number;
}

export interface EstateSummary {
  readonly identities: number;
  /** Delivered; a record delivered twice counts twice. */
  readonly records: number;
  /** Actions that the store makes of them: the stages of a request are one, and the end of an operation is none. */
  readonly events: number;
  readonly files: number;
  readonly bytes: number;
  readonly labels: number;
  readonly disturbances: number;
  /** Ordered, and nobody in the estate fitted. */
  readonly unplaced: readonly string[];
  readonly isInterrupted: boolean;
}

/** @throws ConfigError for a folder that cannot be used, PermanentError when the disk is full. */
export async function generateEstate(options: EstateOptions): Promise<EstateSummary> {
  const output = await OutputFolder.prepare(options.folder, options.isForced);
  try {
    return await new Generator(options, output).run();
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

interface Interceptor {
  readonly id: string;
  readonly intervention: Intervention;
  /** Of an attack. */
  readonly mark: AttackMark | undefined;
}

class Generator {
  readonly #options: EstateOptions;
  readonly #output: OutputFolder;
  readonly #world: World;
  readonly #population: Population;
  readonly #plans: Plans;
  readonly #traces: ReadonlyMap<string, AttackTrace>;
  readonly #attackRandoms: ReadonlyMap<string, Random>;
  readonly #census: Census;
  readonly #delivery: Delivery;
  readonly #lineage = new LineageTruth();
  readonly #random: Random;
  #events = 0;
  #records = 0;

  constructor(options: EstateOptions, output: OutputFolder) {
    const { seed, startMs, days, providers, orders, disturbances = allDisturbances } = options;
    this.#options = options;
    this.#output = output;
    const random = Random.ofSeed(seed);
    this.#random = random;
    this.#world = makeWorld(seed, random.fork("world"), startMs, startMs + days * dayMs);
    this.#population = new Population(this.#world, random.fork("population"));
    this.#population.fill(within(personas, providers), options.identities);
    this.#plans = makePlans({
      world: this.#world,
      population: this.#population,
      random: random.fork("plans"),
      providers,
      disturbances,
      orders,
    });
    this.#traces = new Map(this.#plans.attacks.map((planned) => [planned.id, new AttackTrace(planned)]));
    this.#attackRandoms = new Map(this.#plans.attacks.map(({ id }) => [id, random.fork(`attacker ${id}`)]));
    this.#census = new Census(this.#population.residents);
    this.#delivery = new Delivery(random.fork("delivery"), this.#plans.silences, options.leastFilePeriodMs);
  }

  async run(): Promise<EstateSummary> {
    const { startMs, days, signal, onProgress } = this.#options;
    const lineage = await this.#output.openLines("lineage.jsonl");
    try {
      const hoursTotal = days * 24;
      for (let hoursDone = 0; hoursDone < hoursTotal && !signal.aborted; hoursDone++) {
        const hourStartMs = startMs + hoursDone * hourMs;
        await this.#live(hourStartMs, lineage);
        await this.#deliver(this.#delivery.filesUntil(hourStartMs + hourMs));
        onProgress({ hoursDone: hoursDone + 1, hoursTotal, records: this.#records, bytes: this.#output.bytes });
      }
      if (!signal.aborted) await this.#deliver(this.#delivery.filesAfter(this.#world.endMs));
      for (const edge of this.#lineage.rest()) await lineage.add(edge);
    } finally {
      await lineage.close();
    }
    return this.#finish();
  }

  async #live(hourStartMs: number, lineage: LineFile): Promise<void> {
    const occurrences = this.#plans.occurrences.filter(({ occurrence }) => isDuring(occurrence, hourStartMs));
    for (const { disturbance, occurrence } of occurrences) {
      if (occurrence.act === undefined) continue;
      const random = this.#random.fork(`disturbance ${disturbance.id} ${occurrence.startMs}`);
      const hour = new Hour(hourStartMs, random);
      occurrence.act(hour);
      await this.#record(hour.acts, hour, random, lineage);
    }
    const [disturbing, attacking] = this.#interceptors(hourStartMs);
    for (const resident of this.#population.residents) {
      if ((resident.machine.createdAtMs ?? 0) >= hourStartMs + hourMs) continue;
      const hour = new Hour(hourStartMs, resident.random);
      resident.machine.live(hour);
      if (hour.acts.length === 0) continue;
      // What an attack makes of its calls is not how it usually calls.
      const usual = this.#intercepted(hour.acts, resident, hour, disturbing);
      remember(resident, usual);
      await this.#record(this.#intercepted(usual, resident, hour, attacking), hour, resident.random, lineage);
    }
    for (const planned of this.#plans.attacks) {
      if (planned.plan.act === undefined || !isDuring(planned.plan, hourStartMs)) continue;
      const random = this.#attackRandoms.get(planned.id) ?? this.#random;
      const hour = new Hour(hourStartMs, random, { id: planned.id });
      planned.plan.act(hour);
      await this.#record([...hour.acts, ...hour.unmarked.acts], hour, random, lineage);
    }
  }

  /** What disturbances and attacks make of a machine's calls. An act that an attack returns changed, or besides, is the attack's. */
  #intercepted(acts: readonly Act[], resident: Inhabitant, hour: Hour, interceptors: readonly Interceptor[]): readonly Act[] {
    return interceptors.reduce<readonly Act[]>((current, { id, intervention, mark }) => {
      if (intervention.touches?.has(resident.id) === false) return current;
      const random = hour.random.fork(`interceptor ${id}`);
      return current.flatMap((act) => {
        if (act.atMs < intervention.startMs || act.atMs >= intervention.endMs) return [act];
        const changed = intervention.intercept?.(act, resident, random) ?? [act];
        return mark === undefined ? changed : changed.map((each) => (each === act ? each : { ...each, label: mark }));
      });
    }, acts);
  }

  /** In force in that hour, or while a run that starts in it may last: of disturbances, of attacks. */
  #interceptors(hourStartMs: number): readonly [readonly Interceptor[], readonly Interceptor[]] {
    const ofDisturbances = this.#plans.occurrences.map(({ disturbance: { id }, occurrence }) => {
      return { id: `${id} ${occurrence.startMs}`, intervention: occurrence, mark: undefined };
    });
    const ofAttacks = this.#plans.attacks.map(({ id, plan }) => ({ id, intervention: plan, mark: { id } }));
    const isInForce = ({ intervention: { intercept, startMs, endMs } }: Interceptor): boolean =>
      intercept !== undefined && startMs < hourStartMs + dayMs && endMs > hourStartMs;
    return [ofDisturbances.filter(isInForce), ofAttacks.filter(isInForce)];
  }

  async #record(acts: readonly Act[], hour: Hour, owner: Random, lineage: LineFile): Promise<void> {
    const benign = owner.fork(`records ${hour.startMs / hourMs}`);
    // Of its own, so that an attack changes no byte of the records beside it.
    const hostile = owner.fork(`labelled records ${hour.startMs / hourMs}`);
    for (const act of acts) {
      if (act.atMs >= this.#world.endMs) continue;
      const random = act.label === undefined ? benign : hostile;
      for (const record of nativeRecords(act, random, this.#world)) {
        const written = record.afterMs === 0 ? act : { ...act, atMs: act.atMs + record.afterMs };
        if (written.atMs >= this.#world.endMs) continue;
        if (record.makes === "action") this.#count(written, record.uid);
        this.#delivery.add(record, written.atMs, hour.startMs, random);
      }
      const issued = this.#lineage.add(act);
      if (issued !== undefined) await lineage.add(issued);
    }
  }

  #count(act: Act, eventUid: string): void {
    this.#events++;
    this.#census.count(act);
    if (act.label !== undefined) this.#traces.get(act.label.id)?.add(act, eventUid);
  }

  async #deliver(files: Iterable<Parameters<OutputFolder["write"]>[0]>): Promise<void> {
    for (const file of files) {
      this.#records += file.records;
      await this.#output.write(file);
    }
  }

  async #finish(): Promise<EstateSummary> {
    const { signal } = this.#options;
    const labels = [...this.#traces.values()].flatMap((trace) => trace.label() ?? []);
    const labelFile = await this.#output.openLines("labels.jsonl");
    for (const label of labels) await labelFile.add(label);
    await labelFile.close();
    await this.#output.writeText("estate.json", estateDocument(this.#options, this.#world, this.#census, this.#plans));
    await this.#output.writeText("machinetrail.yaml", scanConfiguration(this.#world));
    if (signal.aborted) await this.#output.abandon();
    else await this.#output.complete();
    return {
      identities: this.#census.all().length,
      records: this.#records,
      events: this.#events,
      files: this.#output.files,
      bytes: this.#output.bytes,
      labels: labels.length,
      disturbances: this.#plans.occurrences.length,
      unplaced: this.#plans.unplaced.map(({ attack }) => attack),
      isInterrupted: signal.aborted,
    };
  }
}
