// `detectors` as users run it: what there is, in which mode by the configuration, what one says of itself, and that its cases hold here.
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliHome } from "./run-cli.ts";

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
  writeFileSync(home.path("modes.yaml"), "detection:\n  detectors:\n    odd-hour: shadow\n    new-agent: off\n");
});
afterAll(() => home.remove());

async function rows(...args: string[]): Promise<Record<string, unknown>[]> {
  return JSON.parse((await home.run([...args, "--output", "json"])).stdout) as Record<string, unknown>[];
}

describe.concurrent("detectors", () => {
  test("lists them with aspect, techniques and the mode that the configuration gives them; list may be left out", async () => {
    const listed = await rows("detectors", "--config", "modes.yaml");
    expect(listed).toEqual(await rows("detectors", "list", "--config", "modes.yaml"));
    const modes = Object.fromEntries(listed.map(({ id, mode }) => [id, mode]));
    expect(modes).toMatchObject({ "odd-hour": "shadow", "new-agent": "off", "new-network": "on" });
    expect(listed.find(({ id }) => id === "new-network")).toEqual({
      ...{ id: "new-network", title: "New network", mode: "on", aspect: "caller" },
      ...{ techniques: ["T1078.004", "T1550.001"], nhi_risks: ["NHI2", "NHI7"] },
    });
  });

  test("explain tells all that one says of itself, its cases included", async () => {
    const { code, stdout, stderr } = await home.run(["detectors", "explain", "new-network"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const words of ["T1078.004 Cloud Accounts", "NHI2 Secret Leakage", "cannot see", "raises it without harm", "to check", "stays quiet"])
      expect(stdout).toContain(words);
  });

  test("explain and test of one that is not there ends with 1 and says which may be meant", async () => {
    for (const command of ["explain", "test"]) {
      const { code, stdout, stderr } = await home.run(["detectors", command, "new-netwrok"]);
      expect([code, stdout, stderr]).toEqual([1, "", "error: detector new-netwrok: there is none of this id; did you mean new-network?\n"]);
    }
  });

  test("test tries the cases of one, each with its bits beside what it must have", async () => {
    const { code, stdout, stderr } = await home.run(["detectors", "test", "session-elsewhere"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^session-elsewhere {2}raises +\d.* holds /m);
    expect(stderr).toMatch(/^\n\d+ cases: all hold\.\n$/);
    for (const { detector, expected, bits, limit, holds } of await rows("detectors", "test", "session-elsewhere")) {
      expect([detector, holds]).toEqual(["session-elsewhere", true]);
      expect(expected === "raises" ? Number(bits) >= Number(limit) : Number(bits) <= Number(limit)).toBe(true);
    }
  });

  test("an exception that is over is said by whoever reads the configuration", async () => {
    writeFileSync(
      home.path("over.yaml"),
      'detection:\n  exceptions:\n    - { identities: "*", detector: new-agent, until: 2020-01-01, reason: an old one }\n',
    );
    for (const command of ["validate", "print"]) {
      const { code, stderr } = await home.run(["config", command, "--config", "over.yaml"]);
      expect([code, stderr]).toEqual([0, "note: detection.exceptions[0] ended on 2020-01-01 and is ignored: new-agent of * (an old one)\n"]);
    }
    expect((await home.run(["config", "validate", "--config", "over.yaml", "--quiet"])).stderr).toBe("");
  });

  test("a detector that is not there, in the configuration, is told with line, column and what was meant", async () => {
    writeFileSync(home.path("wrong.yaml"), "detection:\n  detectors:\n    new-netwrok: shadow\n");
    const { code, stdout } = await home.run(["config", "validate", "--config", "wrong.yaml"]);
    expect([code, stdout]).toEqual([
      1,
      `${home.path("wrong.yaml")}:3:5: detection.detectors.new-netwrok is not a key of the configuration; did you mean new-network?\n`,
    ]);
  });
});
