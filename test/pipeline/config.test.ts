// The configuration: what users are told when it is wrong, which source of a value wins, and that no secret is ever shown.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usualSettings } from "../../detect/settings.ts";
import { ConfigError } from "../../model/errors.ts";
import { alertSettings, alertsSchema } from "../../pipeline/alert-config.ts";
import { type Config, type ConfigInputs, type LoadedConfig, loadConfig, readConfig } from "../../pipeline/config.ts";
import { expiredExceptions } from "../../pipeline/detection-config.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inputs(text: string | undefined, more: Partial<ConfigInputs> = {}): ConfigInputs {
  const file = path.join(folder, "config.yaml");
  if (text !== undefined) writeFileSync(file, text);
  return { file: text === undefined ? undefined : file, environment: { HOME: folder }, workingFolder: folder, platform: "linux", ...more };
}

function read(text: string | undefined, more?: Partial<ConfigInputs>): LoadedConfig {
  return readConfig(inputs(text, more));
}

function load(text: string | undefined, more?: Partial<ConfigInputs>): Config {
  return loadConfig(inputs(text, more));
}

function problems(text: string, more?: Partial<ConfigInputs>): string[] {
  return read(text, more).problems.map(({ line, column, key, message }) => `${line}:${column} ${key} ${message}`);
}

describe("without a file", () => {
  test("the store is a folder in the user's data directory", () => {
    expect(load(undefined).store).toEqual({ kind: "embedded", folder: path.join(folder, ".local/share/machinetrail/store") });
    expect(load(undefined, { platform: "darwin" }).store).toEqual({
      kind: "embedded",
      folder: path.join(folder, "Library/Application Support/machinetrail/store"),
    });
    expect(load(undefined, { environment: { HOME: folder, XDG_DATA_HOME: "/data" } }).store).toEqual({
      kind: "embedded",
      folder: "/data/machinetrail/store",
    });
  });

  test("an empty file, and one of comments only, mean the defaults", () => {
    expect(load("")).toEqual(load(undefined));
    expect(load("# nothing yet\n")).toEqual(load(undefined));
  });

  test("a file that was asked for and is not there is an error, not the defaults", () => {
    expect(() => load(undefined, { file: "absent.yaml" })).toThrow(/--config .*absent\.yaml: there is no such file/);
  });
});

describe("a cluster", () => {
  const cluster = "  cluster: { name: trail }\n";

  test("is replicated and told of its schema by one server, unless the file says otherwise", () => {
    const url = "store:\n  location: https://clickhouse-1.example.com:8443/trail\n";
    expect(load(`${url}${cluster}`).store).toMatchObject({ kind: "server", cluster: { name: "trail", isReplicated: true, ddl: "on-cluster" } });
    expect(load(`${url}  cluster: { name: trail, replicated: false, ddl: each-node }\n`).store).toMatchObject({
      cluster: { name: "trail", isReplicated: false, ddl: "each-node" },
    });
  });

  test("has servers, and a name that can stand in SQL", () => {
    expect(problems(`store:\n  location: ./store\n${cluster}`)).toEqual([expect.stringContaining("must be the URL of one of the cluster's servers")]);
    expect(problems('store:\n  location: http://h:8123/t\n  cluster: { name: "a\' b" }\n')).toEqual([expect.stringContaining("store.cluster.name")]);
  });
});

