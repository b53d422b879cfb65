// Every command as users run it, over the bundled examples in a store of their own. Tables are kept as golden files; what
// changes from run to run (how long ago, seconds, the temporary folder) is written as a word.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliHome, type CliResult, projectFolder } from "./run-cli.ts";

const today = new Date().toISOString().slice(0, 10);
let home: CliHome;
let first: CliResult;
let store: string[];

beforeAll(async () => {
  home = new CliHome();
  store = ["--store", home.path("store")];
  first = await home.run(["scan", path.join(projectFolder, "examples"), "--cluster", "edge-1", ...store]);
});
afterAll(() => home.remove());

function run(...args: string[]): Promise<CliResult> {
  return home.run([...args, ...store]);
}

/** Distances in time, durations and folders of this run, as words. */
function steady(text: string): string {
  return text
    .replaceAll(home.folder, "HOME")
    .replaceAll(projectFolder, "PROJECT")
    .replace(/\(\d+ (?:second|minute|hour|day|month|year)s? ago\)/g, "(AGO)")
    .replace(/in \d+\.\d s:/g, "in N s:")
    .replace(new RegExp(`${today} \\d\\d:\\d\\d:\\d\\dZ`, "g"), "TODAY")
    .replace(/ +$/gm, "");
}

async function golden(name: string, output: string): Promise<void> {
  await expect(steady(output)).toMatchFileSnapshot(path.join(import.meta.dirname, "golden", `${name}.txt`));
}

function parse<Value>(text: string): Value {
  return JSON.parse(text) as Value;
}

interface ScanObject {
  readonly files: number;
  readonly files_already_read: number;
  readonly records: number;
  readonly stored: number;
  readonly ignored: Record<string, number>;
  readonly rejected: Record<string, number>;
  readonly identities: Record<string, Record<string, number>>;
  readonly seconds: number;
}

describe("scan", () => {
  test("tells what came in, and ends with 4 because two records cannot be read", async () => {
    expect(first.code).toBe(4);
    await golden("scan", first.stdout);
    expect(first.stderr).not.toMatch(/\p{Cc}(?<!\n)|error/u);
  });

  test("again changes nothing, says so, and answers with one JSON object that accounts for every record", async () => {
    const before = (await run("query", "SELECT count(), max(received_at) FROM actions FINAL", "--output", "json")).stdout;
    const { code, stdout } = await run("scan", path.join(projectFolder, "examples"), "--cluster", "edge-1", "--output", "json");
    const object = parse<ScanObject>(stdout);
    expect(object).toMatchObject({ files_already_read: object.files, records: 0, stored: 0 });
    expect(code).toBe(0);
    expect((await run("query", "SELECT count(), max(received_at) FROM actions FINAL", "--output", "json")).stdout).toBe(before);
    const table = await run("scan", path.join(projectFolder, "examples"), "--cluster", "edge-1");
    expect(table.stdout).toMatch(/^Nothing new in \d+ files: all were read before, and the store is as it was\./);
  });

  test("into a new store accounts for every record: stored, set aside or unreadable", async () => {
    const { stdout } = await home.run([
      "scan",
      path.join(projectFolder, "examples"),
      "--cluster",
      "edge-1",
      "--store",
      home.path("second"),
      "--output",
      "json",
    ]);
    const { records, stored, ignored, rejected, identities } = parse<ScanObject>(stdout);
    const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, count) => total + count, 0);
    expect(stored + sum(ignored) + sum(rejected)).toBe(records);
    expect(sum(rejected)).toBe(2);
    expect(Object.keys(identities).sort()).toEqual(["aws", "azure", "gcp", "kubernetes"]);
  });

  test("reads standard input as -", async () => {
    const stdin = readFileSync(path.join(projectFolder, "examples", "aws", "eventbridge.jsonl"));
    const { code, stdout } = await home.run(["scan", "-", "--store", home.path("from-stdin"), "--output", "json"], { stdin });
    expect([code, parse<ScanObject>(stdout).stored]).toEqual([0, 3]);
  });

  test("standard input has no file time: asked for it, says so and ends with 1", async () => {
    const { code, stderr } = await home.run(["scan", "-", "--received-at", "file-time", "--store", home.path("from-stdin")], { stdin: "{}" });
    expect([code, stderr]).toEqual([1, "error: scan: standard input has no file time; leave out --received-at, or scan the file itself\n"]);
  });

  test("of a path that is not there ends with 1 and names it", async () => {
    const { code, stderr } = await run("scan", "no-such-file.json");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*no-such-file\.json/);
    expect(stderr).not.toContain("    at ");
  });

  test("without paths and sources says what to do", async () => {
    const { code, stderr } = await run("scan");
    expect([code, stderr]).toEqual([1, "error: scan: no paths; name files, folders or globs, or add sources to the configuration\n"]);
  });

  test("reads the sources of the configuration where no path is named", async () => {
    writeFileSync(
      home.path("sources.yaml"),
      `sources:\n  - { id: examples, type: files, paths: [${path.join(projectFolder, "examples", "gcp")}] }\n`,
    );
    const { stdout } = await home.run(["scan", "--config", "sources.yaml", "--store", home.path("configured"), "--output", "json"]);
    expect(parse<ScanObject>(stdout).files).toBe(2);
  });
});

