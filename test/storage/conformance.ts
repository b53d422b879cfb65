// What every engine must do, whatever it is: the Store port's promises, run on each by conformance.test.ts.
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError } from "../../model/errors.ts";
import { readTimeline } from "../../pipeline/read-timeline.ts";
import { readCursors } from "../../queries/cursor-read.ts";
import { identityFacts } from "../../queries/identity-facts.ts";
import { identityTimeline } from "../../queries/identity-timeline.ts";
import { schemaVersion } from "../../queries/schema-version.ts";
import { storeTotals } from "../../queries/store-totals.ts";
import { whoResource } from "../../queries/who-resource.ts";
import { likePattern, whoResourceLike } from "../../queries/who-resource-like.ts";
import { readMigrations } from "../../storage/migrations.ts";
import type { Store } from "../../storage/store.ts";
import { timeText } from "../../storage/time-text.ts";
import { blockOf, dayMs, received, recordsOf, startMs } from "./action-rows.ts";
import type { StoreProfile } from "./store-profiles.ts";
import { tableDigest, tableRows } from "./table-digest.ts";

const role = "arn:aws:iam::111122223333:role/deploy";

/** Texts that end a literal, a line, a string or a parser somewhere; what is not UTF-8 comes back as U+FFFD. */
const hostileTexts = [
  "it's",
  '"double" and `back`',
  "back\\slash \\n \\' \\",
  "NUL \u0000 inside",
  "two\nlines\r\nand\ttab",
  "lone \ud800 surrogate",
  "{x:String} {y:Identifier}",
  "'); DROP TABLE actions; --",
  "\\N",
  "NULL",
  "ünïcödé 🦀 \u202e",
  "%_%",
  "",
  " ",
] as const;

