// What every persona promises, held against each of them alone: no estate is written for it, so that a new persona's author hears
// within seconds what is wrong with it.
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { dayMs, hourMs, minuteMs } from "../../estate/calendar.ts";
import { Hour } from "../../estate/hour.ts";
import type { Act } from "../../estate/identity.ts";
import type { Persona, Resident } from "../../estate/persona.ts";
import { personas } from "../../estate/personas/registry.ts";
import { Population } from "../../estate/population.ts";
import { Random } from "../../estate/random.ts";
import { cloudTrailRecord } from "../../estate/records/cloudtrail.ts";
import { makeWorld, type World } from "../../estate/world.ts";
import type { JsonObject } from "../../model/json.ts";
import { type ReadRecord, RecordReader } from "../../pipeline/record-reader.ts";

const startMs = Date.UTC(2026, 9, 1);
/** Whoever works only a few times a year does so within that time. */
const mostDays = 400;

const newWorld = (): World => makeWorld(1, Random.ofSeed(1).fork("world"), startMs, startMs + 45 * dayMs);
const newPopulation = (world: World): Population => new Population(world, Random.ofSeed(1).fork("population"));
const only = (persona: Persona): Resident => newPopulation(newWorld()).settle(persona);

function* hoursOf(resident: Resident, days: number): Generator<Hour> {
  for (let atMs = startMs; atMs < startMs + days * dayMs; atMs += hourMs) {
    const hour = new Hour(atMs, resident.random);
    resident.machine.live(hour);
    yield hour;
  }
}

const actsOf = (resident: Resident, days: number): Act[] => [...hoursOf(resident, days)].flatMap(({ acts }) => acts);

test("a persona is named as its file, and every file is registered", () => {
  const folder = path.resolve(import.meta.dirname, "../../estate/personas");
  const files = readdirSync(folder)
    .filter((name) => name !== "registry.ts")
    .map((name) => name.replace(/\.ts$/, ""));
  expect(personas.map(({ id }) => id).sort()).toEqual(files.sort());
});

describe.each(personas.map((persona) => [persona.id, persona] as const))("%s", (_id, persona) => {
  test("writes into each of the clouds that it names, and into no other", () => {
    const written = new Set<string>();
    let hours = 0;
    for (const { acts } of hoursOf(only(persona), mostDays)) {
      for (const { access } of acts) written.add(access.provider);
      if (++hours >= 8 * 24 && written.size >= persona.providers.length) break;
    }
    expect([...written].sort()).toEqual([...persona.providers].sort());
  });

  test("calls in the hour that it is asked for or after, and opens a session no more than a minute before", () => {
    for (const { startMs: hourStartMs, acts } of hoursOf(only(persona), 3)) {
      const early = acts.filter(({ atMs, call }) => atMs < hourStartMs - (call.issues === undefined ? 0 : minuteMs));
      expect(early.map(({ atMs, call }) => ({ beforeMs: hourStartMs - atMs, call }))).toEqual([]);
    }
  });

  test("does the same where chance is the same", () => {
    expect(actsOf(only(persona), 2)).toEqual(actsOf(only(persona), 2));
  });
});

const onAws = personas.filter(({ providers }) => providers.includes("aws"));

test.each(onAws.map((persona) => [persona.id, persona] as const))(
  "CloudTrail of %s is read as the identity, the credential and the chain that were",
  (_id, persona) => {
    const world = newWorld();
    const resident = newPopulation(world).settle(persona);
    const read = readerOf(world);
    const wrong: object[] = [];
    let hours = 0;
    let acted = 0;
    for (const { acts, random } of hoursOf(resident, mostDays)) {
      for (const act of acts) {
        if (act.access.provider !== "aws" || act.call.provider !== "aws") continue;
        const { access, call } = act;
        const { result } = read(cloudTrailRecord({ atMs: act.atMs, access, call }, random, world).text);
        const truth = { identity_uid: access.identity.uid, principal_type: access.identity.principalType, credential_uid: access.credential.uid };
        const issued = call.failure === undefined ? call.issues : undefined;
        const whole = { ...truth, issued_credential_uid: issued?.uid ?? "", delegation: access.delegation, issuer_uid: access.statedIssuer };
        const { identity_uid, principal_type, credential_uid, issued_credential_uid, delegation, issuer_uid } =
          result.kind === "event" ? result.event : blank;
        const found = { identity_uid, principal_type, credential_uid, issued_credential_uid, delegation, issuer_uid };
        if (JSON.stringify(found) !== JSON.stringify(whole)) wrong.push({ found, whole, call: call.name });
        acted++;
      }
      if (++hours >= 2 * 24 && acted > 0) break;
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(acted).toBeGreaterThan(0);
  },
);

const blank = { identity_uid: "", principal_type: "", credential_uid: "", issued_credential_uid: "", delegation: [], issuer_uid: "" };

function readerOf({ clusters }: World): (text: string) => ReadRecord {
  const known = clusters.filter(({ oidcIssuer }) => oidcIssuer !== "").map(({ name, oidcIssuer }) => ({ name, oidcIssuer }));
  const reader = new RecordReader({ redactionKey: "ab".repeat(32), networkRanges: [], clusters: known, defaultAccount: "" });
  return (text) => {
    const bytes = Buffer.from(text);
    const found: ReadRecord[] = [];
    reader.read(JSON.parse(text) as JsonObject, undefined, bytes, 0, bytes.length, (record) => found.push(record));
    const [first] = found;
    if (first === undefined) throw new Error(`nothing was read of ${text}`);
    return first;
  };
}

test("thirty machines of each persona are of different identities, and no persona takes another's", () => {
  const population = newPopulation(newWorld());
  for (const persona of personas) for (let number = 0; number < 30; number++) population.settle(persona);
  const uids = population.residents.flatMap(({ machine }) => machine.identities.map(({ uid }) => uid));
  expect(new Set(uids).size).toBe(uids.length);
});

test("an identity makes 60 to 90 records a day on average", () => {
  const days = 7;
  const population = newPopulation(newWorld());
  population.fill(personas, 300);
  const identities = population.residents.reduce((sum, { machine }) => sum + machine.identities.length, 0);
  const acts = population.residents.reduce((sum, resident) => sum + actsOf(resident, days).length, 0);
  expect(acts / identities / days).toBeGreaterThan(60);
  expect(acts / identities / days).toBeLessThan(90);
});