describe("identities", () => {
  test("lists them", async () => {
    const { code, stdout } = await run("identities", "--sort", "name");
    expect(code).toBe(0);
    await golden("identities", stdout);
  });

  test("filters by provider, type, workload and text", async () => {
    const names = async (...filter: string[]): Promise<string[]> =>
      parse<{ identity_name: string }[]>((await run("identities", ...filter, "--sort", "name", "--output", "json")).stdout).map(
        ({ identity_name }) => identity_name,
      );
    expect(await names("--provider", "aws", "--type", "iam-user")).toEqual(["backup-agent"]);
    expect(await names("--search", "PROD-DEPLOY")).toContain("prod-deploy");
    expect(await names("--machines")).not.toContain("analyst@example.com");
  });

  test("says how many there are beyond the limit, on standard error", async () => {
    const { stdout, stderr } = await run("identities", "--limit", "2");
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(stderr).toMatch(/^2 of \d+ identities; --limit shows more\.\n$/);
    expect((await run("identities", "--limit", "2", "--quiet")).stderr).toBe("");
  });
});

describe("identity", () => {
  test("of a role that is reached through another one: facts, credentials, lineage, timeline", async () => {
    const { code, stdout } = await run("identity", "arn:aws:iam::444455556666:role/prod-deploy");
    expect(code).toBe(0);
    await golden("identity-prod-deploy", stdout);
  });

  test("takes an id, a name, or a part that fits one", async () => {
    for (const id of ["arn:aws:iam::111122223333:user/service/backup-agent", "backup-ag"]) {
      const { stdout } = await run("identity", id, "--output", "json");
      expect(parse<{ identity: { identity_name: string }[] }>(stdout).identity[0]?.identity_name, id).toBe("backup-agent");
    }
  });

  test("mistyped ends with 1 and names candidates", async () => {
    const { code, stderr } = await run("identity", "backup-agnet");
    expect(code).toBe(1);
    expect(stderr).toMatch(/did you mean\n {2}arn:aws:iam::111122223333:user\/service\/backup-agent/);
  });

  test("of a part that fits several lists them", async () => {
    const { code, stderr } = await run("identity", "deploy");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /fits several identities[\s\S]*github-deploy[\s\S]*prod-deploy|fits several identities[\s\S]*prod-deploy[\s\S]*github-deploy/,
    );
  });
});

