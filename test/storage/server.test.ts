// What a network and an operator add to a store: wrong URLs, passwords and hosts, servers that are gone or silent. Each failure
// must be the kind that its remedy needs, and no message may hold the password.
import dns from "node:dns";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ConfigError, PermanentError, TransientError } from "../../model/errors.ts";
import { storeTotals } from "../../queries/store-totals.ts";
import { openServerStore } from "../../storage/engines/server.ts";
import { readMigrations } from "../../storage/migrations.ts";
import { runOnServer } from "../stand-ins/clickhouse-cluster.ts";
import { type ClickHouseServer, missingForClickHouseServer, startClickHouseServer } from "../stand-ins/clickhouse-server.ts";
import { blockOf, received } from "./action-rows.ts";
import { tableDigest } from "./table-digest.ts";

const password = "pa:ss/w%rd'\"";
const urlPassword = encodeURIComponent(password);

const users = `<clickhouse>
  <users>
    <default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><access_management>1</access_management></default>
    <writer><password>${password.replaceAll('"', "&quot;")}</password><networks><ip>::/0</ip></networks><profile>default</profile></writer>
    <reader><password>${password.replaceAll('"', "&quot;")}</password><networks><ip>::/0</ip></networks><profile>reading</profile></reader>
    <small><password></password><networks><ip>::/0</ip></networks><profile>small</profile></small>
  </users>
  <profiles><default/><reading><readonly>2</readonly></reading><small><max_memory_usage>1000000</max_memory_usage></small></profiles>
  <quotas><default/></quotas>
</clickhouse>`;

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error("did not fail"),
    (error: unknown) => error as Error,
  );
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe("a URL that cannot be meant is refused, saying how one is written", () => {
  test.each(["nonsense", "tcp://host:9000/db", "http://", "http://host:8123/db?max_threads=1", "http://user:50%@host/db"])("%s", async (url) => {
    const error = await failure(openServerStore(url));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("http(s)://user:password@host:port/database");
  });
});

test("a name that no host has is the operator's to mend", async () => {
  // A resolver that is away answers otherwise, or not at all: what is tested is what becomes of its answer.
  const lookup = vi
    .spyOn(dns, "lookup")
    .mockImplementation(((_name: string, _options: unknown, answer: (error: Error) => void) =>
      answer(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }))) as unknown as typeof dns.lookup);
  expect(await failure(openServerStore("http://no-such-host.invalid:8123/db"))).toBeInstanceOf(ConfigError);
  expect(lookup).toHaveBeenCalled();
  lookup.mockRestore();
});

