// What every attack promises, whichever it is: it says what it is and what can be seen of it, it finds a victim, its size is what was
// asked for, and its label names its own events and nothing else.
import { globSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Attack } from "../../estate/attack.ts";
import { attacks, standardAttacks } from "../../estate/attacks/registry.ts";
import { dayMs, hourMs } from "../../estate/calendar.ts";
import type { EstateSummary } from "../../estate/generate.ts";
import { personas } from "../../estate/personas/registry.ts";
import { attackTechniques } from "../../model/attack-techniques.ts";
import { cloudTrailRecords, makeEstate, readLines, temporaryFolder } from "./round-trip.ts";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Trial {
  readonly attack: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** So that what would last for days ends within the day that is left of the estate. */
const shortened: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "slow-exfiltration": { everyMinutes: 10 },
  "perfect-mimic": { share: 1, days: 1.2 },
  "boiling-frog": { growthPerDay: 3, days: 1.2 },
  "swapped-behaviour": { days: 1.2 },
};

const many = 40;

/** Each sets its size by a whole number that goes to hundreds, the first such parameter; at the least it allows a handful of events. */
function sizeOf({ id, parameters }: Attack): { name: string; fewest: number } {
  for (const [name, schema] of Object.entries(z.toJSONSchema(parameters, { io: "input" }).properties ?? {})) {
    if (typeof schema === "boolean" || schema.type !== "integer") continue;
    const { minimum, maximum = 0 } = schema;
    if (minimum !== undefined && maximum >= 100) return { name, fewest: minimum };
  }
  throw new Error(`${id} has no parameter for the number of its events`);
}

function trialOf(attack: Attack, size: number): Trial {
  const hours = "hours" in (z.toJSONSchema(attack.parameters, { io: "input" }).properties ?? {}) ? { hours: 2 } : {};
  return { attack: attack.id, parameters: { ...hours, ...shortened[attack.id], [sizeOf(attack).name]: size } };
}

/** Those that fit few machines choose first. */
const rarest = [
  "ci-trust-abuse",
  "stolen-static-key",
  "leaked-key-scan",
  "dormant-key-returns",
  "swapped-behaviour",
  "perfect-mimic",
  "boiling-frog",
];
const inTurn = [...attacks].sort((left, right) => rank(left) - rank(right));

function rank({ id }: Attack): number {
  const place = rarest.indexOf(id);
  return place < 0 ? rarest.length : place;
}

describe.each(attacks)("$id", ({ id, technique, says, visible, invisible, parameters }) => {
  test("stands in the file of its name", () => {
    expect(readFileSync(path.resolve(import.meta.dirname, `../../estate/attacks/${id}.ts`), "utf8")).toContain(`id: "${id}"`);
  });

  test("is of a technique that ATT&CK v19 has", () => {
    expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
    expect(attackTechniques).toHaveProperty([technique]);
  });

  test("says what happens, what can be seen of it and what cannot", () => {
    for (const text of [says, visible, invisible]) expect(text).toMatch(/^\S.{40,}\.$/s);
  });

  test("runs without parameters, explains each, and takes no other", () => {
    expect(() => parameters.parse({})).not.toThrow();
    expect(() => parameters.parse({ nonsense: 1 })).toThrow(/nonsense/);
    const schema = z.toJSONSchema(parameters, { io: "input" });
    expect(schema.required ?? []).toEqual([]);
    const members = Object.entries(schema.properties ?? {});
    expect(members.length).toBeGreaterThan(0);
    expect(members.filter(([, member]) => typeof member === "boolean" || !member.description || member.default === undefined)).toEqual([]);
  });

  test("stands in the standard set at two sizes or more, with parameters that it takes", () => {
    const orders = standardAttacks.filter(({ attack }) => attack === id);
    expect(new Set(orders.map((order) => JSON.stringify(parameters.parse(order.parameters)))).size).toBeGreaterThanOrEqual(2);
  });
});