describe("who", () => {
  test("touched a resource, also by a part of its id", async () => {
    const { code, stdout } = await run("who", "--resource", "example-backups");
    expect(code).toBe(0);
    await golden("who-resource", stdout);
  });

  test("used a credential", async () => {
    const { stdout } = await run("who", "--credential", "AKIABACKUPAGENTKEY3B");
    await golden("who-credential", stdout);
  });

  test("says so where no record names it", async () => {
    expect((await run("who", "--credential", "AKIANOWHERE")).stdout).toMatch(/^No record names the credential AKIANOWHERE in /);
  });
});

describe("query", () => {
  const sql =
    "SELECT provider, count() AS actions, toUInt64(18446744073709551615) AS big FROM actions FINAL WHERE provider = 'gcp' GROUP BY provider";

  test("answers in every form, with numbers exact", async () => {
    expect((await run("query", sql)).stdout).toMatch(/^provider +actions +big\ngcp +\d+ +18446744073709551615\n$/);
    expect((await run("query", sql, "--output", "json")).stdout).toContain("18446744073709551615");
    expect((await run("query", sql, "--output", "ndjson")).stdout).toMatch(/^\{"provider":"gcp",.*\}\n$/);
    expect((await run("query", sql, "--output", "csv")).stdout).toMatch(/^"provider","actions","big"\n"gcp",\d+,18446744073709551615\n$/);
    expect(tableFromIPC((await run("query", sql, "--output", "arrow")).stdoutBytes).numRows).toBe(1);
  });

  test("reads the statement from standard input as -", async () => {
    expect((await home.run(["query", "-", "--output", "ndjson", ...store], { stdin: "SELECT 1 AS one" })).stdout).toBe('{"one":1}\n');
  });

  test("guards spreadsheets against formulas, in csv only", async () => {
    expect((await run("query", "SELECT '=1+1' AS cell", "--output", "csv")).stdout).toBe('"cell"\n"\'=1+1"\n');
    expect((await run("query", "SELECT '=1+1' AS cell", "--output", "ndjson")).stdout).toBe('{"cell":"=1+1"}\n');
  });

  test.each(["DROP TABLE actions", "SELECT * FROM file('/etc/passwd')"])("refuses %j with 1 and no stack", async (statement) => {
    const { code, stdout, stderr } = await run("query", statement);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/ {4}at |root:/);
  });
});

describe("explain", () => {
  test("shows field by field why a record is that identity", async () => {
    const [file = ""] = readdirSync(path.join(projectFolder, "examples/aws/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/16"));
    const { code, stdout } = await home.run([
      "explain",
      path.join(projectFolder, "examples/aws/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/16", file),
      "--record",
      "2",
    ]);
    expect(code).toBe(0);
    await golden("explain-role-session", stdout);
  });

  test.concurrent.each([
    ["aws/eventbridge.jsonl", "aws-cloudtrail"],
    ["aws/lookup-events.json", "aws-cloudtrail"],
    ["azure/entra-signin/PT1H.json", "entra-signin"],
    ["azure/aks-kube-audit/PT1H.json", "kubernetes-audit"],
    ["gcp/pubsub-push.json", "gcp-audit"],
    ["kubernetes/eks-cloudwatch-subscription.json", "kubernetes-audit"],
    ["kubernetes/edge-1/webhook-body.json", "kubernetes-audit"],
  ])("unwraps %s", async (file, format) => {
    const { code, stdout } = await home.run(["explain", path.join(projectFolder, "examples", file), "--cluster", "edge-1", "--output", "ndjson"]);
    expect(code).toBe(0);
    for (const line of stdout.trim().split("\n")) expect(parse<object>(line)).toMatchObject({ format });
  });

  test("reads standard input, names what it redacted, and does not show it", async () => {
    const stdin = readFileSync(path.join(projectFolder, "examples/kubernetes/edge-1/webhook-body.json"));
    const { stdout } = await home.run(["explain", "-", "--output", "json"], { stdin });
    expect(parse<{ redactions: string[] }[]>(stdout).flatMap(({ redactions }) => redactions)).toContain("requestObject.data.password");
    expect(stdout).not.toContain(Buffer.from("EXAMPLE-not-a-real-password").toString("base64"));
  });

  test("of an unreadable record says why, and ends with 4", async () => {
    const { code, stdout } = await home.run(["explain", path.join(projectFolder, "examples", "damaged.jsonl")]);
    expect(code).toBe(4);
    await golden("explain-damaged", stdout);
  });

  test("of a file that is not there ends with 1", async () => {
    const { code, stderr } = await home.run(["explain", "absent.json"]);
    expect([code, stderr]).toEqual([1, "error: explain absent.json: there is no such file\n"]);
  });
});

