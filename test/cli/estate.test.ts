// The estate command in its users' terms: what it says when it is asked wrongly, when the folder or the disk will not have it, and that
// what it offers to type next works.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trail } from "./machine-trail.ts";
import { CliHome, type CliResult, cliProcess, projectFolder } from "./run-cli.ts";

let home: CliHome;
let made: CliResult;
beforeAll(async () => {
  home = new CliHome();
  made = await home.run(["estate", ...small, "--out", "made"]);
});
afterAll(() => home.remove());

const small = ["--seed", "1", "--days", "1", "--identities", "12", "--attacks", "none"];
/** What every estate needs, for tests that never come to write. */
const asked = ["estate", "--seed", "1", "--out", "never"];

describe.concurrent("wrong command lines end with 2 and write nothing", () => {
  const invalid = (option: string, value: string, why: string): string => `error: option '${option}' argument '${value}' is invalid. ${why}\n`;
  test.each([
    [["estate", "--out", "never"], "error: required option '--seed <number>' not specified\n"],
    [["estate", "--seed", "1"], "error: required option '--out <folder>' not specified\n"],
    [["estate", "--seed", "lucky", "--out", "never"], invalid("--seed <number>", "lucky", "It must be a whole number, 0 to 9007199254740991.")],
    [["estate", "--seed", "1.5", "--out", "never"], invalid("--seed <number>", "1.5", "It must be a whole number, 0 to 9007199254740991.")],
    [["estate", "--seed", "0x10", "--out", "never"], invalid("--seed <number>", "0x10", "It must be a whole number, 0 to 9007199254740991.")],
    [[...asked, "--days", "0"], invalid("--days <number>", "0", "It must be a whole number, 1 to 3660.")],
    [[...asked, "--providers", "aws,gpc"], invalid("--providers <list>", "aws,gpc", "There is no gpc; did you mean gcp?")],
    [[...asked, "--start", "2026-02-30"], invalid("--start <date>", "2026-02-30", "It must be a day such as 2026-10-12.")],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await home.run(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: message });
    expect(existsSync(home.path("never"))).toBe(false);
  });
});

