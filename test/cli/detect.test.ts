// Detection as users run it: over a store of three weeks of CloudTrail in which somebody else uses one machine's key on one day, and over
// stores that cannot answer, which must say so and never look as if all were well.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliHome, type CliResult, cliProcess } from "./run-cli.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
const startMs = Date.UTC(2026, 9, 12);
const days = 20;
const theftDay = 17;
const victim = "arn:aws:iam::111122223333:user/machine-3";

let home: CliHome;
let store: string;

beforeAll(async () => {
  home = new CliHome();
  store = home.path("store");
  writeFileSync(home.path("trail.jsonl"), trail(days));
  await home.run(["scan", home.path("trail.jsonl"), "--received-at", "event-time", "--store", store]);
}, 120_000);
afterAll(() => home.remove());

/** Twelve machines at work in four hours of each day, and for an hour of one day somebody with the key of one of them. */
function trail(lastDay: number): string {
  const records: object[] = [];
  for (let day = 0; day < lastDay; day++)
    for (let machine = 0; machine < 12; machine++)
      for (const hour of [1, 7, 13, 19])
        for (let call = 0; call < 3 + ((day * 7 + hour * 3 + machine) % 4); call++) {
          const timeMs = startMs + day * dayMs + ((hour + machine) % 24) * hourMs + call * 60_000;
          const action = call % 2 === 0 ? "PutObject" : "GetObject";
          records.push(
            record(machine, timeMs, action, `machine-${machine}-data`, `203.0.113.${machine}`, "restic/0.16", `${day}-${machine}-${hour}-${call}`),
          );
        }
  for (const [index, bucket] of ["payroll", "ledger", "orders", "secrets"].entries()) {
    const timeMs = startMs + theftDay * dayMs + 5 * hourMs + (index + 1) * 120_000;
    if (theftDay < lastDay) records.push(record(3, timeMs, "ListObjects", bucket, "198.51.100.9", "aws-cli/2.15.0", `theft-${index}`));
  }
  return records.map((each) => `${JSON.stringify(each)}\n`).join("");
}

function record(machine: number, timeMs: number, eventName: string, bucketName: string, sourceIPAddress: string, userAgent: string, eventID: string) {
  const userName = `machine-${machine}`;
  return {
    eventVersion: "1.09",
    userIdentity: {
      type: "IAMUser",
      arn: `arn:aws:iam::111122223333:user/${userName}`,
      accountId: "111122223333",
      userName,
      accessKeyId: `AKIAMACHINE${String(machine).padStart(2, "0")}KEY00`,
    },
    eventTime: new Date(timeMs).toISOString().replace(".000", ""),
    eventSource: "s3.amazonaws.com",
    eventName,
    awsRegion: "eu-west-1",
    sourceIPAddress,
    userAgent,
    eventID,
    requestParameters: { bucketName },
    recipientAccountId: "111122223333",
  };
}

function detect(...args: string[]): Promise<CliResult> {
  return home.run(["detect", "--budget", "1", ...args, "--store", store]);
}

/** How odd exactly is for test/detect to hold; here it is written as a word. */
function steady(output: string): string {
  return output
    .replaceAll(/one hour in (?:more than a thousand million|[\d,]+(?: million)?)(?= (?:is|of))/gi, "one hour in N")
    .replaceAll(/\(\d+\.\d bits\)/g, "(N bits)")
    .replaceAll(/(?<=Z +)\d+(?:\.\d)?(?= {2}\w)/g, "N")
    .replaceAll(/ +$/gm, "");
}

async function golden(name: string, output: string): Promise<void> {
  await expect(steady(output)).toMatchFileSnapshot(path.join(import.meta.dirname, "golden", `${name}.txt`));
}

interface FindingRow {
  readonly id: string;
  readonly rank: number;
  readonly bits: number;
  readonly probability: number;
  readonly identity_uid: string;
  readonly raised_ms: number;
  readonly event_uids: readonly string[];
  readonly checks: readonly string[];
  readonly techniques: readonly string[];
  readonly reasons: readonly { readonly detector: string; readonly observed: string; readonly baseline: string }[];
}

