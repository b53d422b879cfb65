// What generating promises: bytes that follow from the seed alone, nobody changed by another's presence, and a folder that never
// passes for more than it is.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { cloudTrailRecords, filesOf, makeEstate, readLines, temporaryFolder } from "./round-trip.ts";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of every file its content and its time. */
function digests(estate: string): Map<string, string> {
  return new Map(
    filesOf(estate).map((name) => {
      const file = path.join(estate, name);
      const time = name.startsWith("logs") ? statSync(file).mtimeMs : 0;
      return [name, `${createHash("sha256").update(readFileSync(file)).digest("hex")} ${time}`];
    }),
  );
}

const small = { days: 1, identities: 40 };

describe("chance", () => {
  test("the same seed gives the same files, names, bytes and times of delivery", async () => {
    await makeEstate(path.join(folder, "a"), small);
    await makeEstate(path.join(folder, "b"), small);
    expect(digests(path.join(folder, "b"))).toEqual(digests(path.join(folder, "a")));
  });

  test("another seed gives other records", async () => {
    await makeEstate(path.join(folder, "other"), { ...small, seed: 2 });
    const [mine, others] = [cloudTrailRecords(path.join(folder, "a")), cloudTrailRecords(path.join(folder, "other"))];
    expect([...others.keys()].filter((id) => mine.has(id))).toEqual([]);
  });

  test("more identities change no record of those that were there", async () => {
    await makeEstate(path.join(folder, "few"), { ...small, orders: [], disturbances: [] });
    await makeEstate(path.join(folder, "many"), { ...small, identities: 80, orders: [], disturbances: [] });
    const [few, many] = [cloudTrailRecords(path.join(folder, "few")), cloudTrailRecords(path.join(folder, "many"))];
    expect(few.size).toBeGreaterThan(100);
    expect([...few].filter(([id, record]) => many.get(id) !== record).map(([id]) => id)).toEqual([]);
  });

  test("an attack by calls of its own changes no record beside it", async () => {
    const orders = [{ attack: "stolen-static-key", parameters: { objects: 30 } }];
    await makeEstate(path.join(folder, "calm"), { ...small, orders: [], disturbances: [] });
    await makeEstate(path.join(folder, "attacked"), { ...small, orders, disturbances: [] });
    const labelled = new Set(readLines(path.join(folder, "attacked", "labels.jsonl")).flatMap(({ event_uids }) => event_uids as string[]));
    const [calm, attacked] = [cloudTrailRecords(path.join(folder, "calm")), cloudTrailRecords(path.join(folder, "attacked"))];
    expect(labelled.size).toBeGreaterThan(10);
    expect(new Map([...attacked].filter(([id]) => !labelled.has(id)))).toEqual(calm);
  });
});

describe("delivery", () => {
  test("every file's time is after all that it holds, some records come late, some twice, and none before it happened", async () => {
    const estate = path.join(folder, "delivered");
    const { records, events } = await makeEstate(estate, { days: 2, identities: 100 });
    expect(records).toBeGreaterThan(events);
    const delays: number[] = [];
    for (const name of filesOf(estate).filter((each) => each.includes("CloudTrail"))) {
      const file = path.join(estate, name);
      const { Records } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { Records: { eventTime: string }[] };
      for (const { eventTime } of Records) delays.push(statSync(file).mtimeMs - Date.parse(eventTime));
    }
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    const lateShare = delays.filter((delay) => delay > 30 * 60_000).length / delays.length;
    expect(lateShare).toBeGreaterThan(0.02);
    expect(lateShare).toBeLessThan(0.1);
  });
});

describe("the folder", () => {
  test("one that is not empty is refused, and left as it is", async () => {
    const taken = path.join(folder, "taken");
    mkdirSync(taken);
    writeFileSync(path.join(taken, "letter.txt"), "dear");
    await expect(makeEstate(taken, small)).rejects.toThrow(/the folder is not empty; name another one, or replace the estate in it with --force/);
    expect(filesOf(taken)).toEqual(["letter.txt"]);
  });

  test("--force replaces the estate that is in it, and nothing else", async () => {
    const used = path.join(folder, "used");
    await makeEstate(used, { ...small, seed: 5 });
    writeFileSync(path.join(used, "letter.txt"), "dear");
    await makeEstate(used, { ...small, isForced: true });
    expect(readFileSync(path.join(used, "letter.txt"), "utf8")).toBe("dear");
    rmSync(path.join(used, "letter.txt"));
    expect(digests(used)).toEqual(digests(path.join(folder, "a")));
  });

  test("interrupted, it says so and stays marked; a second run without --force is refused with that reason", async () => {
    const cut = path.join(folder, "cut");
    const stop = new AbortController();
    const summary = await makeEstate(cut, { ...small, signal: stop.signal, onProgress: () => stop.abort() });
    expect(summary.isInterrupted).toBe(true);
    expect(existsSync(path.join(cut, "INCOMPLETE"))).toBe(true);
    await expect(makeEstate(cut, small)).rejects.toThrow(/holds an estate that was not completed/);
    expect((await makeEstate(cut, { ...small, isForced: true })).isInterrupted).toBe(false);
    expect(existsSync(path.join(cut, "INCOMPLETE"))).toBe(false);
  });

  test("a file in its place is named", async () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    await expect(makeEstate(file, small)).rejects.toThrow(/is a file; name a folder/);
  });

  const mayMount = spawnSync("unshare", ["-m", "true"]).status === 0;
  test.skipIf(!mayMount)(
    `a full disk is told, and what is there is marked${mayMount ? "" : " (skipped: needs the right to mount, unshare -m)"}`,
    () => {
      const disk = path.join(folder, "disk");
      mkdirSync(disk);
      const entry = path.resolve(import.meta.dirname, "../../cli/main.ts");
      const command = `"${process.execPath}" "${entry}" estate --seed 1 --days 3 --identities 60 --out "${disk}/estate"`;
      const script = `mount -t tmpfs -o size=2m tmpfs "${disk}" && ${command}; echo "code $?"; ls "${disk}/estate"`;
      const { stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
      expect(stderr).toMatch(/the disk is full: .*incomplete estate/);
      expect(stdout).toContain("code 1");
      expect(stdout).toContain("INCOMPLETE");
    },
  );
});
