// The policy of disturbances: each is what its file says, finds somebody in an estate of some hundred identities, changes something
// that can be seen in the records, labels nothing, and is the same with the same seed. And what needs none: clocks and holidays.
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { isWork } from "../../estate/altered-act.ts";
import { dayMs, hourMs, minuteMs } from "../../estate/calendar.ts";
import type { Silence } from "../../estate/delivery.ts";
import type { Disturbance, Occurrence } from "../../estate/disturbance.ts";
import { disturbances } from "../../estate/disturbances/registry.ts";
import { Hour } from "../../estate/hour.ts";
import type { Act } from "../../estate/identity.ts";
import type { Resident } from "../../estate/persona.ts";
import { personas } from "../../estate/personas/registry.ts";
import { makePlans } from "../../estate/plans.ts";
import { Population, remember } from "../../estate/population.ts";
import { Random } from "../../estate/random.ts";
import { makeWorld, type World } from "../../estate/world.ts";

/** Over New Year, where everything can happen, from a working day on. */
const startMs = Date.UTC(2026, 11, 30);
const endMs = startMs + 3 * dayMs;

interface Inhabited {
  readonly world: World;
  readonly population: Population;
  readonly random: Random;
}

function inhabit(seed: number, identities: number, untilMs = endMs): Inhabited {
  const random = Random.ofSeed(seed);
  const world = makeWorld(seed, random.fork("world"), startMs, untilMs);
  const population = new Population(world, random.fork("population"));
  population.fill(personas, identities);
  return { world, population, random };
}

interface Lived {
  readonly occurrence: Occurrence | undefined;
  readonly silences: readonly Silence[];
  readonly acts: readonly Act[];
  /** Of whom the occurrence says that it touches them. */
  readonly touched: readonly Act[];
  readonly residents: readonly Resident[];
}

/** Three days of an estate with one occurrence of the disturbance, or none. */
function live(disturbance: Disturbance | undefined, untilMs = endMs): Lived {
  const { world, population, random } = inhabit(1, 120);
  const silences: Silence[] = [];
  const occurrence = disturbance?.plan({
    world,
    residents: population.residents,
    random: random.fork("occurrence"),
    startMs: startMs + 10 * hourMs,
    settle: ([persona], _count, createdAtMs) => (persona === undefined ? [] : [population.settle(persona, createdAtMs)]),
    silence: (silence) => void silences.push(silence),
  });
  const acts: Act[] = [];
  for (let at = startMs; at < untilMs; at += hourMs) {
    const own = new Hour(at, random.fork("own"));
    occurrence?.act?.(own);
    acts.push(...own.acts);
    for (const resident of population.residents) {
      if ((resident.machine.createdAtMs ?? 0) >= at + hourMs) continue;
      const hour = new Hour(at, resident.random);
      resident.machine.live(hour);
      const changed = occurrence === undefined ? hour.acts : intercepted(hour, resident, occurrence);
      remember(resident, changed);
      acts.push(...changed);
    }
  }
  const touchedUids = new Set(occurrence?.identities);
  const touched = acts.filter(({ access }) => touchedUids.has(access.identity.uid));
  return { occurrence, silences, acts, touched, residents: population.residents };
}

function intercepted(hour: Hour, resident: Resident, { startMs: fromMs, endMs: untilMs, touches, intercept }: Occurrence): Act[] {
  if (intercept === undefined || touches?.has(resident.id) === false) return hour.acts;
  const random = hour.random.fork("interceptor");
  return hour.acts.flatMap((act) => (act.atMs >= fromMs && act.atMs < untilMs ? intercept(act, resident, random) : [act]));
}

const calm = live(undefined);

function calmly({ occurrence }: Lived): Act[] {
  return calm.acts.filter(({ access }) => occurrence?.identities.includes(access.identity.uid));
}

const agentsOf = (acts: readonly Act[]) => new Set(acts.map(({ access }) => access.userAgent));
const failuresOf = (acts: readonly Act[]) => acts.filter(({ call }) => call.failure !== undefined);
const within = (acts: readonly Act[], fromMs: number, untilMs: number) => acts.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
const isNew = <Value>(values: ReadonlySet<Value>, known: ReadonlySet<Value>) => [...values].some((value) => !known.has(value));

/** Without the cluster that it is in, which holds its nodes, which are in it. */
function written(act: Act): string {
  return JSON.stringify(act, (key, value: unknown) => (key === "cluster" ? undefined : value));
}