async function findings(...args: string[]): Promise<FindingRow[]> {
  return JSON.parse((await detect(...args, "--output", "json")).stdout) as FindingRow[];
}

describe("the list", () => {
  test("begins with the theft, says what was looked at and that nothing is stored, and how to go on", async () => {
    const { code, stdout, stderr } = await detect();
    expect(code).toBe(0);
    await golden("detect", stdout);
    expect(stderr).toMatch(/^\nnpm start -- detect [0-9a-f]{10} --budget 1 tells why, and what to check\.\n$/);
  });

  test("json tells each finding whole: who, how odd, why, which events, what to check", async () => {
    const [first] = await findings();
    expect(first).toMatchObject({ rank: 1, identity_uid: victim, raised_ms: startMs + theftDay * dayMs + 6 * hourMs });
    expect(first?.event_uids.slice().sort()).toEqual(["theft-0", "theft-1", "theft-2", "theft-3"]);
    expect(first?.probability).toBeCloseTo(2 ** -(first?.bits ?? 0), 1);
    expect(first?.reasons.map(({ detector }) => detector)).toEqual(expect.arrayContaining(["new-network", "new-agent", "session-elsewhere"]));
    for (const { observed, baseline } of first?.reasons ?? []) expect([observed, baseline]).not.toContain("");
    expect([first?.checks.length, first?.techniques.length]).not.toContain(0);
  });

  test("ndjson, csv and arrow hold the same findings", async () => {
    const ids = (await findings()).map(({ id }) => id);
    const { stdout: lines } = await detect("--output", "ndjson");
    expect(
      lines
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as FindingRow).id),
    ).toEqual(ids);
    const { stdout: csv } = await detect("--output", "csv");
    expect(
      csv
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.slice(0, 10)),
    ).toEqual(ids);
    const { stdoutBytes } = await detect("--output", "arrow");
    expect(
      tableFromIPC(stdoutBytes)
        .toArray()
        .map((row: { id: string }) => row.id),
    ).toEqual(ids);
  });

  test("holds what was received in the span only, and of the identities that were asked for; an id is the same in each", async () => {
    const [first] = await findings();
    const day = new Date(startMs + theftDay * dayMs).toISOString().slice(0, 10);
    const ofDay = await findings("--from", day, "--to", day);
    expect(ofDay.map(({ id }) => id)).toContain(first?.id);
    for (const { raised_ms } of ofDay) expect(raised_ms - 1 - startMs - theftDay * dayMs).toBeLessThan(dayMs);
    expect((await findings("--from", "2026-10-12", "--to", "2026-10-28")).map(({ id }) => id)).not.toContain(first?.id);
    expect((await findings("--identity", "MACHINE-3")).map(({ identity_uid }) => identity_uid)).toContain(victim);
    expect((await findings("--identity", "machine-4")).map(({ identity_uid }) => identity_uid)).not.toContain(victim);
    expect(await findings("--limit", "1")).toHaveLength(1);
  });

  test("--quiet leaves the table alone", async () => {
    const { stdout, stderr } = await detect("--quiet");
    expect([stdout.startsWith("finding "), stderr]).toEqual([true, ""]);
  });
});

describe("the story of a finding", () => {
  test("is one sentence, then why, what to check, its hours, events, lineage, and what raises it without harm", async () => {
    const [first] = await findings();
    const { code, stdout, stderr } = await detect(first?.id.slice(0, 6) ?? "");
    expect([code, stderr]).toEqual([0, ""]);
    await golden("detect-story", stdout);
  });

  test("is whole in json, and its events in csv", async () => {
    const [first] = await findings();
    const { stdout } = await detect(first?.id ?? "", "--output", "json");
    const story = JSON.parse(stdout) as Record<string, readonly Record<string, unknown>[]>;
    expect(Object.keys(story)).toEqual(["finding", "activity", "events", "lineage_up", "lineage_down", "advice"]);
    expect(story.finding?.[0]).toMatchObject({ id: first?.id, identity_uid: victim });
    const hours = story.activity?.at(-1)?.events_by_hour as readonly number[];
    expect([story.activity?.at(-1)?.day, hours[5]]).toEqual(["2026-10-29", 4]);
    expect((await detect(first?.id ?? "", "--output", "csv")).stdout.trim().split("\n")).toHaveLength(5);
  });

  test("of an id that no finding has ends with 1 and says where the ids are", async () => {
    const { code, stdout, stderr } = await detect("zzzz");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^error: finding zzzz: there is none of this id among the \d+ that a budget of 1 a day raises; `npm start -- detect` lists them\n$/,
    );
  });
});

