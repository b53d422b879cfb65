// What an analyst's own SQL may and may not do, on both engines: refusals name what is not allowed, useful statements run.
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError } from "../../model/errors.ts";
import { isAnalystFunction } from "../../storage/analyst-functions.ts";
import { readingStatement } from "../../storage/analyst-sql.ts";
import { attribute, parseTree } from "../../storage/query-tree.ts";
import type { Store } from "../../storage/store.ts";
import { blockOf, received, recordsOf, startMs } from "./action-rows.ts";
import { describeStores } from "./store-profiles.ts";
import { tableDigest } from "./table-digest.ts";

const outfile = path.join(tmpdir(), `machinetrail-outfile-${process.pid}`);

/** A statement, and what its refusal must name. */
const hostile: readonly (readonly [sql: string, named: RegExp])[] = [
  ["SELECT * FROM file('/etc/passwd')", /table function file/],
  ["SELECT * FROM `file`('/etc/passwd', 'LineAsString')", /table function file/],
  ["SELECT * FROM url('http://127.0.0.1:1/', 'CSV')", /table function url/],
  ["SELECT * FROM s3('https://bucket.example/x.csv')", /table function s3/],
  ["SELECT * FROM remote('127.0.0.1', system.one)", /table function remote/],
  ["SELECT * FROM executable('sh', 'TSV', 'a String')", /table function executable/],
  ["SELECT * FROM cluster('default', system.one)", /table function cluster/],
  ["SELECT * FROM merge('machinetrail', '.*')", /table function merge/],
  ["SELECT * FROM view(SELECT * FROM system.users)", /table function view/],
  ["SELECT * FROM dictionary('d')", /table function dictionary/],
  ["SELECT * FROM sqlite('/tmp/x', 't')", /table function sqlite/],
  ["SELECT * FROM numbers(1) AS n JOIN (SELECT * FROM (SELECT * FROM url('http://127.0.0.1:1/'))) AS u ON 1", /table function url/],
  ["SELECT * FROM actions WHERE identity_uid IN (SELECT line FROM file('/etc/passwd', 'LineAsString', 'line String'))", /table function file/],
  ["SELECT 1 IN file('/etc/passwd')", /function file/],
  ["SELECT EXISTS(SELECT 1 FROM file('/etc/passwd'))", /table function file/],
  ["WITH t AS (SELECT * FROM file('/etc/passwd')) SELECT 1 FROM t", /table function file/],
  ["SELECT file('/etc/passwd')", /function file/],
  ["SELECT identity_uid FROM actions ORDER BY FILE('/etc/passwd')", /function file/i],
  ["SELECT * APPLY(x -> file(x)) FROM actions", /function file/],
  ["SELECT * REPLACE(file('/etc/passwd') AS session_name) FROM actions", /function file/],
  ["SELECT count() FROM actions LIMIT 1 OFFSET (SELECT length(file('/etc/passwd')))", /function file/],
  ["SELECT sum(1) OVER (ORDER BY file('/etc/passwd')) FROM actions", /function file/],
  ["SELECT dictGet('d', 'a', 1)", /function dictGet/],
  ["SELECT joinGet('t', 'a', 1)", /function joinGet/],
  ["SELECT getSetting('max_memory_usage')", /function getSetting/],
  ["SELECT aiGenerate('x')", /function aiGenerate/],
  ["SELECT catboostEvaluate('/etc/passwd', 1)", /function catboostEvaluate/],
  ["SELECT showCertificate()", /function showCertificate/],
  ["SELECT sleep(3)", /function sleep/],
  ["SELECT * FROM system.users", /table system\.users/],
  ["SELECT * FROM system.query_log", /table system\.query_log/],
  ["SELECT * FROM information_schema.tables", /table information_schema\.tables/],
  ["SELECT * FROM schema_migrations_copy", /table schema_migrations_copy/],
  ["SELECT 1 IN system.users", /table system\.users/],
  ["WITH secret AS (SELECT * FROM secret) SELECT * FROM secret", /table secret/],
  ["SELECT * FROM (WITH secret AS (SELECT 1) SELECT 1) AS a, secret", /table secret/],
  ["WITH a AS (SELECT * FROM secret), secret AS (SELECT 1) SELECT * FROM a", /table secret/],
  [`SELECT 1 INTO OUTFILE '${outfile}'`, /INTO OUTFILE/],
  [`SELECT 1 /* harmless */ INTO -- a comment\n OUTFILE '${outfile}'`, /INTO OUTFILE/],
  ["SELECT 1 FORMAT CSV", /FORMAT/],
  ["SELECT 1 SETTINGS max_result_rows = 0", /SETTINGS/],
  ["SELECT * FROM (SELECT 1 SETTINGS readonly = 0)", /SETTINGS/],
  ["SELECT 1; DROP TABLE actions", /Multi-statements/],
  ["SELECT 1;\n\nDROP TABLE actions", /Multi-statements/],
  ["SELECT ';' ; DROP TABLE actions --", /Multi-statements/],
  ["SELECT 1 PARALLEL WITH DROP TABLE actions", /PARALLEL WITH/],
  ["SELECT 1) ; DROP TABLE actions ; SELECT (1", /Syntax error/],
  ["DROP TABLE actions", /DROP/],
  ["INSERT INTO actions SELECT * FROM actions", /INSERT/],
  ["INSERT INTO FUNCTION file('/tmp/x') SELECT 1", /INSERT/],
  ["ALTER TABLE actions DELETE WHERE 1", /ALTER/],
  ["TRUNCATE TABLE actions", /TRUNCATE/],
  ["CREATE TABLE t (a Int8) ENGINE = Memory", /CREATE/],
  ["SET readonly = 0", /SET/],
  ["USE system", /USE/],
  ["SYSTEM SHUTDOWN", /SYSTEM/],
  ["KILL QUERY WHERE 1", /KILL/],
  ["BACKUP TABLE actions TO File('/tmp/x')", /BACKUP/],
  ["SHOW GRANTS", /SHOW GRANTS/],
  ["SHOW TABLES WHERE name IN (SELECT * FROM file('/etc/passwd'))", /SHOW TABLES/],
  ["SHOW TABLES FROM system", /SHOW TABLES/],
  ["SHOW CREATE TABLE system.users", /table system\.users/],
  ["DESCRIBE TABLE file('/etc/passwd')", /file/],
  ["DESCRIBE url('http://127.0.0.1:1/')", /url/],
  ["EXPLAIN SELECT * FROM file('/etc/passwd')", /table function file/],
  ["EXPLAIN AST DROP TABLE actions", /EXPLAIN AST/],
  ["EXPLAIN TABLE OVERRIDE mysql('a', 'b', 'c', 'd') COLUMNS (a Int8)", /EXPLAIN TABLE/],
  ["SELECT {name:String}", /name/],
  ["SELECT * FROM {name:Identifier}", /name/],
  ["SELECT COLUMNS('a') FROM actions", /COLUMNS/],
  ["SELECT * EXCEPT 'a' FROM actions", /EXCEPT with a pattern/],
  ["SELECT identity_uid FROM actions ORDER BY identity_uid COLLATE 'en'", /COLLATE/],
  ["SELECT * FROM actions, system.users", /table system\.users/],
  ["SELECT 1 AS `a, is_cte: 1, cte_name: secret`", /quoted name/],
  ["SELECT 1 AS `a\n  WITH`", /quoted name/],
  ["", /Empty query/],
  ["-- nothing", /Empty query/],
  ["SELECT \u0000 1", /query/],
  [`SELECT '${"x".repeat(70_000)}'`, /64 KiB/],
];

