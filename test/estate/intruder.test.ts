// What holds of every attacker who takes a credential: the machines beside it live on as if it were not there, and what it does is
// done by whom its label names.
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { attacks, standardAttacks } from "../../estate/attacks/registry.ts";
import { makeEstate, readLines, scanEstate, temporaryFolder } from "./round-trip.ts";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of the kinds that add calls and change none. */
const adding = standardAttacks.filter(({ attack }) => /^(?:kubernetes|gcp|azure|human|machine)-/.test(attack));

async function eventUids(
  name: string,
  orders: typeof standardAttacks,
): Promise<{ uids: Set<string>; labels: { attack: string; event_uids: string[] }[] }> {
  const estate = path.join(folder, name);
  await makeEstate(estate, { identities: 110, days: 1, disturbances: [], orders });
  const stored = await scanEstate(estate, path.join(folder, `${name}-store`));
  const uids = new Set((await stored.rows("SELECT DISTINCT event_uid FROM actions")).map(({ event_uid }) => String(event_uid)));
  await stored.close();
  return { uids, labels: readLines(path.join(estate, "labels.jsonl")) as { attack: string; event_uids: string[] }[] };
}

test("attackers with stolen or added credentials change no record of any cloud beside their own", async () => {
  const calm = await eventUids("calm", []);
  const attacked = await eventUids("attacked", adding);
  const labelled = new Set(attacked.labels.flatMap(({ event_uids }) => event_uids));
  expect(labelled.size).toBeGreaterThan(300);
  expect([...calm.uids].filter((uid) => !attacked.uids.has(uid))).toEqual([]);
  expect([...labelled].filter((uid) => calm.uids.has(uid))).toEqual([]);
  // Most found a victim among so few; each that did left a trace.
  const placed = new Set(attacked.labels.map(({ attack }) => attack));
  expect(placed.size).toBeGreaterThan(attacks.filter(({ id }) => adding.some(({ attack }) => attack === id)).length / 2);
}, 240_000);
