// Stored findings as users meet them: listed from the store without looking through the logs again, filtered, told one by one, and named wrongly.
import { writeFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { days, startMs, theftDay, trail, victim } from "./machine-trail.ts";
import { CliHome, type CliResult } from "./run-cli.ts";
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
  await home.run(["detect", "--budget", "1", "--store", store]);
}, 120_000);
afterAll(() => home.remove());

function run(...args: string[]): Promise<CliResult> {
  return home.run([...args, "--store", store]);
}

interface FindingRow {
  readonly finding_uid: string;
  readonly identity_uid: string;
  readonly risk: number;
  readonly severity: string;
  readonly raised_ms: number;
  readonly state: string;
}

async function listed(...args: string[]): Promise<FindingRow[]> {
  return JSON.parse((await run("findings", ...args, "--output", "json")).stdout) as FindingRow[];
}

async function theft(): Promise<FindingRow> {
  const found = (await listed("--state", "all")).find(
    ({ identity_uid, raised_ms }) => identity_uid === victim && raised_ms > startMs + theftDay * dayMs,
  );
  if (found === undefined) throw new Error("the theft was not raised");
  return found;
}

describe("the list", () => {
  test("is in order of risk, and says how to go on", async () => {
    const { code, stdout, stderr } = await run("findings");
    expect(code).toBe(0);
    await golden("findings", stdout);
    expect(stderr).toMatch(/^\nnpm start -- finding [0-9a-f]{16} tells why, and what to check\.\n$/);
    const risks = (await listed()).map(({ risk }) => risk);
    expect(risks).toEqual(risks.toSorted((left, right) => right - left));
  });

  test("looking through the same hours again doubles nothing", async () => {
    const before = await listed("--state", "all");
    await run("detect", "--budget", "1");
    expect(await listed("--state", "all")).toEqual(before);
  });

  test("a dry run stores nothing", async () => {
    const empty = home.path("dry");
    await home.run(["scan", home.path("trail.jsonl"), "--received-at", "event-time", "--store", empty]);
    const { stdout } = await home.run(["detect", "--budget", "1", "--dry-run", "--store", empty]);
    expect(stdout).toContain("a dry run: none is stored");
    const { stdout: after } = await home.run(["findings", "--store", empty]);
    expect(after).toMatch(/^No finding is stored that fits\./);
  });

  test("holds what was asked for", async () => {
    const stolen = await theft();
    const uids = async (...args: string[]) => (await listed(...args)).map(({ finding_uid }) => finding_uid);
    const day = new Date(stolen.raised_ms).toISOString().slice(0, 10);
    for (const args of [
      ["--since", day, "--until", day],
      ["--identity", "MACHINE-3"],
      ["--min-risk", String(stolen.risk)],
      ["--severity", stolen.severity],
      ["--provider", "aws"],
    ])
      expect(await uids(...args), args.join(" ")).toContain(stolen.finding_uid);
    for (const args of [
      ["--until", "2026-10-28"],
      ["--identity", "machine-4"],
      ["--detector", "new-target"],
      ["--provider", "gcp"],
      ["--state", "benign"],
    ])
      expect(await uids(...args), args.join(" ")).not.toContain(stolen.finding_uid);
    expect(await listed("--limit", "1")).toHaveLength(1);
    expect((await run("findings", "--min-risk", "101")).code).toBe(2);
  });

  test("ndjson, csv and arrow hold the same findings", async () => {
    const uids = (await listed()).map(({ finding_uid }) => finding_uid);
    const lines = (text: string) => text.trim().split("\n");
    const { stdout: ndjson } = await run("findings", "--output", "ndjson");
    expect(lines(ndjson).map((line) => (JSON.parse(line) as FindingRow).finding_uid)).toEqual(uids);
    const { stdout: csv } = await run("findings", "--output", "csv");
    expect(
      lines(csv)
        .slice(1)
        .map((line) => line.slice(0, 16)),
    ).toEqual(uids);
    const rows = tableFromIPC((await run("findings", "--output", "arrow")).stdoutBytes).toArray() as {
      finding_uid: string;
      reasons: Iterable<string>;
    }[];
    expect(rows.map(({ finding_uid }) => finding_uid)).toEqual(uids);
    expect(JSON.parse([...(rows[0]?.reasons ?? [])][0] ?? "")).toHaveProperty("observed");
  });
});

