// Detection as users run it: over a store of three weeks of CloudTrail in which somebody else uses one machine's key on one day, and over
// stores that cannot answer, which must say so and never look as if all were well.
import { writeFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { days, startMs, theftDay, trail, victim } from "./machine-trail.ts";
import { CliHome, type CliResult, interruptedAt } from "./run-cli.ts";
import { golden } from "./steady-screen.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let home: CliHome;
let store: string;

beforeAll(async () => {
  home = new CliHome();
  store = home.path("store");
  writeFileSync(home.path("trail.jsonl"), trail(days));
  await home.run(["scan", home.path("trail.jsonl"), "--received-at", "event-time", "--store", store]);
}, 120_000);
afterAll(() => home.remove());

function detect(...args: string[]): Promise<CliResult> {
  return home.run(["detect", "--budget", "1", ...args, "--store", store]);
}

interface FindingRow {
  readonly finding_uid: string;
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
  test("begins with the theft, says what was looked at and that it is stored, and how to go on", async () => {
    const { code, stdout, stderr } = await detect();
    expect(code).toBe(0);
    await golden("detect", stdout);
    expect(stderr).toMatch(/^\nnpm start -- finding [0-9a-f]{16} tells why, and what to check\.\n$/);
  });

  test("json tells each finding whole: who, how odd, why, which events, what to check", async () => {
    const [first] = await findings();
    expect(first).toMatchObject({ identity_uid: victim, raised_ms: startMs + theftDay * dayMs + 5 * hourMs + 120_000 });
    expect(first?.event_uids.slice().sort()).toEqual(["theft-0", "theft-1", "theft-2", "theft-3"]);
    expect(first?.probability).toBeCloseTo(2 ** -(first?.bits ?? 0), 1);
    expect(first?.reasons.map(({ detector }) => detector)).toEqual(expect.arrayContaining(["new-network", "new-agent", "session-elsewhere"]));
    for (const { observed, baseline } of first?.reasons ?? []) expect([observed, baseline]).not.toContain("");
    expect([first?.checks.length, first?.techniques.length]).not.toContain(0);
  });

  test("ndjson, csv and arrow hold the same findings", async () => {
    const ids = (await findings()).map(({ finding_uid }) => finding_uid);
    const { stdout: lines } = await detect("--output", "ndjson");
    expect(
      lines
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as FindingRow).finding_uid),
    ).toEqual(ids);
    const { stdout: csv } = await detect("--output", "csv");
    expect(
      csv
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.slice(0, 16)),
    ).toEqual(ids);
    const { stdoutBytes } = await detect("--output", "arrow");
    expect(
      tableFromIPC(stdoutBytes)
        .toArray()
        .map((row: { finding_uid: string }) => row.finding_uid),
    ).toEqual(ids);
  });

  test("holds what was received in the span only, and of the identities that were asked for; an id is the same in each", async () => {
    const [first] = await findings();
    const day = new Date(startMs + theftDay * dayMs).toISOString().slice(0, 10);
    const ofDay = await findings("--from", day, "--to", day);
    expect(ofDay.map(({ finding_uid }) => finding_uid)).toContain(first?.finding_uid);
    for (const { raised_ms } of ofDay) expect(raised_ms - 1 - startMs - theftDay * dayMs).toBeLessThan(dayMs);
    expect((await findings("--from", "2026-10-12", "--to", "2026-10-28")).map(({ finding_uid }) => finding_uid)).not.toContain(first?.finding_uid);
    expect((await findings("--identity", "MACHINE-3")).map(({ identity_uid }) => identity_uid)).toContain(victim);
    expect((await findings("--identity", "machine-4")).map(({ identity_uid }) => identity_uid)).not.toContain(victim);
    expect(await findings("--limit", "1")).toHaveLength(1);
  });

  test("--quiet leaves the table alone", async () => {
    const { stdout, stderr } = await detect("--quiet");
    expect([stdout.startsWith("finding "), stderr]).toEqual([true, ""]);
  });
});

test("an id, which it once took, is sent to where stories are told", async () => {
  const { code, stdout, stderr } = await detect("0123456789abcdef");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("npm start -- finding 0123456789abcdef");
});

describe("a store that cannot answer says so, ends with 1, and answers nothing", () => {
  const judged = async (name: string, args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await home.run(["detect", ...args, "--store", home.path(name), "--output", "json"]);
    expect([code, stdout]).toEqual([1, ""]);
    return stderr.replaceAll(home.folder, "HOME");
  };
  const today = () => new Date().toISOString().slice(0, 10);

  test("an empty one", async () => {
    expect(await judged("empty", [])).toBe("error: detect: HOME/empty holds no action; `machinetrail scan PATHS` fills it\n");
  });

  test("one that was filled in one go: with how to read the files by their own clock", async () => {
    const before = today();
    await home.run(["scan", home.path("trail.jsonl"), "--store", home.path("at-once")]);
    // Midnight may have come since.
    const said = (await judged("at-once", [])).replaceAll(before, "TODAY").replaceAll(today(), "TODAY");
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
      /received on 5 days, 2026-10-12 to 2026-10-16, .* raises nothing on the first 6 days but what is certain without them: scan older logs too, or wait\.\n$/,
    );
  });

  test("but what is certain without a past is told, with what that is worth", async () => {
    const stolen = {
      eventVersion: "1.11",
      userIdentity: {
        type: "AssumedRole",
        principalId: "AROAIOSFODNN7EXAMPLE:i-0317f6c6b66ae9c40",
        arn: "arn:aws:sts::111122223333:assumed-role/web/i-0317f6c6b66ae9c40",
        accountId: "111122223333",
        accessKeyId: "ASIAIOSFODNN7EXAMPLE",
        sessionContext: { sessionIssuer: { type: "Role", arn: "arn:aws:iam::111122223333:role/web", accountId: "111122223333", userName: "web" } },
      },
      eventTime: "2026-10-12T01:00:04Z",
      eventSource: "s3.amazonaws.com",
      eventName: "ListBuckets",
      awsRegion: "eu-west-1",
      sourceIPAddress: "198.51.100.7",
      userAgent: "[aws-cli/1.18.136 Python/3.8.5 Darwin/19.5.0 botocore/1.17.59]",
      eventID: "6f1f7f0e-0000-4000-8000-000000000001",
      recipientAccountId: "111122223333",
    };
    writeFileSync(home.path("stolen.jsonl"), `${JSON.stringify(stolen)}\n`);
    await home.run(["scan", home.path("stolen.jsonl"), "--store", home.path("stolen")]);
    const { code, stdout } = await home.run(["detect", "--store", home.path("stolen")]);
    expect(code).toBe(0);
    expect(stdout).toContain("A workload's session away from it");
    expect(stdout).toContain("only what is certain without a past could be raised");
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
  const environment = interruptedAt("store opened");
  const { code, stdout, stderr } = await home.run(["detect", "--store", store, "--verbose"], { environment });
  expect([code, stdout]).toEqual([130, ""]);
  expect(stderr).toContain("press Ctrl-C again");
});