test("no file of attacks is forgotten in the registry, and no id is there twice", () => {
  const files = globSync("*.ts", { cwd: path.resolve(import.meta.dirname, "../../estate/attacks") }).filter((name) => name !== "registry.ts");
  expect(attacks.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

interface Label {
  readonly id: string;
  readonly attack: string;
  readonly identities: readonly string[];
  readonly event_uids: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly size: number;
}

const startMs = Date.UTC(2026, 9, 6);
const days = 2;
/** Of the second day a little is left for learning. */
const beginMs = startMs + 18 * hourMs;
const labelsOf = (estate: string): Label[] => readLines(path.join(estate, "labels.jsonl")) as unknown as Label[];
/** Of each the fewest, then many: the order in which labels are numbered, and those that fit few machines still choose first. */
const orders = inTurn
  .flatMap((attack) => [trialOf(attack, sizeOf(attack).fewest), trialOf(attack, many)])
  .map((trial) => ({ ...trial, startMs: beginMs }));

describe("in an estate of 250 identities", () => {
  const estate = path.join(folder, "attacked");
  let made: EstateSummary;
  let labels: Label[];

  beforeAll(async () => {
    made = await makeEstate(estate, { startMs, days, identities: 250, disturbances: [], orders });
    labels = labelsOf(estate);
  });

  test("every attack finds its victims, at every size", () => {
    // A deployment's role needs somebody who deploys.
    const isCiThere = personas.some(({ id }) => id === "github-ci");
    expect(made.unplaced.filter((id) => isCiThere || id !== "ci-trust-abuse")).toEqual([]);
    // Some wait for a session that their victim may not open on the one day that is left.
    expect(labels.length).toBeGreaterThan(orders.length * 0.9);
  });

  const sizes = (attack: Attack): (number | undefined)[] => [1, 2].map((number) => labels.find(({ id }) => id === `${attack.id}-${number}`)?.size);

  test.each(attacks)("$id is a handful of events where the fewest are asked for, and never far more than asked", (attack) => {
    const [small = 1, large = small] = sizes(attack);
    expect(small).toBeLessThanOrEqual(10);
    expect(large).toBeGreaterThanOrEqual(small);
    // Openings of sessions and questions come on top, and a long operation of Azure is two records.
    expect(large).toBeLessThanOrEqual(many * 3);
  });

  test("nine in ten grow with their size", () => {
    const grown = attacks.filter((attack) => {
      const [small = 0, large = 0] = sizes(attack);
      return large > 3 * small;
    });
    expect(grown.length).toBeGreaterThan(attacks.length * 0.9);
  });

  test("each lies within the estate's period, and nobody is the victim of two", () => {
    for (const { start, end } of labels) {
      expect(Date.parse(start)).toBeGreaterThanOrEqual(beginMs - 1_000);
      expect(Date.parse(end)).toBeGreaterThanOrEqual(Date.parse(start));
      expect(Date.parse(end)).toBeLessThan(startMs + days * dayMs);
    }
  });
});

test("an attack changes no record beside it, and all that it adds is labelled but what the victim's platform issues as always", async () => {
  // One that replaces calls moves what is drawn for those that follow.
  const additive = inTurn.filter(({ id, providers }) => id !== "swapped-behaviour" && providers.every((provider) => provider === "aws"));
  const options = { startMs, days, identities: 70, providers: ["aws"], disturbances: [] } as const;
  const [calm, attacked] = [path.join(folder, "calm"), path.join(folder, "beside")];
  await makeEstate(calm, { ...options, orders: [] });
  const orders = additive.map((attack) => ({ ...trialOf(attack, sizeOf(attack).fewest), startMs: beginMs }));
  await makeEstate(attacked, { ...options, orders });
  const labelled = new Set(labelsOf(attacked).flatMap(({ event_uids }) => event_uids));
  expect(labelled.size).toBeGreaterThan(20);
  const [before, after] = [cloudTrailRecords(calm), cloudTrailRecords(attacked)];
  const unlabelled = [...after].filter(([id, record]) => !before.has(id) && !labelled.has(id) && !record.includes('"eventName":"AssumeRole'));
  expect(unlabelled).toEqual([]);
  expect([...before.keys()].filter((id) => labelled.has(id))).toEqual([]);
  expect([...before].filter(([id, record]) => after.get(id) !== record).map(([id]) => id)).toEqual([]);
});