describe("a store that cannot answer says so, ends with 1, and answers nothing", () => {
  const judged = async (name: string, args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await home.run(["detect", ...args, "--store", home.path(name), "--output", "json"]);
    expect([code, stdout]).toEqual([1, ""]);
    return stderr.replaceAll(home.folder, "HOME").replaceAll(new Date().toISOString().slice(0, 10), "TODAY");
  };

  test("an empty one", async () => {
    expect(await judged("empty", [])).toBe("error: detect: HOME/empty holds no action; `machinetrail scan PATHS` fills it\n");
  });

  test("one that was filled in one go: with how to read the files by their own clock", async () => {
    await home.run(["scan", home.path("trail.jsonl"), "--store", home.path("at-once")]);
    const said = await judged("at-once", []);
    expect(said).toMatch(
      /^error: detect: nothing can be judged yet, which does not mean that all is well: all \d+ actions count as received on TODAY, but they happened on 20 days/,
    );
    expect(said).toContain("machinetrail scan PATHS --received-at file-time --store NEW-FOLDER");
    expect(said).toContain("machinetrail scan PATHS --received-at event-time --store NEW-FOLDER");
  });

  test("one with fewer than seven days", async () => {
    writeFileSync(home.path("short.jsonl"), trail(5));
    await home.run(["scan", home.path("short.jsonl"), "--received-at", "event-time", "--store", home.path("short")]);
    expect(await judged("short", [])).toMatch(
      /received on 5 days, 2026-10-12 to 2026-10-16, .* raises nothing on the first 6 days: scan older logs too, or wait\.\n$/,
    );
  });

  test("one whose last record came before the span, and an end at which there was no past yet", async () => {
    const of = async (...args: string[]) => (await detect(...args)).stderr;
    expect(await of("--from", "2027-01-01")).toBe(
      "error: detect: nothing was received from 2027-01-01 00:00Z on; the last record came 2026-11-01 00:05Z\n".replace(
        /2026-11-01 00:05/,
        lastReception(),
      ),
    );
    expect(await of("--to", "2026-10-14")).toMatch(/^error: detect: nothing can be judged yet/);
  });

  test("nobody of that name", async () => {
    expect((await detect("--identity", "nobody-here")).stderr).toMatch(/^error: detect: no identity has nobody-here in its name or id/);
  });

  test("a time or budget that is none is a usage error", async () => {
    expect((await detect("--from", "2026-02-31")).code).toBe(2);
    expect((await detect("--budget", "0")).code).toBe(2);
  });
});

/** To the minute. */
function lastReception(): string {
  const times = [...trail(days).matchAll(/"eventTime":"([^"]+)"/g)].map(([, time = ""]) => time);
  return (times.sort().at(-1) ?? "").slice(0, 16).replace("T", " ");
}

test("Ctrl-C ends it with 130 and shows no finding of a part", async () => {
  const { command, args } = cliProcess(["detect", "--store", store, "--verbose"]);
  const child = spawn(command, args, { env: { PATH: process.env.PATH, HOME: home.folder } });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  const opened = new Promise<void>((resolve) =>
    child.stderr.on("data", (chunk: Buffer) => {
      output.stderr += chunk.toString();
      if (output.stderr.includes("store opened")) resolve();
    }),
  );
  const ended = new Promise((resolve) => child.on("close", resolve));
  await opened;
  child.kill("SIGINT");
  expect([await ended, output.stdout]).toEqual([130, ""]);
});
