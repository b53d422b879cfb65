// The first screen, as a stranger gets it: what was made is what is stored, every command that it offers works as it stands, and
// neither a second run nor Ctrl-C nor a full disk leaves anything behind that the next run would not mend.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ocsfDetectionFindingSchema } from "../report/ocsf-schema.ts";
import { CliHome, type CliResult, cliProcess, interruptedAt, projectFolder } from "./run-cli.ts";

const mostMs = 240_000;
const data = [".local", "share", "machinetrail"];
/** Without a width: a path of this machine is in one of the columns. */
const environment = { COLUMNS: "0" };
let home: CliHome;
let interrupted: CliResult;
let isMarked: boolean;
let first: CliResult;

beforeAll(async () => {
  home = new CliHome();
  // As soon as the organisation is being made.
  interrupted = await home.run([], { environment: interruptedAt("INCOMPLETE") });
  isMarked = existsSync(home.path(...data, "demo-estate", "INCOMPLETE"));
  first = await home.run([], { environment });
}, mostMs);
afterAll(() => home.remove());

function parse<Value>(text: string): Value {
  return JSON.parse(text) as Value;
}

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const { stdout, stderr } = await home.run(["query", sql, "--store", home.path(...data, "demo"), "--output", "json"]);
  expect(stderr).toBe("");
  return parse(stdout);
}

interface Label {
  readonly id: string;
  readonly attack: string;
  readonly identities: readonly string[];
  readonly event_uids: readonly string[];
}

