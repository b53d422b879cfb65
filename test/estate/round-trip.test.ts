// The estate's judge: what it writes is stored whole, and what the store says of identities, credentials and lineage is the truth.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EstateSummary } from "../../estate/generate.ts";
import { makeEstate, readLines, type StoredEstate, scanEstate, temporaryFolder } from "./round-trip.ts";

const folder = temporaryFolder();
const estateFolder = path.join(folder, "estate");
let made: EstateSummary;
let stored: StoredEstate;

beforeAll(async () => {
  made = await makeEstate(estateFolder);
  stored = await scanEstate(estateFolder, folder);
}, 120_000);

afterAll(async () => {
  await stored?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface EstateIdentity {
  readonly identity_uid: string;
  readonly persona: string;
  readonly principal_type: string;
  readonly is_machine: boolean;
  readonly events: number;
}

function estateIdentities(): EstateIdentity[] {
  const { identities } = JSON.parse(readFileSync(path.join(estateFolder, "estate.json"), "utf8")) as { identities: EstateIdentity[] };
  return identities.filter(({ events }) => events > 0);
}

const column = async (sql: string, name: string): Promise<string[]> => (await stored.rows(sql)).map((row) => String(row[name])).sort();

test("every record is stored, none is set aside or refused", async () => {
  expect(await stored.rows("SELECT reason, any(origin) AS origin, any(raw) AS raw FROM quarantine GROUP BY reason")).toEqual([]);
  expect(stored.summary).toMatchObject({ records: made.records, stored: made.records, ignored: {}, rejected: {} });
  expect(await column("SELECT uniqExact(event_uid) AS events FROM actions", "events")).toEqual([String(made.events)]);
});

test("an operation that ends later is one action: its end completes that, and is none itself", async () => {
  const completed = await column("SELECT DISTINCT event_uid FROM completions", "event_uid");
  const begun = await column("SELECT DISTINCT event_uid FROM actions WHERE startsWith(event_uid, 'operation|')", "event_uid");
  expect(completed.length).toBeGreaterThan(0);
  expect(completed.filter((uid) => !begun.includes(uid))).toEqual([]);
});

describe("identities", () => {
  test("each one that acted is one identity in the store, none is split or merged", async () => {
    const inStore = await column("SELECT DISTINCT identity_uid FROM identities", "identity_uid");
    const inEstate = estateIdentities().map(({ identity_uid }) => identity_uid);
    expect(inStore.filter((uid) => !inEstate.includes(uid))).toEqual([]);
    expect(inEstate.filter((uid) => !inStore.includes(uid))).toEqual([]);
  });

  test("each did as many things as the estate says", async () => {
    const counts = await stored.rows("SELECT identity_uid, uniqExact(event_uid) AS events FROM actions GROUP BY identity_uid");
    const inStore = new Map(counts.map(({ identity_uid, events }) => [identity_uid, Number(events)]));
    const wrong = estateIdentities().filter(({ identity_uid, events }) => inStore.get(identity_uid) !== events);
    expect(wrong.map(({ identity_uid, events }) => ({ identity_uid, events, stored: inStore.get(identity_uid) }))).toEqual([]);
  });

  test("each is of the type that it is", async () => {
    const types = await stored.rows("SELECT identity_uid, max(principal_type) AS principal_type FROM identities GROUP BY identity_uid");
    const inStore = new Map(types.map(({ identity_uid, principal_type }) => [identity_uid, principal_type]));
    const wrong = estateIdentities().filter(({ identity_uid, principal_type }) => inStore.get(identity_uid) !== principal_type);
    expect(wrong.map(({ identity_uid, principal_type }) => ({ identity_uid, principal_type, stored: inStore.get(identity_uid) }))).toEqual([]);
  });
});

test("every event that a label names is stored, by an identity that the label names", async () => {
  const callers = await stored.rows("SELECT event_uid, any(identity_uid) AS identity_uid FROM actions GROUP BY event_uid");
  const callerOf = new Map(callers.map(({ event_uid, identity_uid }) => [event_uid, identity_uid]));
  const labels = readLines(path.join(estateFolder, "labels.jsonl"));
  expect(labels.length).toBeGreaterThan(0);
  for (const { id, event_uids, identities } of labels as { id: string; event_uids: string[]; identities: string[] }[]) {
    expect(
      event_uids.filter((uid) => !identities.includes(String(callerOf.get(uid)))),
      id,
    ).toEqual([]);
  }
});

test("the lineage stored is the lineage that was: no edge more, no edge less", async () => {
  const key = ({ subject_uid, issuer_uid, relation, credential_uid }: Record<string, unknown>): string =>
    [relation, subject_uid, issuer_uid, credential_uid].join(" ");
  const truth = new Set(readLines(path.join(estateFolder, "lineage.jsonl")).map(key));
  const found = new Set((await stored.rows("SELECT DISTINCT subject_uid, issuer_uid, relation, credential_uid FROM lineage")).map(key));
  expect([...found].filter((edge) => !truth.has(edge)).slice(0, 20)).toEqual([]);
  expect([...truth].filter((edge) => !found.has(edge)).slice(0, 20)).toEqual([]);
  expect(truth.size).toBeGreaterThan(0);
});

test("a credential that an event issued is used after that, and only by whom it was issued for", async () => {
  // Entra writes a trust down for the application's object, which has another id than the service principal that signs in with it.
  const wrong = await stored.rows(`
    SELECT c.credential_uid AS credential_uid, c.identity_uid AS used_by, l.subject_uid AS issued_for, c.first_used AS first_used, l.first_at AS issued
    FROM (SELECT credential_uid, identity_uid, max(credential_type) AS type, min(first_used) AS first_used FROM credentials GROUP BY credential_uid, identity_uid) AS c
    INNER JOIN (SELECT credential_uid, subject_uid, min(first_at) AS first_at FROM lineage WHERE relation = 'issued' AND credential_uid != '' GROUP BY credential_uid, subject_uid) AS l
      ON c.credential_uid = l.credential_uid
    WHERE c.first_used < l.first_at - INTERVAL 1 SECOND OR (l.subject_uid != '' AND c.type != 'federated-credential' AND splitByChar('/', c.identity_uid)[-1] != splitByChar('/', l.subject_uid)[-1])
    LIMIT 10`);
  expect(wrong).toEqual([]);
});