describe("hostile names", () => {
  const record = {
    eventVersion: "1.11",
    userIdentity: {
      type: "IAMUser",
      principalId: "AIDAEXAMPLE",
      arn: "arn:aws:iam::111122223333:user/x\u001b[2J\u202e",
      accountId: "111122223333",
      accessKeyId: "AKIAHOSTILENAMES2345",
      userName: "=x\u001b[2J\u202e\u0007",
    },
    eventTime: "2026-11-12T10:00:00Z",
    eventSource: "s3.amazonaws.com",
    eventName: "ListBuckets",
    awsRegion: "eu-west-1",
    sourceIPAddress: "198.51.100.7",
    userAgent: "\u001b]0;owned\u0007",
    requestParameters: null,
    responseElements: null,
    eventID: "11111111-2222-4333-8444-555555555555",
    eventType: "AwsApiCall",
    recipientAccountId: "111122223333",
  };

  test("act on no terminal, whatever the command; JSON keeps them exactly", async () => {
    const hostile = ["--store", home.path("hostile")];
    await home.run(["scan", "-", ...hostile], { stdin: JSON.stringify(record) });
    for (const args of [
      ["identity", "AIDAEXAMPLE"],
      ["query", "SELECT identity_name, user_agent FROM actions"],
    ]) {
      const { stdout, stderr } = await home.run([...args, ...hostile]);
      expect(stdout + stderr, args.join(" ")).not.toMatch(/[^\P{C}\n]/u);
      expect(stdout, args.join(" ")).toContain("\\x1b");
    }
    const { stdout } = await home.run(["identities", ...hostile, "--output", "json"]);
    expect(parse<{ identity_name: string }[]>(stdout)[0]?.identity_name).toBe(record.userIdentity.userName);
    expect((await home.run(["identities", ...hostile, "--output", "csv"])).stdout).toContain("'=x");
    const explained = await home.run(["explain", "-"], { stdin: JSON.stringify(record) });
    expect(explained.stdout).not.toMatch(/[^\P{C}\n]/u);
  });
});

describe("quarantine and doctor", () => {
  test("quarantine lists what could not be read, with where", async () => {
    const { code, stdout } = await run("quarantine");
    expect(code).toBe(0);
    expect(stdout).toContain("damaged.jsonl");
    expect(stdout.trim().split("\n").length).toBe(3);
  });

  test("doctor finds all in order", async () => {
    const { code, stdout } = await run("doctor", "--output", "json");
    expect(code).toBe(0);
    const states = Object.fromEntries(parse<{ check: string; state: string }[]>(stdout).map(({ check, state }) => [check, state]));
    expect(states).toMatchObject({ node: "ok", configuration: "ok", platform: "ok", store: "ok", "redaction key": "ok" });
  });

  test("doctor names a wrong configuration and a store that cannot be used, and ends with 1", async () => {
    writeFileSync(home.path("wrong.yaml"), "stor: {}\n");
    const wrong = await home.run(["doctor", "--config", "wrong.yaml"]);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/fail +configuration/);
    const unreachable = await home.run(["doctor", "--store", "http://127.0.0.1:9"]);
    expect(unreachable.code).toBe(1);
    expect(unreachable.stdout).toMatch(/fail +store/);
  });
});