describe("a complete file", () => {
  const text = `
store:
  location: https://clickhouse.example.com:8443/trail
  user: writer
  password: correct-horse-battery
redaction:
  key: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
network:
  ranges:
    - { range: 10.20.0.0/16, kind: private }
    - range: 203.0.113.0/24
      kind: cloud:aws
kubernetes:
  clusters:
    - name: prod
      oidc_issuer: https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE/
default_account: "111122223333"
sources:
  - id: trail
    type: files
    paths: [logs, /var/log/audit]
    default_account: prod
    format: kubernetes-audit
ingest:
  workers: 2
`;

  test("is read in full, with paths counted from the file", () => {
    const config = load(text);
    expect(config).toEqual({
      alerts: alertSettings(alertsSchema.parse({}), {}),
      store: { kind: "server", url: "https://clickhouse.example.com:8443", database: "trail", user: "writer", password: "correct-horse-battery" },
      redactionKey: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      http: expect.objectContaining({ isWanted: false, host: "127.0.0.1", port: 8787, tls: undefined, maxConnections: 200, maxBodyBytes: 2 ** 25 }),
      networkRanges: [
        { range: "10.20.0.0/16", kind: "private" },
        { range: "203.0.113.0/24", kind: "cloud:aws" },
      ],
      clusters: [{ name: "prod", oidcIssuer: "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE" }],
      defaultAccount: "111122223333",
      sources: [
        {
          ...{ id: "trail", type: "files", defaultAccount: "prod", format: "kubernetes-audit", environment: {} },
          settings: { paths: [path.join(folder, "logs"), "/var/log/audit"], poll_seconds: 10 },
        },
      ],
      workers: 2,
      detection: usualSettings,
      dataFolder: path.join(folder, ".local/share/machinetrail"),
    });
  });

  test("shows each value with where it came from, and secrets as a mask", () => {
    const { settings, file } = read(text, {
      store: "elsewhere",
      environment: { HOME: folder, MACHINETRAIL_REDACTION_KEY: "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210" },
    });
    const byKey = Object.fromEntries(settings.map((setting) => [setting.key, setting]));
    expect(byKey["store.location"]).toMatchObject({ value: path.join(folder, "elsewhere"), origin: "--store" });
    expect(byKey["store.password"]).toMatchObject({ value: "********", origin: `${file}:5` });
    expect(byKey["redaction.key"]).toMatchObject({ value: "********", origin: "environment MACHINETRAIL_REDACTION_KEY" });
    expect(byKey.default_account).toMatchObject({ value: "111122223333", origin: `${file}:17` });
    expect(JSON.stringify(settings)).not.toMatch(/correct-horse|fedcba98|0123456789abcdef/);
  });
});

