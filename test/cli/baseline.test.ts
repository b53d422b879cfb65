// `baseline` and `contract` as users run them: what is normal for a machine whose key somebody else used on one day, what changed in it, and a
// contract that finds just that.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trailWithStrangers, victim } from "./machine-trail.ts";
import { CliHome, type CliResult } from "./run-cli.ts";

let home: CliHome;
const theftDate = "2026-10-29";

beforeAll(async () => {
  home = new CliHome();
  writeFileSync(home.path("trail.jsonl"), trailWithStrangers());
  await home.run(["scan", home.path("trail.jsonl"), "--received-at", "event-time", "--store", home.path("store")]);
}, 120_000);
afterAll(() => home.remove());

function run(...args: string[]): Promise<CliResult> {
  return home.run([...args, "--store", home.path("store")]);
}

async function golden(name: string, output: string): Promise<void> {
  const steady = output
    .replaceAll(/\(\d+ (?:second|minute|hour|day|month|year)s? ago\)/g, "(AGO)")
    // Its columns are as wide as how long ago something was, which is another text by the day.
    .replaceAll(/^How much\n(?:.+\n)+/gm, (table) => table.replaceAll(/ {2,}/g, "  "))
    .replaceAll(/ +$/gm, "");
  await expect(steady).toMatchFileSnapshot(path.join(import.meta.dirname, "golden", `${name}.txt`));
}

async function json<Value>(...args: string[]): Promise<Value> {
  return JSON.parse((await run(...args, "--output", "json")).stdout) as Value;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

describe("baseline", () => {
  test("says in a sentence what it is for, then its hours, values, credentials, lineage and peers", async () => {
    const { code, stdout, stderr } = await run("baseline", "machine-3");
    expect([code, stderr]).toEqual([0, ""]);
    await golden("baseline", stdout);
  });

  test("json holds all of it, csv and arrow the values", async () => {
    const sections = await json<Record<string, Rows>>("baseline", "machine-3");
    expect(Object.keys(sections)).toEqual(["identity", "rhythm", "amounts", "values", "credentials", "issuers", "targets", "peers"]);
    expect(sections.identity?.[0]).toMatchObject({ identity_uid: victim, active_days: 20, maturity: "own" });
    expect(sections.rhythm?.[0]).toMatchObject({ days: 15, hours: "····█▁····█·····█·····█·" });
    const values = sections.values?.map(({ value }) => value);
    const csv = (await run("baseline", "machine-3", "--output", "csv")).stdout.trim().split("\n");
    expect([csv[0], csv.length]).toEqual(["dimension,value,days,first_seen_ms,last_seen_ms,total", 1 + (values?.length ?? 0)]);
    const { stdoutBytes } = await run("baseline", "machine-3", "--output", "arrow");
    expect(
      tableFromIPC(stdoutBytes)
        .toArray()
        .map((row: { value: string }) => row.value),
    ).toEqual(values);
    const lines = (await run("baseline", "machine-3", "--output", "ndjson")).stdout.trim().split("\n");
    expect(new Set(lines.map((line) => (JSON.parse(line) as { section: string }).section))).toEqual(
      new Set(Object.keys(sections).filter((name) => sections[name]?.length !== 0)),
    );
  });

  test("of an identity with one event, and of one that only others' records name, says so", async () => {
    expect((await run("baseline", "machine-99")).stdout.split("\n").slice(0, 2)).toEqual([
      "machine-99 (aws iam-user) was seen once, on 2026-10-22 01:00 UTC: s3:GetObject.",
      "Young: known for two weeks at most; in detection, how often its kind meets something new weighs beside its own past.",
    ]);
    const { code, stdout } = await run("baseline", "arn:aws:iam::111122223333:role/never-acts");
    expect(code).toBe(0);
    expect(stdout).toContain("did nothing of its own: other records name it.");
    expect(stdout).toMatch(/Who hands it credentials\n.*\narn:aws:iam::111122223333:user\/machine-1 /);
  });

  test("of nobody, and of a part that fits several, ends with 1 and names those that may be meant", async () => {
    const { code, stdout, stderr } = await run("baseline", "machien-3");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^error: identity machien-3: there is none of this name in .*; did you mean\n {2}arn:aws:iam::111122223333:user\/machine-3 /,
    );
    expect((await run("baseline", "machine-1")).code).toBe(0);
    expect((await run("baseline", "achine-1")).stderr).toContain("fits several identities");
  });

  test("--diff shows what the thief brought as new, and for another machine nothing", async () => {
    const { stdout } = await run("baseline", "machine-3", "--diff", theftDate);
    await golden("baseline-diff", stdout);
    expect((await run("baseline", "machine-4", "--diff", theftDate, "--quiet")).stdout).toContain("Nothing clearly changed.");
    const changes = await json<Rows>("baseline", "machine-3", "--diff", theftDate);
    expect(new Set(changes.map(({ change }) => change))).toEqual(new Set(["new"]));
    expect((await run("baseline", "machine-3", "--diff", "2026-13-01")).code).toBe(2);
  });
});

