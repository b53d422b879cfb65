// A scan as a process of its own, where the machine around it is hostile: the bundled examples in every wrapping, output that shows
// no secret, a store that another process holds or that a newer version wrote, and a disk that is full.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliHome, cliProcess, projectFolder } from "../cli/run-cli.ts";

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

const examples = path.join(projectFolder, "examples");
const canary = ["Cnry", "2Jm8Yt", "Ps6Nd4"].join("");

interface Summary {
  readonly files: number;
  readonly files_already_read: number;
  readonly records: number;
  readonly stored: number;
  readonly ignored: Record<string, number>;
  readonly rejected: Record<string, number>;
}

const summaryOf = (stdout: string) => JSON.parse(stdout) as Summary;
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

const record = (id: string, more: object = {}) => ({
  eventVersion: "1.11",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/backup", accountId: "111122223333", userName: "backup" },
  eventTime: "2026-11-02T03:04:05Z",
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  awsRegion: "eu-west-1",
  sourceIPAddress: "198.51.100.7",
  eventID: id,
  recipientAccountId: "111122223333",
  ...more,
});

async function query(store: string, sql: string): Promise<string> {
  return (await home.run(["query", sql, "--store", store, "--output", "ndjson"])).stdout.trim();
}

describe("the bundled examples", () => {
  test("from files, packed anew, and from standard input: the same actions, every record accounted for", async () => {
    const packed = home.path("packed");
    cpSync(examples, packed, { recursive: true });
    const names = readdirSync(packed, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((name) => /\.jsonl?$/.test(name)))
      writeFileSync(path.join(packed, name), zstdCompressSync(readFileSync(path.join(packed, name))));
    const actions = "SELECT count() AS n, groupBitXor(cityHash64(event_uid, identity_uid, action)) AS hash FROM actions FINAL";
    const states: string[] = [];
    for (const [index, folder] of [examples, packed].entries()) {
      const store = home.path(`examples-${index}`);
      const { code, stdout } = await home.run(["scan", folder, "--cluster", "edge-1", "--store", store, "--output", "json"]);
      const { records, stored, ignored, rejected } = summaryOf(stdout);
      expect(code).toBe(4);
      expect(stored + sum(ignored) + sum(rejected)).toBe(records);
      expect(sum(rejected)).toBe(2);
      states.push(await query(store, actions));
    }
    expect(states[1]).toBe(states[0]);
    const plain = names.filter((name) => /\.jsonl?$/.test(name)).map((name) => readFileSync(path.join(examples, name), "utf8").trimEnd());
    const store = home.path("examples-stdin");
    const { stdout } = await home.run(["scan", "-", "--cluster", "edge-1", "--store", store, "--output", "json"], { stdin: `${plain.join("\n")}\n` });
    const { records, stored, ignored, rejected } = summaryOf(stdout);
    expect(stored + sum(ignored) + sum(rejected)).toBe(records);
    expect(sum(rejected)).toBe(2);
  });
});