/** What each says that it changes, seen in the calls. */
const changes: Readonly<Record<string, (lived: Lived, occurrence: Occurrence) => void>> = {
  acquisition({ touched }, { identities, startMs: fromMs }) {
    expect(identities.length).toBeGreaterThan(5);
    expect(Math.min(...touched.map(({ atMs }) => atMs))).toBeGreaterThanOrEqual(fromMs - hourMs);
  },
  "agent-upgrade"(lived) {
    expect(isNew(agentsOf(lived.touched), agentsOf(calmly(lived)))).toBe(true);
    expect(lived.touched.length).toBe(calmly(lived).length);
  },
  deployment(lived) {
    expect(isNew(agentsOf(lived.touched), agentsOf(calmly(lived)))).toBe(true);
    expect(lived.touched.length).toBeGreaterThan(calmly(lived).length);
  },
  "incident-with-ticket"(lived, { startMs: fromMs, endMs: untilMs, prose }) {
    expect(prose).toMatch(/INC-\d+/);
    const addresses = (acts: readonly Act[]) => new Set(within(acts, fromMs, untilMs).map(({ access }) => access.address));
    expect(isNew(addresses(lived.touched), addresses(calmly(lived)))).toBe(true);
  },
  "key-rotation"(lived) {
    const credentials = (acts: readonly Act[]) => new Set(acts.map(({ access }) => access.credential.uid));
    expect(isNew(credentials(lived.touched), credentials(calmly(lived)))).toBe(true);
  },
  "new-employee"({ touched }, { startMs: fromMs }) {
    for (const { atMs } of touched) expect(atMs).toBeGreaterThanOrEqual(fromMs - hourMs);
  },
  "node-pool-replaced"({ acts, touched }, { startMs: fromMs }) {
    const clusters = new Set(touched.map(({ access }) => access.identity.account));
    const nodes = (from: readonly Act[]) =>
      new Set(
        from
          .filter(({ access }) => access.identity.principalType === "k8s-node" && clusters.has(access.identity.account))
          .map(({ access }) => access.identity.uid),
      );
    expect(isNew(nodes(touched), nodes(calm.acts))).toBe(true);
    const after = nodes(within(acts, fromMs + hourMs, endMs));
    expect([...after].filter((uid) => nodes(calm.acts).has(uid))).toEqual([]);
  },
  "outage-with-backlog"(lived, { startMs: fromMs, touches }) {
    const worked = (acts: readonly Act[]) =>
      acts.filter((act) => lived.residents.some((resident) => touches?.has(resident.id) === true && isWork(act, resident)));
    expect(within(worked(calmly(lived)), fromMs, fromMs + hourMs).length).toBeGreaterThan(0);
    expect(within(worked(lived.touched), fromMs, fromMs + hourMs)).toEqual([]);
    const afterwards = (acts: readonly Act[]) => within(worked(acts), fromMs + hourMs, fromMs + 9 * hourMs).length;
    expect(afterwards(lived.touched)).toBeGreaterThanOrEqual(afterwards(calmly(lived)));
  },
  "permission-change"(lived, { startMs: fromMs, endMs: mendedMs }) {
    expect(failuresOf(within(lived.touched, fromMs, mendedMs)).length).toBeGreaterThan(failuresOf(within(calmly(lived), fromMs, mendedMs)).length);
    expect(failuresOf(within(lived.touched, mendedMs, endMs)).length).toBe(failuresOf(within(calmly(lived), mendedMs, endMs)).length);
  },
  "region-opened"(lived) {
    const regions = (acts: readonly Act[]) =>
      new Set(
        acts.map(({ access, call }) => (call.provider === "aws" ? call.region : undefined) ?? (access.provider === "aws" ? access.region : "")),
      );
    expect(isNew(regions(lived.touched), regions(calm.acts))).toBe(true);
  },
  "retry-storm"(lived, { startMs: fromMs, endMs: untilMs }) {
    const usual = within(calmly(lived), fromMs, untilMs).length;
    expect(failuresOf(within(lived.touched, fromMs, untilMs + minuteMs)).length).toBeGreaterThan(usual);
  },
  sale(lived, { startMs: fromMs, endMs: untilMs }) {
    const [busy, usual] = [lived.touched, calmly(lived)].map((acts) => within(acts, fromMs, untilMs).length);
    expect(busy).toBeGreaterThan(2 * (usual ?? 0));
  },
  "source-silence"({ silences, acts }, occurrence) {
    expect(silences).toEqual([expect.objectContaining({ fromMs: occurrence.startMs, untilMs: occurrence.endMs })]);
    expect(acts.length).toBe(calm.acts.length);
  },
  throttling(lived, { startMs: fromMs, endMs: untilMs }) {
    expect(failuresOf(within(lived.touched, fromMs, untilMs)).length).toBeGreaterThan(failuresOf(within(calmly(lived), fromMs, untilMs)).length);
  },
  "vendor-moves"(lived, { startMs: fromMs }) {
    const addresses = (acts: readonly Act[]) => new Set(acts.map(({ access }) => access.address));
    expect(isNew(addresses(within(lived.touched, fromMs, endMs)), addresses(calmly(lived)))).toBe(true);
  },
  "year-end-close"(lived, { startMs: fromMs, endMs: untilMs }) {
    const [busy, usual] = [lived.touched, calmly(lived)].map((acts) => within(acts, fromMs, untilMs).length);
    expect(busy).toBeGreaterThan(2 * (usual ?? 0));
  },
};