describe("an estate", () => {
  test("is told in a sentence, and what to type next stores every record of it", async () => {
    expect([made.code, made.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^Wrote [\d,]+ records of \d+ identities into \d+ files \(.*\) of made in .* s: 0 attacks, \d+ disturbances? beside them/,
      ),
    ]);
    const [, next = ""] = /^Next: npm start -- (.*)\n$/m.exec(made.stderr) ?? [];
    const records = Number(/^Wrote ([\d,]+)/.exec(made.stdout)?.[1]?.replaceAll(",", ""));
    const { code, stdout } = await home.run([...next.split(" "), "--store", "store", "--output", "json"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { records, stored: records, rejected: {}, files_skipped: [] }]);
  });

  test("answers scripts with one object, or a row", async () => {
    const json = await home.run(["estate", ...small, "--out", "json", "--output", "json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ folder: "json", labels: 0, unplaced: [], isInterrupted: false });
    expect(json.stderr).toBe("");
    const csv = await home.run(["estate", ...small, "--out", "csv", "--output", "csv"]);
    expect(csv.stdout).toMatch(/^folder,identities,records,.*\ncsv,\d+,\d+,/);
  });

  test("in a folder that is not empty is refused, and nothing in it changes; --force replaces it", async () => {
    const before = readdirSync(home.path("made"));
    const { code, stdout, stderr } = await home.run(["estate", ...small, "--out", "made"]);
    const sentence = "the folder is not empty; name another one, or replace the estate in it with --force";
    expect([code, stdout, stderr]).toEqual([1, "", `error: ${home.path("made")}: ${sentence}\n`]);
    expect(readdirSync(home.path("made"))).toEqual(before);
    expect((await home.run(["estate", ...small, "--out", "made", "--force", "--quiet"])).code).toBe(0);
  });

  test("whose attacks fit nobody says so, and is written", async () => {
    writeFileSync(home.path("one.yaml"), "attacks: [{ attack: kubernetes-token-theft }]\n");
    const { code, stderr } = await home.run(["estate", ...small.slice(0, 6), "--providers", "aws", "--attacks", "one.yaml", "--out", "unplaced"]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("Nobody in this estate fits kubernetes-token-theft; more --identities")]);
  });

  const mayMount = spawnSync("unshare", ["-m", "true"]).status === 0;
  test.skipIf(!mayMount)(
    `on a full disk ends with 1, says where and what to do, and is marked${mayMount ? "" : " (skipped: needs the right to mount, unshare -m)"}`,
    async () => {
      const disk = home.path("disk");
      mkdirSync(disk);
      const { command, args } = cliProcess(["estate", "--seed", "1", "--days", "3", "--identities", "40", "--out", `${disk}/estate`]);
      const line = [command, ...args].map((word) => `"${word}"`).join(" ");
      const script = `mount -t tmpfs -o size=2m tmpfs "${disk}" && ${line}; echo "code $?"; cat "${disk}/estate/INCOMPLETE"`;
      const { stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
      expect(stderr).toBe(
        `error: the disk is full: ${disk}/estate holds an incomplete estate (marked by the file INCOMPLETE); free some space and run it again\n`,
      );
      expect(stdout).toBe("code 1\nThis estate is not complete: it is being written, or writing it was cut short.\n");
    },
  );
});

describe.concurrent("an attack file", () => {
  const first = "attacks:\n  - attack: stolen-static-key\n";
  test.each([
    ["key", `${first}    strat: 2026-10-20T02:00:00Z\n`, "3:5: attacks[0].strat is not a key of an attack file; did you mean start?"],
    [
      "parameter",
      `${first}    parameters: { object: 3 }\n`,
      "3:19: attacks[0].parameters.object is not a key of the parameters of stolen-static-key; did you mean objects?",
    ],
    [
      "start",
      `${first}    start: 2030-01-01T00:00:00Z\n`,
      "3:12: attacks[0].start lies outside of the estate, 2026-10-12T00:00Z to 2026-11-26T00:00Z",
    ],
    ["name", "attacks:\n  - attack: stolen-statik-key\n", "2:13: attacks[0].attack is no attack; did you mean stolen-static-key?"],
  ])("with a wrong %s is refused with line, column and what to write", async (what, text, message) => {
    const file = `wrong-${what}.yaml`;
    writeFileSync(home.path(file), text);
    const { code, stdout, stderr } = await home.run([...asked, "--attacks", file]);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: `error: ${file}:${message}\n` });
    expect(existsSync(home.path("never"))).toBe(false);
  });

  test("that is not there is named", async () => {
    const { code, stderr } = await home.run([...asked, "--attacks", "absent.yaml"]);
    expect([code, stderr]).toEqual([1, "error: --attacks absent.yaml: there is no such file; none, standard, drawn, or a YAML file\n"]);
  });
});

test("labels whose events are not in the logs stop the scoring, with the first ten by name", async () => {
  // One record: all those of an estate would be stored first, which takes seconds.
  mkdirSync(home.path("scored", "logs"), { recursive: true });
  writeFileSync(home.path("scored", "logs", "trail.jsonl"), `${trail(1).split("\n")[0]}\n`);
  copyFileSync(home.path("made", "estate.json"), home.path("scored", "estate.json"));
  const estate = JSON.parse(readFileSync(home.path("scored", "estate.json"), "utf8")) as { identities: { identity_uid: string }[] };
  const event_uids = Array.from({ length: 12 }, (_, number) => `absent-${number}`);
  const moment = "2026-10-12T12:00:00Z";
  const label = { id: "mine-1", attack: "mine", identities: [estate.identities[0]?.identity_uid], event_uids, start: moment, end: moment };
  writeFileSync(home.path("scored", "labels.jsonl"), `${JSON.stringify(label)}\n`);
  const { command } = cliProcess([]);
  const bench = [path.join(projectFolder, "bench", "main.ts"), "detection", "--folder", home.path("scored"), "--out", home.path("scores")];
  const { status, stderr } = spawnSync(command, bench, { env: { PATH: process.env.PATH, HOME: home.folder }, encoding: "utf8", cwd: projectFolder });
  const named = event_uids.slice(0, 10).map((uid) => `${uid} (mine-1)`);
  expect(status).toBe(1);
  expect(stderr).toContain(`error: labels.jsonl: 12 labelled events are not in the logs: ${named.join(", ")}, and 2 more\n`);
});