/** A statement, and the rows that come back where they are few. */
const useful: readonly (readonly [sql: string, rows?: readonly object[]])[] = [
  ["SELECT count() AS n FROM actions", [{ n: 3 }]],
  ["SELECT count() AS n FROM actions;", [{ n: 3 }]],
  ["select COUNT(*) as n from actions final -- with a comment; and a semicolon", [{ n: 3 }]],
  ["SELECT identity_uid, count() AS n FROM actions GROUP BY identity_uid ORDER BY n DESC LIMIT 1", [{ identity_uid: "b", n: 2 }]],
  ["WITH busy AS (SELECT identity_uid FROM actions GROUP BY identity_uid HAVING count() > 1) SELECT * FROM busy", [{ identity_uid: "b" }]],
  ["WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b", [{ y: 2 }]],
  ["WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT max(n) AS n FROM r", [{ n: 3 }]],
  ["SELECT count() AS n FROM actions WHERE identity_uid IN (SELECT identity_uid FROM identities)", [{ n: 3 }]],
  ["WITH t AS (SELECT 'a' AS i) SELECT count() AS n FROM actions WHERE identity_uid IN t", [{ n: 1 }]],
  [
    "SELECT a.event_uid AS e FROM actions AS a INNER JOIN identities AS i ON i.identity_uid = a.identity_uid WHERE a.identity_uid = 'a'",
    [{ e: "e0" }],
  ],
  ["SELECT arrayMap(x -> upper(x), resource_uids) AS r FROM actions WHERE event_uid = 'e0'", [{ r: ["BUCKET-A"] }]],
  ["SELECT resource FROM actions ARRAY JOIN resource_uids AS resource WHERE identity_uid = 'a'", [{ resource: "bucket-a" }]],
  ["SELECT toStartOfHour(time) AS hour, uniqExactIf(event_uid, outcome = 'denied') AS denied FROM actions GROUP BY hour ORDER BY hour"],
  ["SELECT quantile(0.9)(toUnixTimestamp(time)) AS q, topK(3)(service) AS s, argMax(action, time) AS a FROM actions"],
  ["SELECT row_number() OVER (PARTITION BY identity_uid ORDER BY time) AS n FROM actions ORDER BY n DESC LIMIT 1", [{ n: 2 }]],
  ["SELECT uniqCombined64Merge(events) AS n FROM activity_hourly", [{ n: 3 }]],
  ["SELECT JSONExtractString(raw, 'id') AS id FROM records WHERE identity_uid = 'a'", [{ id: "e0" }]],
  ["SELECT action, JSONHas(raw, 'id') AS has FROM actions JOIN records USING (identity_uid, time, event_uid) LIMIT 0", []],
  ["SELECT * EXCEPT (session_name) FROM actions LIMIT 0", []],
  ["SELECT 'file(''/etc/passwd''); DROP TABLE actions' AS text", [{ text: "file('/etc/passwd'); DROP TABLE actions" }]],
  ["SELECT 1 AS file, file + 1 AS url", [{ file: 1, url: 2 }]],
  ["SELECT multiIf(number = 0, 'none', 'some') AS t FROM numbers(1) UNION ALL SELECT 'more'"],
  ["SELECT replaceRegexpOne(identity_uid, '^(.)$', '<\\\\1>') AS x FROM identities ORDER BY x LIMIT 1", [{ x: "<a>" }]],
  ["SELECT isIPAddressInRange('10.0.0.1', '10.0.0.0/8') AS inside", [{ inside: 1 }]],
  ["FROM actions SELECT min(time) AS first", [{ first: "2026-03-02 00:00:00.000" }]],
  ["SELECT count() AS n FROM identities AS a, identities AS b WHERE a.identity_uid != b.identity_uid", [{ n: 2 }]],
  ["SELECT count(DISTINCT identity_uid) AS n, countIf(outcome = 'denied') AS d FROM actions", [{ n: 2, d: 0 }]],
  ["SELECT 'columns_pattern, collator: en' AS text, time + INTERVAL 1 DAY > time AS later FROM actions LIMIT 1"],
  ["SELECT sum(1) OVER (ORDER BY time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM actions ORDER BY n DESC LIMIT 1", [{ n: 2 }]],
  ["SHOW TABLES LIKE 'action%'"],
  ["DESCRIBE TABLE actions"],
  ["DESC actions"],
  ["SHOW CREATE TABLE actions"],
  ["EXPLAIN indexes = 1 SELECT * FROM actions WHERE identity_uid = 'a'"],
  ["EXPLAIN SELECT 1"],
  ["SELECT name FROM system.columns WHERE table = 'actions' AND database = currentDatabase() LIMIT 1", [{ name: "time" }]],
];

