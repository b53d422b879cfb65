// An embedded store that one process has open answers the other commands of the same user as if they had it open themselves.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError, PermanentError, TransientError } from "../../model/errors.ts";
import { readCursors } from "../../queries/cursor-read.ts";
import { identityFacts } from "../../queries/identity-facts.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import { type Lending, lendingSocket, lendStore } from "../../storage/engines/lending.ts";
import { borrowStore } from "../../storage/engines/lent-store.ts";
import type { Store } from "../../storage/store.ts";
import { timeText } from "../../storage/time-text.ts";
import { blockOf, dayMs, received, startMs } from "./action-rows.ts";
import { tableDigest } from "./table-digest.ts";

const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-lent-"));
let own: Store;
let lending: Lending | undefined;
let lent: Store;

async function borrowed(): Promise<Store> {
  const store = await borrowStore(folder);
  if (store === undefined) throw new Error("nobody lends it");
  return store;
}

beforeAll(async () => {
  own = await openEmbeddedStore(folder);
  await own.migrate();
  lending = await lendStore(own);
  lent = await borrowed();
});
afterAll(async () => {
  await lent.close();
  await lending?.close();
  await own.close();
  rmSync(folder, { recursive: true, force: true });
});

test("what is written through either of them is read through both, in questions and in an analyst's SQL", async () => {
  await lent.insertActions(
    await blockOf([received({ event_uid: "e1", identity_uid: "role-a" }), received({ event_uid: "e2", identity_uid: "role-a" })]),
  );
  await own.insertActions(await blockOf([received({ event_uid: "e3", identity_uid: "role-a", time: startMs + dayMs })]));
  const position = 'it\'s \\ \u0000 "quoted" and ünïcödé\n';
  await lent.insertRows("cursors", [{ source_id: "s", partition: "p", position, updated_at: timeText(startMs) }]);
  const asked = { source_id: "s", partitions: ["p"] };
  expect(await lent.query(readCursors, asked)).toEqual([expect.objectContaining({ partition: "p", position })]);
  expect(await lent.query(readCursors, asked)).toEqual(await own.query(readCursors, asked));
  const facts = { identity: "role-a" };
  expect(await lent.query(identityFacts, facts)).toEqual(await own.query(identityFacts, facts));
  expect(await tableDigest(lent)).toEqual(await tableDigest(own));
  expect(Buffer.from(await lent.queryText("SELECT uniqExact(event_uid) AS events FROM actions", "JSONEachRow")).toString()).toBe('{"events":3}\n');
  await lent.compact();
});

test("errors keep their kind, and an analyst's SQL its limits", async () => {
  await expect(lent.queryText("SELECT * FROM file('/etc/passwd')", "JSONEachRow")).rejects.toThrow(ConfigError);
  const broken = { ...readCursors, sql: "SELECT nothing FROM nowhere" };
  await expect(lent.query(broken, { source_id: "s", partitions: ["p"] })).rejects.toThrow(PermanentError);
  await expect(lent.queryText("SELECT 1 AS one", "JSONEachRow")).resolves.toBeDefined();
});

test("many may ask at once", async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => lent.queryText(`SELECT ${index} AS n`, "JSONEachRow")));
  expect(answers.map((bytes) => (JSON.parse(Buffer.from(bytes).toString()) as { n: number }).n)).toEqual(
    Array.from({ length: 50 }, (_, index) => index),
  );
});

test("only the user who has it open reaches the socket", () => {
  const socket = lendingSocket(folder) ?? "";
  expect(statSync(path.dirname(socket)).mode & 0o077).toBe(0);
});

test("a folder that others may open is closed to them before the socket is there", async () => {
  const open = path.join(folder, "open");
  const socket = lendingSocket(open) ?? "";
  mkdirSync(path.dirname(socket), { recursive: true });
  chmodSync(path.dirname(socket), 0o777);
  const opened = await lendStore({ ...own, location: open });
  expect(statSync(path.dirname(socket)).mode & 0o777).toBe(0o700);
  await opened?.close();
});

test("who ends waits for what was asked of it, and for no more than a while", async () => {
  const busy = path.join(folder, "busy");
  const asked = Promise.withResolvers<void>();
  const never = Promise.withResolvers<Uint8Array>();
  const store: Store = {
    ...own,
    location: busy,
    queryText: () => {
      asked.resolve();
      return never.promise;
    },
  };
  const short = await lendStore(store, 10);
  const answer = (await borrowStore(busy))?.queryText("SELECT 1", "JSONEachRow");
  const cutOff = expect(answer).rejects.toThrow(/has ended; run the command again/);
  await asked.promise;
  await short?.close();
  await cutOff;
});

test("a socket that nobody answers any more is passed over, and taken away by the next who lends", async () => {
  const gone = path.join(folder, "gone");
  const socket = lendingSocket(gone) ?? "";
  mkdirSync(path.dirname(socket), { recursive: true });
  writeFileSync(socket, "");
  expect(await borrowStore(gone)).toBeUndefined();
  const again = await lendStore({ ...own, location: gone });
  expect(await borrowStore(gone)).toBeDefined();
  await again?.close();
  expect(existsSync(socket)).toBe(false);
});

test("a process of another version is named, and its store not touched", async () => {
  const other = path.join(folder, "other");
  const socket = lendingSocket(other) ?? "";
  mkdirSync(path.dirname(socket), { recursive: true });
  const server = createServer((_, response) => response.end(JSON.stringify({ processId: 4242, schemaVersion: 1 })));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  await expect(borrowStore(other)).rejects.toThrow(/process 4242 with schema version 1, this machinetrail has \d+/);
  await new Promise((resolve) => server.close(resolve));
});

test("a folder whose name is too long for a socket is not lent", async () => {
  const long = path.join(folder, "x".repeat(120));
  expect(lendingSocket(long)).toBeUndefined();
  expect(await lendStore({ ...own, location: long })).toBeUndefined();
  expect(await borrowStore(long)).toBeUndefined();
});

test("when the one who lends ends, what is asked then says so", async () => {
  const ending = path.join(folder, "ending");
  const short = await lendStore({ ...own, location: ending });
  const store = await borrowStore(ending);
  await short?.close();
  await expect(store?.compact()).rejects.toThrow(TransientError);
  await expect(store?.compact()).rejects.toThrow(/has ended; run the command again/);
});