describe("problems", () => {
  test("are told all at once, each with line, column, key and what to do", () => {
    expect(
      problems(`store:
  locaton: /srv/trail
network:
  ranges:
    - range: 10.0.0.0/40
      kind: privat
sources:
  - id: "bad id"
    type: files
    paths: []
    pol_seconds: 5
  - id: stream
    type: carrier-pigeon
  - { id: topic, type: kafka, brokers: ["localhost:9092"], topics: [audit], format: syslog }
ingest:
  workers: many
`),
    ).toEqual([
      "2:3 store.locaton is not a key of the configuration; did you mean location?",
      "5:14 network.ranges[0].range must be a network such as 10.0.0.0/8 or 2001:db8::/32",
      "6:13 network.ranges[0].kind must be private, provider-service, internet or cloud:<name>",
      "8:9 sources[0].id must be 1 to 64 letters, digits, '.', '_' or '-'",
      "10:12 sources[0].paths needs at least one path",
      "11:5 sources[0].pol_seconds is not a key of the configuration; did you mean poll_seconds?",
      expect.stringMatching(/^13:11 sources\[1\]\.type must be one of: .*\bfiles\b/),
      expect.stringMatching(/^14:\d+ sources\[2\]\.format must be one of: aws-cloudtrail, .*kubernetes-audit$/),
      "16:12 ingest.workers must be a number",
    ]);
  });

  test("a missing key is named at its group", () => {
    expect(problems("kubernetes:\n  clusters:\n    - name: prod\n")).toEqual(["3:7 kubernetes.clusters[0].oidc_issuer is missing"]);
  });

  test("a key that is nothing like a known one lists the known ones", () => {
    expect(problems("redaction:\n  zzzzzzzzzz: 1\n")).toEqual([
      "2:3 redaction.zzzzzzzzzz is not a key of the configuration; known keys here are key, key_file",
    ]);
  });

  test.each([
    ["store: [", /bracket before it is not closed/],
    ["store:\n\tlocation: x\n", /use spaces/],
    ["store: {}\nstore: {}\n", /twice/],
    ["a: *nowhere\n", /alias/],
    ["--- \na: 1\n---\nb: 2\n", /several documents/],
    ["just a text\n", /group of keys/],
    ["- a\n- b\n", /group of keys/],
    ["store: /srv/trail\n", /group of keys/],
  ])("broken YAML %j is explained with its place", (text, sentence) => {
    const [first] = problems(text);
    expect(first).toMatch(sentence);
    expect(first).toMatch(/^[1-9]\d*:[1-9]\d* /);
  });

  test("a file that multiplies itself through aliases is refused", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map((name, index) => `${name}: &${name} [${`*${"abcdefghi"[index]},`.repeat(9)}]`)
      .join("\n")}\n`;
    expect(problems(bomb)[0]).toMatch(/aliases/);
  });

  test("__proto__ is an unknown key and changes nothing", () => {
    expect(problems("__proto__:\n  store: {}\n").join()).toMatch(/__proto__ is not a key/);
    expect(({} as { store?: unknown }).store).toBeUndefined();
  });

  test("an option that is wrong is named as it was typed", () => {
    expect(() => load("", { store: "ftp://host/x" })).toThrow(/^--store must be a folder, or a URL that starts with http/);
    expect(() => load("", { store: "http://host:8123/a-b" })).toThrow(/^--store names a database/);
  });

  test("two sources with one id are refused: their cursors would overwrite each other", () => {
    expect(problems("sources:\n  - { id: a, type: files, paths: [x] }\n  - { id: a, type: files, paths: [y] }\n")).toEqual([
      "3:1 sources[1].id is used by two sources; give each its own",
    ]);
  });

  test("never repeat a secret, whatever is wrong with it", () => {
    const secret = "hunter2-hunter2-hunter2";
    const texts = [
      `redaction:\n  key: [${secret}]\n`,
      `redaction:\n  key: short!\nstore:\n  password: {${secret}: ${secret}}\n`,
      `store:\n  password: "${secret}\n`,
      `store:\n  password: ${secret}: ${secret}\n`,
      `store:\n  password: *${secret}\n`,
      `store:\n  password: "${secret}" "${secret}"\n`,
      `store:\n  location: http://user:${secret}@host:99999999/x\n`,
    ];
    for (const text of texts) {
      const found = read(text);
      expect(found.problems.length, text).toBeGreaterThan(0);
      expect(JSON.stringify(found.problems), text).not.toContain(secret);
    }
  });
});