const missing = missingForClickHouseServer();
describe.skipIf(missing !== undefined && process.env.CI === undefined)(`a store on a server${missing === undefined ? "" : ` (${missing})`}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-server-"));
  const configFile = path.join(folder, "config.xml");
  const silent: Server = createServer(() => undefined);
  let server: ClickHouseServer;
  let host: string;

  beforeAll(async () => {
    const usersFile = path.join(folder, "users.xml");
    writeFileSync(usersFile, users);
    writeFileSync(configFile, `<clickhouse><users_config>${usersFile}</users_config></clickhouse>`);
    server = await startClickHouseServer(path.join(folder, "data"), { configFile });
    host = new URL(server.url).host;
  });
  afterAll(async () => {
    silent.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("user, password and database come out of the URL; the password also as an option, and never into `location`", async () => {
    for (const [url, options] of [
      [`http://writer:${urlPassword}@${host}/from_url`, {}],
      [`http://writer:wrong@${host}/from_option`, { password }],
    ] as const) {
      const store = await openServerStore(url, options);
      await store.migrate();
      await store.insertActions(await blockOf([received({ event_uid: "e1", identity_uid: "a" })]));
      expect(await store.query(storeTotals, {})).toMatchObject([{ actions: 1 }]);
      expect(store.location).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/from_(url|option)$/);
      await store.close();
    }
  });

  test("a migration that was killed behind any of its statements is done once more, and the schema is the same", async () => {
    const whole = await openServerStore(`http://${host}/whole`);
    await whole.migrate();
    await whole.close();
    await runOnServer(`http://${host}/`, "CREATE DATABASE killed");
    for (const { statements } of readMigrations())
      for (let done = 1; done <= statements.length; done++)
        for (const statement of statements.slice(0, done)) await runOnServer(`http://${host}/killed`, statement);
    const schemaOf = async (database: string) => {
      const sql = `SELECT replaceAll(create_table_query, '${database}.', '') FROM system.tables
        WHERE database = '${database}' AND name NOT IN ('schema_migrations') ORDER BY name FORMAT TSV`;
      return runOnServer(`http://${host}/`, sql);
    };
    expect(await schemaOf("killed")).toBe(await schemaOf("whole"));
  });

  test("a wrong password is the operator's to mend, and is not repeated", async () => {
    const error = await failure(openServerStore(`http://writer:wrong-secret@${host}/db`));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).not.toContain("wrong-secret");
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("wrong-secret");
  });

  test("a user who may only read asks questions and an analyst's SQL, and may not write", async () => {
    const writer = await openServerStore(`http://writer:${urlPassword}@${host}/shared`);
    await writer.migrate();
    await writer.insertActions(await blockOf([received({ event_uid: "e1", identity_uid: "a" })]));
    const reader = await openServerStore(`http://reader:${urlPassword}@${host}/shared`);
    expect(await reader.query(storeTotals, {})).toMatchObject([{ actions: 1 }]);
    expect(await tableDigest(reader)).toEqual(await tableDigest(writer));
    expect(await failure(reader.insertActions(await blockOf([received({ event_uid: "e2" })])))).toBeInstanceOf(ConfigError);
    await Promise.all([writer.close(), reader.close()]);
  });

  test("a database that does not exist and may not be made is named", async () => {
    const store = await openServerStore(`http://reader:${urlPassword}@${host}/absent`);
    const error = await failure(store.query(storeTotals, {}));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("absent");
    await store.close();
  });

  test("too little memory on the server is a failure that may pass", async () => {
    const store = await openServerStore(`http://writer:${urlPassword}@${host}/memory`);
    await store.migrate();
    await store.close();
    const small = await openServerStore(`http://small@${host}/memory`);
    const rows = Array.from({ length: 20_000 }, (_, index) => received({ event_uid: `e${index}`, session_name: `s${index}` }));
    expect(await failure(small.insertActions(await blockOf(rows)))).toBeInstanceOf(TransientError);
    await small.close();
  });

  test("a server that is not there, or is silent, may be there later", async () => {
    const gone = createServer();
    const url = await listening(gone);
    await new Promise((resolve) => gone.close(resolve));
    const refused = await failure(openServerStore(`${url}/db`));
    expect(refused).toBeInstanceOf(TransientError);
    expect(refused.message).toMatch(/ECONNREFUSED.*start the server/);
    expect(await failure(openServerStore(`${await listening(silent)}/db`, { requestTimeoutMs: 200 }))).toBeInstanceOf(TransientError);
  });

  test("an answer that is not ClickHouse's is not tried for ever", async () => {
    const proxy = createServer((socket) => {
      socket.on("data", () => socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nbanned"));
      socket.on("error", () => undefined);
    });
    const error = await failure(openServerStore(`${await listening(proxy)}/db`));
    expect(error).toBeInstanceOf(PermanentError);
    proxy.close();
  });

  test("what was acknowledged is there after the server was killed; what was not is a failure that may pass", async () => {
    const own = path.join(folder, "killed");
    let victim = await startClickHouseServer(own);
    const store = await openServerStore(`${victim.url}/db`);
    await store.migrate();
    await store.insertActions(await blockOf([received({ event_uid: "e1", identity_uid: "a" })]));
    const before = await tableDigest(store);
    await victim.kill();
    expect(await failure(store.insertActions(await blockOf([received({ event_uid: "e2" })])))).toBeInstanceOf(TransientError);
    await store.close();
    victim = await startClickHouseServer(own);
    const again = await openServerStore(`${victim.url}/db`);
    expect(await tableDigest(again)).toEqual(before);
    await again.close();
    await victim.stop();
  });
});