describe("secrets in scanned files", () => {
  test("are in no output of any command, nor in any column of any table, whole records and broken ones alike", async () => {
    const folder = home.path("secrets");
    mkdirSync(folder);
    const secrets = [
      record("a", { requestParameters: { password: canary, userData: canary, environment: { variables: { LEVEL: canary } } } }),
      record("b", { errorCode: "X", errorMessage: `failed: password=${canary}`, userAgent: `tool/1 --token ${canary}` }),
      record("c", { requestParameters: { [`password=${canary}`]: 1, list: [[[`api_key=${canary}`]]], body: JSON.stringify({ secret: canary }) } }),
      record("d", { requestParameters: { bucketName: `x?X-Amz-Security-Token=${canary}`, tags: [{ key: "DB_PASSWORD", value: canary }] } }),
      record("", { eventTime: "2026-02-30T00:00:00Z", requestParameters: { clientSecret: canary } }),
      { nothing: "known", authorization: `Bearer ${canary}` },
      {
        messageType: "DATA_MESSAGE",
        logEvents: [{ message: JSON.stringify(record("e", { requestParameters: { password: canary } })) }, { message: "{" }],
      },
    ].map((value) => JSON.stringify(value));
    const repeated = `{"requestParameters":{"password":"${canary}"},"requestParameters":null,${JSON.stringify(record("f")).slice(1)}`;
    const broken = [`{"broken": "password=${canary}", `, `{"broken":{"password":"${canary} ${canary}`, `token: ${canary}`];
    writeFileSync(path.join(folder, "log.jsonl"), `${[...secrets, repeated, ...broken].join("\n")}\n`);
    const store = home.path("secrets-store");
    const outputs: string[] = [];
    for (const output of ["json", "table"]) {
      const { stdout, stderr, code } = await home.run(["scan", folder, "--store", store, "--output", output, "--verbose"]);
      outputs.push(stdout, stderr);
      expect(code).toBe(output === "json" ? 4 : 0);
    }
    const tables = ["actions", "identities", "credentials", "lineage", "behaviour", "activity_hourly", "completions", "quarantine", "cursors"];
    for (const table of tables) outputs.push(await query(store, `SELECT * FROM ${table}`));
    expect(outputs[4]).toContain('"event_uid"');
    for (const output of outputs) expect(output).not.toContain(canary);
    const { stdout, stderr } = await home.run(["explain", path.join(folder, "log.jsonl")]);
    expect(stdout + stderr).not.toContain(canary);
    expect(stdout).not.toBe("");
  });
});

describe("a store that cannot be had", () => {
  test("in use by another process: that process is named, the exit code is 1, and the holder goes on", async () => {
    const folder = home.path("held");
    const { command, args } = cliProcess(["scan", "-", "--store", folder, "--output", "json", "--verbose"]);
    const holder = spawn(command, args, { env: { PATH: process.env.PATH, HOME: home.folder } });
    const ended = new Promise((resolve) => holder.on("close", resolve));
    await new Promise<void>((resolve) => {
      let said = "";
      holder.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("store opened")) resolve();
      });
    });
    const { code, stderr, stdout } = await home.run(["scan", examples, "--store", folder, "--output", "json"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`is in use by process ${holder.pid}`);
    expect(stderr).not.toMatch(/bug|^ {4}at /m);
    holder.stdin.end(`${JSON.stringify(record("held"))}\n`);
    expect(await ended).toBe(0);
    expect(await query(folder, "SELECT count() AS n FROM actions FINAL")).toContain("1");
  });

  test("written by a newer version: refused in words, exit code 1", async () => {
    const folder = home.path("newer");
    await home.run(["scan", examples, "--cluster", "edge-1", "--store", folder, "--output", "json"]);
    // Through a process of its own: the engine holds one folder for the life of its process.
    const script = `import { Session } from ${JSON.stringify(import.meta.resolve("chdb"))};
      const session = new Session(${JSON.stringify(folder)});
      await session.queryAsync("INSERT INTO machinetrail.schema_migrations (version, name) VALUES (9999, 'later')");
      session.close();`;
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: projectFolder });
    const { code, stderr, stdout } = await home.run(["scan", examples, "--store", folder, "--output", "json"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/schema version 9999/);
    expect(stderr).not.toMatch(/bug|^ {4}at /m);
  });
});

/** A file system of its own in a mount namespace of its own: nothing of it is seen outside, and it ends with the process. */
const mayMount = spawnSync("unshare", ["-m", "true"]).status === 0;

