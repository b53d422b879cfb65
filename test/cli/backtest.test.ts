// `backtest`, `budget` and settings of detection as users run them: over three weeks of machines of which one's key is used by somebody else for an
// hour, what each configuration raises, and the difference between two.
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trailWithStrangers, victim } from "./machine-trail.ts";
import { CliHome, type CliResult } from "./run-cli.ts";

let home: CliHome;

/** Nothing of the victim is raised. */
const deaf = `detection:
  budget: 2
  sensitivity: [{ identities: "${victim}", factor: 0 }]
  exceptions:
    - { identities: "*", detector: new-agent, until: 2020-01-01, reason: an old one }
`;
/** All that the theft shows is in shadow. */
const shadowed = `detection:
  budget: 1
  detectors:
${["new-network", "new-agent", "session-elsewhere", "new-action", "new-resource", "new-resource-scope", "novelty-burst", "odd-hour"]
  .map((id) => `    ${id}: shadow\n`)
  .join("")}`;

beforeAll(async () => {
  home = new CliHome();
  writeFileSync(home.path("trail.jsonl"), trailWithStrangers());
  writeFileSync(home.path("present.yaml"), "detection:\n  budget: 1\n");
  writeFileSync(home.path("deaf.yaml"), deaf);
  writeFileSync(home.path("shadow.yaml"), shadowed);
  await home.run(["scan", home.path("trail.jsonl"), "--received-at", "event-time", "--store", home.path("store")]);
}, 120_000);
afterAll(() => home.remove());

function run(...args: string[]): Promise<CliResult> {
  return home.run([...args, "--store", home.path("store")], { environment: { MACHINETRAIL_CONFIG: "present.yaml" } });
}

type Rows = readonly Readonly<Record<string, unknown>>[];

async function json<Value>(...args: string[]): Promise<Value> {
  const { stdout } = await run(...args, "--output", "json");
  return JSON.parse(stdout) as Value;
}

describe("backtest", () => {
  const span = ["--from", "2026-10-27", "--to", "2026-10-31"];

  test("of the present configuration against itself finds no difference", async () => {
    const { code, stdout, stderr } = await run("backtest", "--config", "present.yaml", ...span);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^2026-10-27 00:00:00Z to .*: (\d+) findings? with the present configuration, \1 with the changed one: 0 more, 0 less, 0 otherwise, \1 the same\.\n/,
    );
    expect(stdout).toContain("None: both raise the same.");
  });

  test("of one that is deaf to the victim shows the theft as less, by finding, detector and day, and the other budget", async () => {
    const { code, stdout, stderr } = await run("backtest", "--config", "deaf.yaml", ...span);
    expect(code).toBe(0);
    expect(stderr).toBe("note: detection.exceptions[0] ended on 2020-01-01 and is ignored: new-agent of * (an old one)\n");
    expect(stdout).toMatch(/^less +[0-9a-f]+ +2026-10-29 06:00:00Z +machine-3 /m);
    expect(stdout).toMatch(/^Budget: 1 a day promised and [\d.]+ kept; changed: 2 promised and [\d.]+ kept\.$/m);
    const { different, by_detector, by_day } = await json<Record<"different" | "by_detector" | "by_day", Rows>>(
      "backtest",
      "--config",
      "deaf.yaml",
      ...span,
    );
    const csv = (await run("backtest", "--config", "deaf.yaml", ...span, "--output", "csv")).stdout.trim().split("\n");
    expect(csv.slice(1).map((line) => line.split(",")[1])).toEqual(different.map(({ id }) => id));
    const theft = different.find(({ identity_uid }) => identity_uid === victim);
    expect(theft).toMatchObject({ difference: "less", raised_ms: Date.UTC(2026, 9, 29, 6), bits_now: null, rank_now: null, rank_before: 1 });
    expect(by_detector.find(({ detector }) => detector === "session-elsewhere")).toMatchObject({ now: 0 });
    expect(by_day.find(({ day }) => day === "2026-10-29")).toMatchObject({ promised_before: 1, promised_now: 2 });
    expect(by_day.map(({ day }) => day)).toEqual(["2026-10-27", "2026-10-28", "2026-10-29", "2026-10-30", "2026-10-31"]);
  });

  test("without a changed configuration is a usage error, and with a wrong one says what is wrong", async () => {
    expect(await run("backtest")).toMatchObject({ code: 2, stdout: "", stderr: "error: name the changed configuration: --config <file>\n" });
    writeFileSync(home.path("wrong.yaml"), "detection:\n  budget: many\n");
    expect((await run("backtest", "--config", "wrong.yaml")).stderr).toBe(
      `error: ${home.path("wrong.yaml")}:2:11: detection.budget must be a number\n`,
    );
  });
});

describe("budget", () => {
  test("shows by day what was promised and what came", async () => {
    const { code, stdout, stderr } = await run("budget", "--from", "2026-10-28", "--to", "2026-10-30");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^day +promised +raised +kept +hours of identities\n2026-10-28 +1 +\d+ +(?:yes|no) +96\n2026-10-29 +1 +[1-9]/);
    expect(stderr).toMatch(/^\n\d+ findings? on 3 days: [\d.]+ a day, 1 promised\.\n$/);
  });

  test("--stored counts what detection stored, by configuration", async () => {
    expect((await run("budget", "--stored")).stdout).toBe("No finding is stored; `machinetrail detect` looks for some.\n");
    const found = await json<Rows>("detect", "--from", "2026-10-29", "--to", "2026-10-29");
    const rows = await json<Rows>("budget", "--stored");
    expect(rows).toEqual([expect.objectContaining({ day: "2026-10-29", promised: 1, configuration: expect.stringMatching(/^[0-9a-f]{12}$/) })]);
    expect(rows[0]?.raised).toBe(found.length);
    const replayed = await json<Rows>("budget", "--from", "2026-10-29", "--to", "2026-10-29");
    expect(replayed.map(({ raised }) => raised)).toEqual([found.length]);
    expect(await json<Rows>("budget", "--stored", "--from", "2026-10-30")).toEqual([]);
  });

  test("shows apart what detectors in shadow would add", async () => {
    const rows = await json<Rows>("budget", "--from", "2026-10-28", "--to", "2026-10-30", "--config", "shadow.yaml");
    expect(rows.map(({ day }) => day)).toEqual(["2026-10-28", "2026-10-29", "2026-10-30"]);
    for (const { shadow } of rows) expect(shadow).toBeTypeOf("number");
    const listed = await json<Rows>("detectors", "shadow", "--from", "2026-10-28", "--to", "2026-10-30", "--config", "shadow.yaml");
    expect(listed.map(({ identity_uid }) => identity_uid)).toContain(victim);
    expect(listed).toHaveLength(rows.reduce((sum, { shadow }) => sum + Number(shadow), 0));
    for (const { mode } of listed) expect(mode).toBe("shadow");
    expect(await run("detectors", "shadow")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: detectors shadow: no detector is in shadow/),
    });
  });
});

test("detect raises what the configuration decides: the theft, or nothing of the victim; its budget is the configuration's, unless --budget says another", async () => {
  const told = (...args: string[]) => run("detect", "--dry-run", "--from", "2026-10-29", "--to", "2026-10-29", ...args);
  const present = await told("--budget", "4");
  expect(present.stdout).toContain("a budget of 4 a day");
  expect(present.stdout).toContain("machine-3 ");
  const deafened = await told("--config", "deaf.yaml");
  expect(deafened.stdout).toContain("a budget of 2 a day");
  expect(deafened.stdout).not.toContain("machine-3 ");
});
