// What the command line says when it is typed wrong, and where its help, version and configuration stand. No store is opened.
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliHome } from "./run-cli.ts";

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

describe.concurrent("wrong command lines end with 2, on standard error, and nothing on standard output", () => {
  test.each([
    [["scna", "x"], "error: unknown command 'scna'\n(Did you mean scan?)\n"],
    [["frobnicate"], "error: unknown command 'frobnicate'\n(machinetrail --help lists what there is)\n"],
    [["--ouptut", "json"], "error: unknown option '--ouptut'\n(Did you mean --output?)\n"],
    [["identites", "--machines"], "error: unknown command 'identites'\n(Did you mean identities?)\n"],
    [["scan", "--clster", "x"], "error: unknown option '--clster'\n(Did you mean --cluster?)\n"],
    [["identity"], "error: missing required argument 'id'\n"],
    [["identities", "extra"], "error: too many arguments for 'identities'. Expected 0 arguments but got 1.\n"],
    [["identities", "--limit", "0"], "error: option '--limit <rows>' argument '0' is invalid. It must be a whole number from 1 to 100000.\n"],
    [["who"], "error: name what you ask about: --resource <id> or --credential <id>\n"],
    [["who", "--resource", "a", "--credential", "b"], "error: option '--resource <id>' cannot be used with option '--credential <id>'\n"],
    [
      ["identities", "--store", "ftp://host"],
      "error: option '--store <dir-or-url>' argument 'ftp://host' is invalid. It must be a folder, or a URL that starts with http:// or https:// (not ftp://).\n",
    ],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await home.run(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: message });
  });

  test("and quote what was typed without letting it act on the terminal", async () => {
    const { code, stderr } = await home.run(["--\u001b[31m\u202e"]);
    expect(code).toBe(2);
    expect(stderr).toContain("'--\\x1b[31m\\u202e'");
  });
});

describe.concurrent("help", () => {
  test("names every command and every exit code", async () => {
    const { code, stdout } = await home.run(["--help"]);
    expect(code).toBe(0);
    for (const word of [
      "scan",
      "identities",
      "identity",
      "who",
      "query",
      "explain",
      "quarantine",
      "config",
      "doctor",
      "demo",
      "detect",
      "baseline",
      "contract",
    ])
      expect(stdout).toContain(`\n  ${word}`);
    for (const exit of ["0 ", "1 ", "2 ", "3 ", "4 ", "130"]) expect(stdout).toContain(`\n  ${exit}`);
  });

  test("of a command lists the options of every command too", async () => {
    const { code, stdout } = await home.run(["scan", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--cluster <name>[\s\S]*Global Options:[\s\S]*--store <dir-or-url>/);
  });

  test("--version is the package's", async () => {
    expect((await home.run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("config", () => {
  test("validate tells every problem with file, line and column, and ends with 1", async () => {
    writeFileSync(home.path("bad.yaml"), "store:\n  locaton: x\ningest:\n  workers: 900\n");
    const { code, stdout } = await home.run(["config", "validate", "--config", "bad.yaml"]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      `${home.path("bad.yaml")}:2:3: store.locaton is not a key of the configuration; did you mean location?\n${home.path("bad.yaml")}:4:12: ingest.workers must be 1 to 64\n`,
    );
  });

  test("validate gives the same as data", async () => {
    const { stdout } = await home.run(["config", "validate", "--config", "bad.yaml", "--output", "ndjson"]);
    const [first] = stdout.split("\n").map((line) => JSON.parse(line || "null") as unknown);
    expect(first).toEqual({ line: 2, column: 3, key: "store.locaton", message: "is not a key of the configuration; did you mean location?" });
  });

  test("every other command refuses a wrong configuration with the same words", async () => {
    const { code, stderr } = await home.run(["identities", "--config", "bad.yaml"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`error: ${home.path("bad.yaml")}:2:3: store.locaton is not a key`);
    expect(stderr).not.toContain("    at ");
  });

  test("print shows where each value comes from, and no secret", async () => {
    writeFileSync(home.path("good.yaml"), "store:\n  location: http://clickhouse.example.com:8123/trail\n  password: hunter2-hunter2\n");
    const environment = { MACHINETRAIL_REDACTION_KEY: "fedcba98".repeat(8) };
    const { code, stdout } = await home.run(["config", "print", "--config", "good.yaml", "--output", "json"], { environment });
    expect(code).toBe(0);
    const settings = JSON.parse(stdout) as { key: string; value: unknown; origin: string }[];
    expect(settings.find(({ key }) => key === "store.location")).toEqual({
      key: "store.location",
      value: "http://clickhouse.example.com:8123/trail",
      origin: `${home.path("good.yaml")}:2`,
    });
    expect(settings.find(({ key }) => key === "redaction.key")).toEqual({
      key: "redaction.key",
      value: "********",
      origin: "environment MACHINETRAIL_REDACTION_KEY",
    });
    expect(stdout).not.toMatch(/hunter2|fedcba98/);
  });

  test("the user's own configuration is found where XDG says", async () => {
    writeFileSync(home.path("elsewhere.yaml"), "default_account: '111122223333'\n");
    const { stdout } = await home.run(["config", "print", "--output", "json"], { environment: { MACHINETRAIL_CONFIG: "elsewhere.yaml" } });
    expect(stdout).toContain(`${home.path("elsewhere.yaml")}:1`);
  });

  test("schema is a JSON Schema that refuses unknown keys", async () => {
    const { stdout } = await home.run(["config", "schema"]);
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: expect.stringContaining("json-schema.org") as string,
      type: "object",
      additionalProperties: false,
    });
  });
});