function labels(): Label[] {
  const text = readFileSync(home.path(...data, "demo-estate", "labels.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => parse<Label>(line));
}

describe("the screen", () => {
  test("says that all is invented, what was made, what came in, and ends with 0 without a word beside it", () => {
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/^All of this is invented.* \d\d identities over 14 days from 2026-11-02 on,\nwith 3 attacks in them \(made in /);
    expect(first.stdout).toMatch(/\nRead [\d,]+ records from [\d,]+ files, .* stored, 1 set aside, 2 unreadable\./);
    for (const title of ["Identities in the store", "Who became whom", "Static keys in use", "Credentials used by", "Could not be read"])
      expect(first.stdout).toContain(`\n${title}`);
    expect(first.stdout).toContain("examples/damaged.jsonl");
  });

  test("lists the attacks by their labels, and beside them what detection raised: the false ones too, and no attack that was not found", async () => {
    expect(labels()).toHaveLength(3);
    const { findings } = parse<{ findings: readonly { finding_uid: string; identity_uid: string; truth: string }[] }>(
      (await home.run(["demo", "--output", "json"])).stdout,
    );
    for (const { id, identities } of labels()) {
      const place = findings.findIndex(({ truth }) => truth === id);
      if (place >= 0) expect(identities).toContain(findings[place]?.identity_uid);
      const told = place < 0 ? "no" : `${place + 1}(?:st|nd|rd|th) of ${findings.length}`;
      expect(first.stdout).toMatch(new RegExp(`\\n${id} .* ${told} .* ?${identities[0]?.replaceAll(/[^\w]/g, ".")}`));
    }
    for (const { finding_uid, truth } of findings) expect(first.stdout).toMatch(new RegExp(`\\n${finding_uid} .* ${truth}\\n`));
    const hits = findings.filter(({ truth }) => truth !== "false alarm").length;
    expect(first.stdout).toContain(`highest risk first: ${findings.length} findings, ${hits} of an attack`);
    expect(hits).toBeGreaterThan(0);
  });

  test("stores what it raised, and each of it is a valid Detection Finding of OCSF", async () => {
    const { stdout } = await home.run(["findings", "--ocsf", "--state", "all", "--store", path.join(home.folder, ".local/share/machinetrail/demo")]);
    const events = stdout.trim().split("\n");
    expect(events.length).toBeGreaterThan(3);
    for (const event of events) expect(() => ocsfDetectionFindingSchema.parse(JSON.parse(event))).not.toThrow();
  });

  test(
    "offers commands that work as they stand in a shell, and each finds something",
    async () => {
      const { command, args } = cliProcess([]);
      const offered = [...first.stdout.matchAll(/^ {2}npm start -- (.*--store .*)$/gm)].map(([, line = ""]) => line);
      expect(offered.length).toBeGreaterThanOrEqual(6);
      const outcomes = offered.map((line) => {
        const env = { PATH: process.env.PATH, HOME: home.folder };
        const { status, stdout, stderr } = spawnSync("sh", ["-c", `"${command}" "${args[0]}" ${line}`], {
          env,
          encoding: "utf8",
          cwd: projectFolder,
        });
        return {
          line,
          status,
          stderr: stderr.replace(/^\d+ of \d+ .*\n$|^\n.* tells why, and what to check\.\n$/, ""),
          isFound: stdout.split("\n").length > 2,
        };
      });
      expect(outcomes).toEqual(offered.map((line) => ({ line, status: 0, stderr: "", isFound: true })));
      const [, labelFile = ""] = /^ {2}less (.*)$/m.exec(first.stdout) ?? [];
      expect(existsSync(labelFile.replace("~", home.folder))).toBe(true);
    },
    mostMs,
  );

  test("names no identity but those that are in the store", async () => {
    const { identities } = parse<{ identities: { identity_uid: string; events: number }[] }>(
      readFileSync(home.path(...data, "demo-estate", "estate.json"), "utf8"),
    );
    const stored = new Set((await rows("SELECT DISTINCT identity_uid FROM identities")).map(({ identity_uid }) => identity_uid));
    expect(identities.filter(({ identity_uid, events }) => events > 0 && !stored.has(identity_uid))).toEqual([]);
  });
});

test("what the labels name is in the store, by the identities that they name", async () => {
  for (const { id, event_uids, identities } of labels()) {
    const list = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(", ");
    const sql = `SELECT uniqExact(event_uid) AS found FROM actions WHERE identity_uid IN (${list(identities)}) AND event_uid IN (${list(event_uids)})`;
    expect(await rows(sql), id).toEqual([{ found: event_uids.length }]);
  }
});

describe("again", () => {
  test(
    "nothing is made or read again, which is said; what is shown is the same",
    async () => {
      const again = await home.run([], { environment });
      expect([again.code, again.stderr]).toEqual([0, ""]);
      expect(again.stdout).toContain("(made by an earlier run, in ");
      expect(again.stdout).toMatch(/\nNothing new in [\d,]+ files: all were read before, and the store is as it was\.\n/);
      // How long ago something was may be another text by now, and columns are as wide as it is.
      const tables = (text: string): string =>
        text
          .slice(text.indexOf("\nIdentities in the store"))
          .replaceAll(/\([^()]+ ago\)/g, "(ago)")
          .replaceAll(/ {2,}/g, "  ");
      expect(tables(again.stdout)).toBe(tables(first.stdout));
    },
    mostMs,
  );

  test(
    "json is one object that accounts for the files and tells the attacks; csv is the table of identities; ndjson names its sections",
    async () => {
      const { estate, ...scanned } = parse<Record<string, unknown> & { estate: Record<string, unknown> }>(
        (await home.run(["demo", "--output", "json"])).stdout,
      );
      expect(scanned).toMatchObject({ records: 0, stored: 0, interrupted: false });
      expect(estate).toMatchObject({
        folder: home.path(...data, "demo-estate"),
        is_new: false,
        days: 14,
        attacks: labels().map(({ id }) => ({ id })),
      });
      expect((await home.run(["demo", "--output", "csv"])).stdout).toMatch(/^provider,principal_type,.*\naws,iam-role,/);
      const lines = (await home.run(["demo", "--output", "ndjson"])).stdout.trim().split("\n");
      const sections = new Set(lines.map((line) => parse<{ section: string }>(line).section));
      expect([...sections]).toEqual(["identities", "who_assumed_whom", "static_keys", "shared_credentials", "quarantine", "attacks", "findings"]);
    },
    mostMs,
  );

  test("--quiet leaves out what to type next", async () => {
    const { stdout, stderr } = await home.run(["demo", "--quiet"], { environment });
    expect(stdout).toContain("Identities in the store");
    expect([stdout.includes("Type next"), stderr]).toEqual([false, ""]);
  });
});

describe("what goes wrong", () => {
  test("Ctrl-C while the organisation is made ends with 130 and leaves it marked; the next run made it to its end", () => {
    expect([interrupted.code, interrupted.stdout]).toEqual([130, ""]);
    expect(interrupted.stderr).toMatch(/press Ctrl-C again.*\nStopped: the organisation was not made to its end; the next run makes it anew\.\n$/s);
    expect(isMarked).toBe(true);
    expect([first.code, existsSync(home.path(...data, "demo-estate", "INCOMPLETE"))]).toEqual([0, false]);
  });

  test("a file where the folder should be is named", async () => {
    const other = new CliHome();
    mkdirSync(other.path(...data), { recursive: true });
    writeFileSync(other.path(...data, "demo-estate"), "");
    const { code, stdout, stderr } = await other.run([]);
    expect([code, stdout, stderr]).toEqual([1, "", `error: ${other.path(...data, "demo-estate")}: is a file; name a folder\n`]);
    other.remove();
  });

  const mayMount = spawnSync("unshare", ["-m", "true"]).status === 0;
  test.skipIf(!mayMount)(
    `a full disk is told, with where and what to do${mayMount ? "" : " (skipped: needs the right to mount, unshare -m)"}`,
    () => {
      const disk = path.join(home.folder, "disk");
      mkdirSync(disk);
      const { command, args } = cliProcess([]);
      const script = `mount -t tmpfs -o size=2m tmpfs "${disk}" && HOME="${disk}" "${command}" "${args[0]}"; echo "code $?"`;
      const { stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
      expect(stdout).toBe("code 1\n");
      expect(stderr).toMatch(/^error: the disk is full: .*demo-estate holds an incomplete estate .*; free some space and run it again\n$/);
    },
  );
});