describe("a disk that is full", () => {
  test.skipIf(!mayMount)(
    `the scan says so, and the same command completes it${mayMount ? "" : " (skipped: needs the right to mount, unshare -m)"}`,
    async () => {
      const disk = home.path("disk");
      mkdirSync(disk);
      const log = home.path("full.jsonl");
      writeFileSync(
        log,
        Array.from({ length: 20_000 }, (_, index) => `${JSON.stringify(record(`full-${index}`, { pad: "p".repeat(200) }))}\n`).join(""),
      );
      const { command, args } = cliProcess(["scan", log, "--store", path.join(disk, "store"), "--output", "json", "--quiet"]);
      const ask = cliProcess([
        "query",
        "SELECT count() AS n, uniqExact(event_uid) AS events FROM actions FINAL",
        "--store",
        path.join(disk, "store"),
        "--output",
        "ndjson",
      ]);
      const quoted = (words: readonly string[]) => words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
      const script = [
        `mount -t tmpfs -o size=100k tmpfs '${disk}'`,
        `${quoted([command, ...args])} >/dev/null; echo "code $?" >&2`,
        `mount -o remount,size=6m '${disk}'`,
        `${quoted([command, ...args])} >/dev/null; echo "code $?" >&2`,
        `mount -o remount,size=600m '${disk}'`,
        `${quoted([command, ...args])} >/dev/null`,
        quoted([ask.command, ...ask.args]),
      ].join("\n");
      const run = spawn("unshare", ["-m", "sh", "-c", script], { env: { PATH: process.env.PATH, HOME: home.folder } });
      let stdout = "";
      let stderr = "";
      run.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      run.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      await new Promise((resolve) => run.on("close", resolve));
      expect(stderr.match(/^code 1$/gm)).toHaveLength(2);
      expect(stderr).toMatch(/100 KiB are free, too little to begin a store/);
      expect(stderr).toContain(`store ${path.join(disk, "store")}`);
      expect(stderr).toMatch(/not enough space.*\n.*disk is full: free some space and run the same command again: it resumes/);
      expect(stderr).not.toMatch(/this is a bug/);
      expect(JSON.parse(stdout)).toEqual({ n: 20_000, events: 20_000 });
    },
  );
});

describe("no room for a file", () => {
  const underLimit = (script: string, folder: string, ...words: readonly string[]) =>
    spawnSync("sh", ["-c", `${script}; exec "$@"`, "sh", ...words], { env: { PATH: process.env.PATH, HOME: folder }, encoding: "utf8" });

  test("a file size limit is named, and the same command completes the scan", () => {
    const log = home.path("limited.jsonl");
    writeFileSync(
      log,
      Array.from({ length: 5000 }, (_, index) => `${JSON.stringify(record(`limited-${index}`, { pad: "p".repeat(200) }))}\n`).join(""),
    );
    const { command, args } = cliProcess(["scan", log, "--store", home.path("limited"), "--output", "json", "--quiet"]);
    const limited = underLimit("ulimit -f 1000", home.folder, command, ...args);
    expect(limited.status).toBe(1);
    expect(limited.stderr).toMatch(/^error: cannot write \S+\.rows: EFBIG.*\n.*ulimit -f.*run the same command again: it resumes/);
    const again = underLimit("true", home.folder, command, ...args);
    expect([again.status, summaryOf(again.stdout).stored]).toEqual([0, 5000]);
  });

  test("a key of redaction that could not be written whole is not there, so that the next run makes one", () => {
    const dataFolder = home.path("keyless");
    const script = `const { recordSettings } = await import(${JSON.stringify(path.join(projectFolder, "pipeline/build.ts"))});
      console.log(recordSettings({ dataFolder: process.argv[1], networkRanges: [], clusters: [], defaultAccount: "" }).redactionKey);`;
    const words = [cliProcess([]).command, "--input-type=module", "-e", script, dataFolder];
    const limited = underLimit("ulimit -f 0", home.folder, ...words);
    expect([limited.status, limited.stdout]).toEqual([1, ""]);
    expect(limited.stderr).toContain(`cannot write ${path.join(dataFolder, "redaction-key")}: EFBIG`);
    expect(readdirSync(dataFolder)).toEqual([]);
    const key = underLimit("true", home.folder, ...words).stdout;
    expect(key).toMatch(/^[0-9a-f]{64}\n$/);
    expect(underLimit("true", home.folder, ...words).stdout).toBe(key);
  });
});