describe("the section detection", () => {
  const text = `detection:
  budget: 3
  detectors:
    odd-hour: shadow
    new-agent: off
  maturity: { from: peer, active_days: 5 }
  key_age_days: 30
  sensitivity:
    - { identities: "arn:aws:iam::*:role/ci-*", factor: 0.5 }
  exceptions:
    - identities: "*:role/backup"
      detector: new-network
      value: internet 203.0.113.*
      until: 2026-12-31
      reason: the new exit, change 4711
`;

  test("is read in full; an exception holds to the end of its last day", () => {
    expect(load(text).detection).toEqual({
      budget: 3,
      modes: { "odd-hour": "shadow", "new-agent": "off" },
      fromMaturity: "peer",
      activeDays: 5,
      keyAgeDays: 30,
      sensitivity: [{ identities: "arn:aws:iam::*:role/ci-*", factor: 0.5 }],
      exceptions: [
        {
          identities: "*:role/backup",
          detector: "new-network",
          value: "internet 203.0.113.*",
          untilMs: Date.UTC(2027, 0, 1),
          reason: "the new exit, change 4711",
        },
      ],
    });
  });

  test("shows each of its settings with where it came from, the usual ones as defaults", () => {
    const origins = (given: string) => {
      const { settings, file } = read(given);
      return settings.flatMap(({ key, origin }) => (key.startsWith("detection.") ? [[key, origin.replace(`${file}:`, "")]] : []));
    };
    expect(origins(text)).toEqual([
      ["detection.budget", "2"],
      ["detection.detectors", "4"],
      ["detection.maturity.from", "6"],
      ["detection.maturity.active_days", "6"],
      ["detection.key_age_days", "7"],
      ["detection.sensitivity", "9"],
      ["detection.exceptions", "11"],
    ]);
    expect(new Set(origins("").map(([, origin]) => origin))).toEqual(new Set(["default"]));
  });

  test("tells what is wrong with it, and what was meant", () => {
    expect(
      problems(`detection:
  budget: 0
  detectors:
    new-netwrok: off
    odd-hour: shaddow
  maturity: { from: adult }
  sensitivity: [{ identities: "*", factor: -1 }]
  exceptions:
    - identities: "*"
      detector: new-agnet
      until: soon
    - { identities: "*", detector: new-agent, until: 2026-12-31, reason: "" }
`),
    ).toEqual([
      "2:11 detection.budget must be above 0",
      "4:5 detection.detectors.new-netwrok is not a key of the configuration; did you mean new-network?",
      "5:15 detection.detectors.odd-hour must be one of: on, shadow, off; did you mean shadow?",
      "6:21 detection.maturity.from must be one of: learning, peer, own",
      "7:44 detection.sensitivity[0].factor must be 0 to 1000",
      "9:7 detection.exceptions[0].reason is missing",
      expect.stringMatching(/^10:17 detection\.exceptions\[0\]\.detector must be one of: .*; did you mean new-agent\?$/),
      "11:14 detection.exceptions[0].until must be a day such as 2027-03-31: an exception ends",
      "12:74 detection.exceptions[1].reason must not be empty: say why, for whoever meets it next",
    ]);
  });

  test("says which exceptions are over", () => {
    const { detection } = load(text);
    expect(expiredExceptions(detection, Date.UTC(2026, 11, 31, 23, 59))).toEqual([]);
    expect(expiredExceptions(detection, Date.UTC(2027, 0, 1, 0, 1))).toEqual([
      "detection.exceptions[0] ended on 2026-12-31 and is ignored: new-network of *:role/backup (the new exit, change 4711)",
    ]);
  });
});

describe("secrets", () => {
  test("come from the variable, else from the file that the variable names, else from the configuration", () => {
    writeFileSync(path.join(folder, "password"), "from-file\n");
    const text = "store:\n  location: http://host:8123/trail\n  password: from-config\n";
    const password = (environment: Record<string, string>): string => {
      const { store } = load(text, { environment: { HOME: folder, ...environment } });
      return store.kind === "server" ? store.password : "";
    };
    expect(password({})).toBe("from-config");
    expect(password({ MACHINETRAIL_STORE_PASSWORD: "from-variable" })).toBe("from-variable");
    expect(password({ MACHINETRAIL_STORE_PASSWORD_FILE: "password" })).toBe("from-file");
  });

  test("set twice are refused, so that nobody wonders which one counts", () => {
    const environment = { HOME: folder, MACHINETRAIL_REDACTION_KEY: "a".repeat(64), MACHINETRAIL_REDACTION_KEY_FILE: "password" };
    expect(() => load("", { environment })).toThrow("MACHINETRAIL_REDACTION_KEY_FILE and MACHINETRAIL_REDACTION_KEY are both set; unset one");
  });

  test("a secret's file that is not there is named", () => {
    expect(problems("redaction:\n  key_file: absent\n").join()).toMatch(/redaction\.key_file .*absent: there is no such file/);
  });

  test("a redaction key of another form is refused wherever it comes from", () => {
    const environment = { HOME: folder, MACHINETRAIL_REDACTION_KEY: "short" };
    expect(() => load("", { environment })).toThrow(ConfigError);
  });

  test("a user and password in the URL are taken, and never shown", () => {
    const { config, settings } = read("store:\n  location: http://writer:pass%2Fword@host:8123/trail\n");
    expect(config?.store).toMatchObject({ user: "writer", password: "pass/word", url: "http://host:8123" });
    expect(JSON.stringify(settings)).not.toContain("word@");
  });
});