export function conformance(profile: StoreProfile): void {
  let store: Store;
  beforeEach(async () => {
    store = await profile.fresh();
  });
  afterEach(() => store.close());

  test("migrating again changes nothing", async () => {
    const before = await tableDigest(store);
    await store.migrate();
    expect(await store.query(schemaVersion, {})).toEqual([{ version: readMigrations().at(-1)?.version }]);
    expect(await tableDigest(store)).toEqual(before);
  });

  test("a store of a newer version is refused, naming both versions", async () => {
    await profile.command(store.location, "INSERT INTO schema_migrations (version, name) VALUES (9999, 'from-the-future')");
    await expect(store.migrate()).rejects.toThrow(ConfigError);
    await expect(store.migrate()).rejects.toThrow(/9999/);
  });

  test("a query that fails takes nothing to the answers of those that are asked at the same time, nor does who asks first keep the others out", async () => {
    // Blocks are written before the one that cannot be divided.
    const failing = () => store.queryText("SELECT number, intDiv(1, 200000 - toInt64(number)) AS one FROM numbers(400000)", "JSONEachRow");
    const good = (n: number) => store.queryText(`SELECT ${n} AS n`, "JSONEachRow");
    const calls = [failing(), ...Array.from({ length: 8 }, (_, n) => good(n)), failing(), good(8)];
    const answers = await Promise.allSettled(calls);
    const texts = answers.map((answer) => (answer.status === "fulfilled" ? Buffer.from(answer.value).toString() : "failed"));
    const said = (n: number) => `{"n":${n}}\n`;
    expect(texts).toEqual(["failed", ...Array.from({ length: 8 }, (_, n) => said(n)), "failed", said(8)]);
  });

  test("what was acknowledged is there after closing and opening again", async () => {
    await store.insertActions(await blockOf([received({ event_uid: "e1", identity_uid: role })]));
    const before = await tableDigest(store);
    await store.close();
    store = await profile.reopen(store.location);
    await store.migrate();
    expect(await tableDigest(store)).toEqual(before);
  });

  test("closing twice is safe, and empty writes are", async () => {
    await store.insertActions({ rows: 0, chunks: [] });
    await store.insertRecords({ rows: 0, chunks: [] });
    await store.insertRows("cursors", []);
    await store.close();
    await store.close();
    store = await profile.reopen(store.location);
  });

  test("a block written twice counts once, before and after merges", async () => {
    const rows = [0, 1, 2].map((index) => received({ event_uid: `e${index}`, identity_uid: role, time: startMs + index }));
    const [block, records] = [await blockOf(rows), await recordsOf(rows)];
    await store.insertRecords(records);
    await store.insertActions(block);
    const once = await tableDigest(store);
    await store.insertRecords(records);
    await store.insertActions(block);
    expect(await tableDigest(store)).toEqual(once);
    expect(await store.query(storeTotals, {})).toMatchObject([{ actions: 3, identities: 1 }]);
    await store.compact();
    expect(await tableDigest(store)).toEqual(once);
  });

  test.each([
    ["first", [0, 1]],
    ["last", [1, 0]],
  ])("a later stage of an event replaces an earlier one, delivered %s", async (_, order) => {
    const stage = (event_rank: number, outcome: "unknown" | "denied", resource: string) =>
      received(
        { event_uid: "audit-1", identity_uid: role, event_rank, outcome, resource_uids: [resource], resource_types: ["pods"] },
        startMs + event_rank * dayMs,
        `{"stage":${event_rank}}`,
      );
    const stages = [stage(1, "unknown", "pods/ns/"), stage(2, "denied", "pods/ns/a")];
    for (const index of order) {
      const rows = stages.slice(index, index + 1);
      await store.insertRecords(await recordsOf(rows));
      await store.insertActions(await blockOf(rows));
    }
    const timeline = await readTimeline(store, { identity_uid: role });
    expect(timeline.map(({ event_uid, outcome }) => [event_uid, outcome])).toEqual([["audit-1", "denied"]]);
    expect(await readTimeline(store, { identity_uid: role, outcome: "unknown" })).toEqual([]);
    expect(await store.query(whoResource, { resource_uid: "pods/ns/" })).toEqual([]);
    expect(await store.query(whoResource, { resource_uid: "pods/ns/a" })).toMatchObject([{ events: 1, denied: 1 }]);
    expect(await tableRows(store, "records")).toMatchObject([{ event_uid: "audit-1", raw: stages[1]?.raw }]);
  });

  test("a page of a timeline is the same, to the row, whichever versions of its events are merged away yet", async () => {
    const uids = Array.from({ length: 12 }, (_, index) => `e${String(index).padStart(2, "0")}`);
    const stage = (event_uid: string, event_rank: number) =>
      received({ event_uid, identity_uid: role, event_rank, outcome: event_rank === 1 ? "unknown" : "denied" });
    await store.insertActions(await blockOf(uids.map((uid) => stage(uid, 2))));
    // An earlier stage that comes late, of every event in turn: newest, oldest, and each that a page may end with.
    for (const late of uids) {
      await store.insertActions(await blockOf([stage(late, 1)]));
      for (const limit of [1, 5, 12, 13]) {
        const page = await readTimeline(store, { identity_uid: role, limit });
        const newest = uids.toReversed().slice(0, limit);
        expect(page.map(({ event_uid, outcome }) => [event_uid, outcome])).toEqual(newest.map((uid) => [uid, "denied"]));
      }
    }
  });

  test("the first reception of an event stays when it is delivered again", async () => {
    const again = received({ event_uid: "e1", identity_uid: role }, startMs + 60 * dayMs);
    const first = received({ event_uid: "e1", identity_uid: role }, startMs + 31 * dayMs);
    for (const row of [again, first, again]) await store.insertActions(await blockOf([row]));
    const text = Buffer.from(await store.queryText("SELECT toString(received_at) AS at FROM actions FINAL", "JSONEachRow")).toString();
    expect(JSON.parse(text)).toEqual({ at: timeText(first.receivedAtMs) });
  });

  test("a long-running operation shows how it ended, whichever record came first", async () => {
    // Longer than a server takes as a parameter.
    const uids = ["op-1", `op-${"2".repeat(300_000)}`];
    const end = { completed_at: timeText(startMs + 5_000), outcome: "failure", error_code: "3", error_message: "no" };
    const ends = uids.map((event_uid) => ({ event_uid, ...end }));
    await store.insertRows("completions", [...ends, ...ends]);
    const started = [...uids, "op-3"].map((event_uid) => received({ event_uid, identity_uid: role, provider: "gcp", outcome: "success" }));
    await store.insertActions(await blockOf(started));
    const rows = await readTimeline(store, { identity_uid: role });
    const ended = { outcome: "failure", error_code: "3", completed_at_ms: startMs + 5_000 };
    expect(rows).toMatchObject([
      { event_uid: "op-3", outcome: "success", completed_at_ms: 0 },
      { event_uid: uids[1], ...ended },
      { event_uid: "op-1", ...ended },
    ]);
  });

  test("the latest cursor of a partition is read, of the asked partitions only", async () => {
    const cursor = (partition: string, position: string, atMs: number) => ({ source_id: "files", partition, position, updated_at: timeText(atMs) });
    await store.insertRows("cursors", [cursor("a", '{"offset":2}', 2_000), cursor("b", '{"offset":9}', 1_000)]);
    await store.insertRows("cursors", [cursor("a", '{"offset":1}', 1_000), { ...cursor("a", '{"offset":7}', 9_000), source_id: "other" }]);
    expect(await store.query(readCursors, { source_id: "files", partitions: ["a", "absent"] })).toEqual([
      { partition: "a", position: '{"offset":2}' },
    ]);
    expect(await store.query(readCursors, { source_id: "files", partitions: [] })).toEqual([]);
  });

  test("hostile texts survive as values, in columns and as parameters", async () => {
    const rows = hostileTexts.map((text, index) =>
      received(
        {
          event_uid: `e${index}-${text}`,
          identity_uid: `id-${index}-${text}`,
          identity_name: text,
          session_name: text,
          resource_uids: [text, `r-${text}`],
          error_message: text,
        },
        startMs + dayMs,
        JSON.stringify({ text }),
      ),
    );
    await store.insertActions(await blockOf(rows));
    for (const [index, text] of hostileTexts.entries()) {
      const stored = text.toWellFormed();
      const identity = `id-${index}-${stored}`;
      expect(await store.query(identityFacts, { identity })).toMatchObject([{ identity_uid: identity, identity_name: stored }]);
      const [row] = await readTimeline(store, { identity_uid: identity });
      expect(row).toMatchObject({ event_uid: `e${index}-${stored}`, session_name: stored, resource_uids: [stored, `r-${stored}`] });
      expect(await store.query(whoResource, { resource_uid: `r-${stored}` })).toMatchObject([{ identity_uid: identity }]);
      expect(await store.query(whoResourceLike, { pattern: likePattern(`r-${stored}`, "end") })).toContainEqual(
        expect.objectContaining({ identity_uid: identity }),
      );
    }
    await store.insertRecords(await recordsOf(rows));
    const raws = (await tableRows(store, "records")).map((row) => JSON.parse(row.raw as string) as { text: string });
    expect(raws.map((raw) => raw.text).sort()).toEqual([...hostileTexts].sort());
  });

  test("hostile texts survive in the small tables", async () => {
    const quarantine = hostileTexts.map((text, index) => {
      return { source_id: text, origin: text, position: index, reason: text, received_at: timeText(startMs), version: 1, raw: text };
    });
    await store.insertRows("quarantine", quarantine);
    await store.insertRows(
      "cursors",
      hostileTexts.map((text) => ({ source_id: "files", partition: text, position: text, updated_at: timeText(startMs) })),
    );
    const rows = await tableRows(store, "quarantine");
    const stored = hostileTexts.map((text) => text.toWellFormed());
    expect(rows.map((row) => [row.source_id, row.origin, row.reason, row.raw]).sort()).toEqual(stored.map((text) => [text, text, text, text]).sort());
    const cursors = await store.query(readCursors, { source_id: "files", partitions: stored });
    expect(cursors.map(({ partition, position }) => [partition, position]).sort()).toEqual(stored.map((text) => [text, text]).sort());
  });

  test("a text of a megabyte survives as a value, and one of 100 KB as a parameter", async () => {
    const long = "x'\\\n🦀".repeat(130_000);
    const identity = long.slice(0, 60_000);
    const rows = [received({ event_uid: "e1", identity_uid: identity, session_name: long }, startMs, JSON.stringify(long))];
    await store.insertActions(await blockOf(rows));
    await store.insertRecords(await recordsOf(rows));
    expect(await readTimeline(store, { identity_uid: identity })).toMatchObject([{ event_uid: "e1", session_name: long }]);
    expect((await tableRows(store, "records")).map((row) => JSON.parse(row.raw as string) as string)).toEqual([long]);
  });

  test("absurd dates neither fail nor lose their neighbours", async () => {
    // In more months than the 100 partitions that the engine lets a block have by itself.
    const times = [0, 1, startMs, Date.UTC(2299, 11, 31), ...Array.from({ length: 110 }, (_, month) => Date.UTC(1990, month, 1))];
    await store.insertActions(await blockOf(times.map((time, index) => received({ event_uid: `e${index}`, identity_uid: role, time }))));
    expect(await store.query(storeTotals, {})).toMatchObject([{ actions: times.length, first_at_ms: 0, last_at_ms: Date.UTC(2299, 11, 31) }]);
  });

  test("questions go on while a block is written", async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) =>
      received({ event_uid: `e${index}`, identity_uid: `id-${index % 50}`, time: startMs + index }),
    );
    const block = await blockOf(rows);
    let isWriting = true;
    const writing = store.insertActions(block).finally(() => {
      isWriting = false;
    });
    do await store.query(storeTotals, {});
    while (isWriting);
    await writing;
    expect(await store.query(storeTotals, {})).toMatchObject([{ actions: 20_000, identities: 50 }]);
  });

  test("a wrong parameter is refused before it reaches the engine", async () => {
    await expect(store.query(identityTimeline, { identity_uid: role, limit: -1 })).rejects.toThrow();
    await expect(store.query(identityTimeline, { identity_uid: 7 as unknown as string })).rejects.toThrow();
  });
}