describeStores("an analyst's SQL", (profile) => {
  let store: Store;
  beforeAll(async () => {
    store = await profile.fresh();
    const row = (index: number, identity: string) =>
      received({
        event_uid: `e${index}`,
        identity_uid: identity,
        time: startMs + index * 1_000,
        service: "s3",
        action: "GetObject",
        resource_uids: [`bucket-${identity}`],
      });
    const rows = [row(0, "a"), row(1, "b"), row(2, "b")];
    await store.insertRecords(await recordsOf(rows));
    await store.insertActions(await blockOf(rows));
    await profile.command(store.location, "CREATE TABLE secret (a String) ENGINE = Memory");
  });
  afterAll(() => store.close());

  test(`${hostile.length} hostile statements are refused by name, and change nothing`, async () => {
    const before = await tableDigest(store);
    for (const [sql, named] of hostile) {
      const refusal = await store.queryText(sql, "JSONEachRow").then(
        (bytes) => new Error(`ran: ${sql}: ${Buffer.from(bytes).toString().slice(0, 200)}`),
        (error: unknown) => error as Error,
      );
      expect(refusal, sql.slice(0, 200)).toBeInstanceOf(ConfigError);
      expect(refusal.message, sql.slice(0, 200)).toMatch(named);
    }
    expect(await tableDigest(store)).toEqual(before);
    expect(existsSync(outfile)).toBe(false);
  });

  test.each(useful.map(([sql, rows]) => ({ sql, rows })))("$sql", async ({ sql, rows }) => {
    const text = Buffer.from(await store.queryText(sql, "JSONEachRow")).toString();
    const answered = text.split("\n").filter((line) => line !== "");
    if (rows === undefined) expect(answered.length).toBeGreaterThan(0);
    else expect(answered.map((line) => JSON.parse(line) as object)).toEqual(rows);
  });

  test("each output format has its own form", async () => {
    const sql = "SELECT identity_uid FROM identities ORDER BY identity_uid LIMIT 1";
    expect(Buffer.from(await store.queryText(sql, "CSVWithNames")).toString()).toBe('"identity_uid"\n"a"\n');
    expect(JSON.parse(Buffer.from(await store.queryText(sql, "JSON")).toString())).toMatchObject({ data: [{ identity_uid: "a" }] });
    expect((await store.queryText(sql, "ArrowStream")).byteLength).toBeGreaterThan(100);
  });

  test("an answer beyond the cap is an error that says so, and the next answer is whole", async () => {
    await expect(store.queryText("SELECT number FROM numbers(1000001)", "JSONEachRow")).rejects.toThrow(/more than 1000000 rows.*LIMIT/);
    expect(Buffer.from(await store.queryText("SELECT 1 AS x", "JSONEachRow")).toString()).toBe('{"x":1}\n');
  });

  test("a statement that needs too much memory ends with what to do", async () => {
    await expect(store.queryText("SELECT length(groupArray(repeat('x', 1000))) FROM numbers(30000000)", "JSONEachRow")).rejects.toThrow(
      /GiB of memory/,
    );
  });

  test("what the engine does not know is told in its words, without our internals", async () => {
    await expect(store.queryText("SELECT nope FROM actions", "JSONEachRow")).rejects.toThrow(/^query: Unknown expression identifier `nope`/);
    await expect(store.queryText("SELEC 1", "JSONEachRow")).rejects.toThrow(/^query: Syntax error: failed at position 7 /);
  });

  test("no function of this engine that is refused differs from an allowed one by case alone", async () => {
    const text = Buffer.from(await store.queryText("SELECT groupArray(name) AS names FROM system.functions", "JSONEachRow")).toString();
    const { names } = JSON.parse(text) as { names: string[] };
    expect(names.length).toBeGreaterThan(1_000);
    const allowed = new Set(names.filter(isAnalystFunction).map((name) => name.toLowerCase()));
    const spellings = Map.groupBy(names, (name) => name.toLowerCase());
    for (const [folded, sameWords] of spellings) if (allowed.has(folded)) expect(sameWords.every(isAnalystFunction), folded).toBe(true);
    const reaching = names.filter((name) =>
      /^(dict|joinGet|file|url|s3|ai|getSetting|getServer|getMacro|getClient|sleep|catboost|region|filesystem|show|structureTo|addressTo|mergeTree)/i.test(
        name,
      ),
    );
    expect(reaching.length).toBeGreaterThan(50);
    expect(reaching.filter(isAnalystFunction)).toEqual([]);
  });
});

test("a tree whose lines are not numbered in order, or of an unknown form, is not trusted", () => {
  expect(parseTree("QUERY id: 0\n  PROJECTION\n    LIST id: 1, nodes: 0\n")?.kind).toBe("QUERY");
  expect(parseTree("QUERY id: 0\n  PROJECTION\n    LIST id: 2, nodes: 0\n")).toBeUndefined();
  expect(parseTree("QUERY id: 0\nQUERY id: 1\n")).toBeUndefined();
  expect(parseTree("QUERY id: 0\n      LIST id: 1, nodes: 0\n")).toBeUndefined();
  expect(parseTree("QUERY id: 0\n  something else\n")).toBeUndefined();
});

test("a statement is asked for as a value: nothing of it stands outside the quotes", async () => {
  const asked: string[] = [];
  const sql = "SELECT '\\' ; DROP TABLE actions --";
  await readingStatement(sql, async (statement) => {
    asked.push(statement);
    return "DROP TABLE actions";
  }).catch((error: unknown) => error);
  expect(asked).toEqual([`SELECT formatQuerySingleLine('${sql.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}')`]);
  const tree = parseTree("QUERY id: 0, alias: a");
  expect(tree && attribute(tree, "alias")).toBe("a");
});