test("each is registered under its file's name, and what it changes is held here", () => {
  const folder = path.resolve(import.meta.dirname, "../../estate/disturbances");
  const ids = disturbances.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const files = readdirSync(folder).map((name) => path.basename(name, ".ts"));
  expect(ids.filter((id) => !files.includes(id))).toEqual([]);
  expect(Object.keys(changes).sort()).toEqual([...ids].sort());
});

describe.each(disturbances.map((disturbance) => [disturbance.id, disturbance] as const))("%s", (id, disturbance) => {
  const lived = live(disturbance);

  test("finds somebody in an estate of some hundred identities, says who and what, and changes what it says", () => {
    const { occurrence } = lived;
    expect(occurrence).toBeDefined();
    if (occurrence === undefined) return;
    expect(occurrence.endMs).toBeGreaterThan(occurrence.startMs);
    expect(occurrence.startMs).toBeGreaterThanOrEqual(startMs);
    expect(occurrence.startMs).toBeLessThan(endMs);
    expect(occurrence.identities.length).toBeGreaterThan(0);
    expect(occurrence.prose).not.toMatch(/undefined|NaN/);
    changes[id]?.(lived, occurrence);
  });

  test("labels nothing, and is the same with the same seed", () => {
    expect(lived.acts.filter(({ label }) => label !== undefined)).toEqual([]);
    const again = live(disturbance, startMs + 18 * hourMs);
    expect(again.acts.length).toBeGreaterThan(100);
    expect(again.acts.map(written)).toEqual(lived.acts.slice(0, again.acts.length).map(written));
    expect(again.occurrence?.prose).toBe(lived.occurrence?.prose);
  });

  test("nobody in the estate: nothing happens", () => {
    const { world, random } = inhabit(1, 0);
    const nobody = { world, residents: [], random, startMs, settle: () => [], silence: () => undefined };
    expect(disturbance.plan(nobody)?.identities.length ?? 0).toBeLessThanOrEqual(4);
  });
});

describe("how often", () => {
  const counts = (seed: number, identities: number): Map<string, number> => {
    const { world, population, random } = inhabit(seed, identities, startMs + 45 * dayMs);
    const { occurrences } = makePlans({
      ...{ world, population, random: random.fork("plans"), providers: ["aws", "azure", "gcp", "kubernetes"], disturbances, orders: [] },
    });
    const byKind = new Map<string, number>();
    for (const { disturbance } of occurrences) byKind.set(disturbance.id, (byKind.get(disturbance.id) ?? 0) + 1);
    return byKind;
  };
  const sum = (byKind: ReadonlyMap<string, number>) => [...byKind.values()].reduce((total, count) => total + count, 0);

  test("60 to 120 in 45 days of 600 identities, nearly all kinds among them", () => {
    for (const seed of [1, 2, 3]) {
      const byKind = counts(seed, 600);
      expect(sum(byKind)).toBeGreaterThanOrEqual(60);
      expect(sum(byKind)).toBeLessThanOrEqual(120);
      expect(byKind.size).toBeGreaterThanOrEqual(disturbances.length - 3);
    }
  });

  test("a small estate has few", () => {
    expect(sum(counts(1, 40))).toBeLessThan(50);
  });
});