describe("the story of a finding", () => {
  test("is one sentence, how grave, then why, what to check, its hours, events, lineage, and what raises it without harm", async () => {
    const { finding_uid } = await theft();
    const { code, stdout, stderr } = await run("finding", finding_uid.slice(0, 10));
    expect([code, stderr]).toEqual([0, ""]);
    await golden("finding", stdout);
  });

  test("is whole in json, and its events in csv", async () => {
    const { finding_uid } = await theft();
    const story = JSON.parse((await run("finding", finding_uid, "--output", "json")).stdout) as Record<string, readonly Record<string, unknown>[]>;
    expect(Object.keys(story)).toEqual(["finding", "activity", "events", "lineage_up", "lineage_down", "states"]);
    expect(story.finding?.[0]).toMatchObject({ finding_uid, identity_uid: victim });
    const hours = story.activity?.at(-1)?.events_by_hour as readonly number[];
    expect([story.activity?.at(-1)?.day, hours[5]]).toEqual(["2026-10-29", 4]);
    expect((await run("finding", finding_uid, "--output", "csv")).stdout.trim().split("\n")).toHaveLength(5);
  });

  test("of an id that no finding has ends with 1 and names those that are near, or where they are listed", async () => {
    const { finding_uid } = await theft();
    const typo = `${finding_uid.slice(0, 7)}${finding_uid[7] === "0" ? "1" : "0"}`;
    const near = await run("finding", typo);
    expect([near.code, near.stdout]).toEqual([1, ""]);
    expect(near.stderr).toContain(`error: finding ${typo}: there is none of this id in ${store}; did you mean\n`);
    expect(near.stderr).toContain(`  ${finding_uid}  (machine-3, raised 2026-10-29 05:02)`);
    const far = await run("finding", "\u001b[31mzzzzzzzzzzz");
    expect([far.code, far.stderr]).toEqual([
      1,
      `error: finding \\x1b[31mzzzzzzzzzzz: there is none of this id in ${store}; \`npm start -- findings\` lists those that are there\n`,
    ]);
  });
});

describe("a decision", () => {
  test("that lacks a reason, an end or a state is refused with what is missing, and changes nothing", async () => {
    const { finding_uid } = await theft();
    const refused = async (...args: string[]) => (await run("finding", finding_uid, ...args)).stderr;
    expect(await refused("--state", "benign", "--reason", " ")).toBe('error: finding: --state benign needs --reason "why": somebody will ask\n');
    expect(await refused("--state", "muted", "--reason", "migration")).toBe("error: finding: --state muted needs --until: a mute ends\n");
    expect(await refused("--state", "muted", "--reason", "migration", "--until", "2026-01-01")).toMatch(/--until 2026-01-02 00:00:00Z is over/);
    expect(await refused("--reason", "none")).toBe("error: finding: --reason says something of a decision; give --state too\n");
    expect((await theft()).state).toBe("open");
  });

  test("is kept with who, when and why, hides what needs no more attention, and stands in the story; its words are inert", async () => {
    const { finding_uid } = await theft();
    const { stdout } = await run("finding", finding_uid, "--state", "benign", "--reason", "=cmd()\u001b[2J", "--by", "night shift");
    const [said, title, ...taught] = stdout.trimEnd().split("\n");
    expect(`${said}\n`).toBe(
      `Finding ${finding_uid} is benign, says night shift. What it showed is usual for detection from now on; what it had learned by itself, three days after it was raised, stays as it is.\n`,
    );
    expect(title).toBe("It taught, as usual for it:");
    expect(taught).toEqual(
      expect.arrayContaining(["  - new action: s3:ListObjects", "  - new agent: aws-cli/2", "  - new resource: arn:aws:s3:::payroll"]),
    );
    expect((await listed()).map((finding) => finding.finding_uid)).not.toContain(finding_uid);
    expect(await listed("--state", "benign")).toMatchObject([
      { finding_uid, state: "benign", state_by: "night shift", state_reason: "=cmd()\u001b[2J" },
    ]);
    const story = (await run("finding", finding_uid)).stdout;
    expect(story).toMatch(/State: benign, by night shift on 2\d{3}-\d\d-\d\d \d\d:\d\d: =cmd\(\)\\x1b\[2J\./);
    expect((await run("findings", "--state", "benign", "--output", "csv")).stdout).toContain("'=cmd()");
    await run("finding", finding_uid, "--state", "muted", "--reason", "moves house", "--until", "2199-01-01");
    expect(await listed("--state", "muted")).toMatchObject([{ finding_uid, state: "muted", muted_until_ms: Date.UTC(2199, 0, 2) }]);
  });
});