describe("contract check", () => {
  let contract: string;
  beforeAll(async () => {
    const { code, stdout } = await run("baseline", "machine-3", "--export");
    expect(code).toBe(0);
    contract = stdout;
  });

  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(home.path(file)), { recursive: true });
    writeFileSync(home.path(file), text);
  };
  /** As somebody would approve it who knows of one bucket, one tool and one network. */
  const approved = () =>
    contract
      .replace("allow:\n", "approved_by: backup team\nallow:\n")
      .split("\n")
      .filter((line) => !/ListObjects|payroll|ledger|orders|secrets|198\.51|aws-cli/.test(line))
      .join("\n");

  test("of its own export right away finds nothing, and ends with 0; the export is as written down", async () => {
    await golden("baseline-export", contract);
    write("own.yaml", contract);
    const { code, stdout, stderr } = await run("contract", "check", home.path("own.yaml"));
    expect([code, stderr]).toEqual([0, "\n1 contract nobody approved yet: approved_by is missing.\n"]);
    expect(stdout).toMatch(/Outside of them \(0\)\nNothing\.\n$/);
  });

  test("finds the thief's calls, tool, network and buckets with how many, first and last, and ends with 3", async () => {
    write("folder/deeper/machine-3.yaml", approved());
    const { code, stdout, stderr } = await run("contract", "check", "folder");
    expect([code, stderr]).toEqual([3, ""]);
    await golden("contract-check", stdout);
    const { outside } = await json<{ outside: Rows }>("contract", "check", "folder");
    expect(outside.find(({ section }) => section === "actions")).toEqual({
      section: "actions",
      value: "s3:ListObjects",
      events: 4,
      first_ms: Date.UTC(2026, 9, 29, 5, 2),
      last_ms: Date.UTC(2026, 9, 29, 5, 8),
      last_event_uid: "theft-3",
      identity_uid: victim,
      file: "folder/deeper/machine-3.yaml",
    });
    const csv = (await run("contract", "check", "folder", "--output", "csv")).stdout;
    expect(csv.trim().split("\n")).toHaveLength(1 + outside.length);
  });

  test("--since leaves out what was before, and ends with 0 where nothing was since", async () => {
    const { code, stdout } = await run("contract", "check", "folder", "--since", "2026-10-29T05:30");
    expect([code, stdout.includes("Nothing.")]).toEqual([0, true]);
  });

  test("tells every problem of every file with line and column, checks none, and ends with 1", async () => {
    write("broken/a.yaml", "contract: 1\nidentity: x\nallow:\n  actoins: [a]\n");
    write("broken/b.yml", "contract: 1\n\tidentity: x\n");
    write("broken/c.txt", "no contract\n");
    const { code, stdout, stderr } = await run("contract", "check", "broken");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: broken\/a\.yaml:4:3: allow\.actoins is not a key of a contract; did you mean actions\?\nbroken\/b\.yml:2:1: /);
  });

  test("says what is wrong with a path, and with two contracts of one identity", async () => {
    write("twice/a.yaml", contract);
    write("twice/b.yaml", readFileSync(home.path("own.yaml"), "utf8"));
    expect((await run("contract", "check", "twice")).stderr).toBe(
      "error: twice/b.yaml: is of the identity that twice/a.yaml is of too; keep one of them\n",
    );
    expect((await run("contract", "check", "nowhere")).stderr).toBe("error: contract check nowhere: there is no such file or folder\n");
    mkdirSync(home.path("nothing"));
    expect((await run("contract", "check", "nothing")).stderr).toMatch(/^error: contract check nothing: there is no \*\.yaml in it/);
  });
});
