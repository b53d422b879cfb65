// The section `alerts`: what is told of one that is wrong, with its line and what to do, before anything is sent.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unreachableHosts } from "../../pipeline/alert-sinks.ts";
import { readConfig } from "../../pipeline/config.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-alert-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(alerts: string) {
  const file = path.join(folder, "config.yaml");
  writeFileSync(file, `alerts:\n${alerts}`);
  return readConfig({ file, environment: { HOME: folder, HOOK_SECRET: "hidden-secret" }, workingFolder: folder, platform: "linux" });
}

const hook = (url = "https://127.0.0.1/in", secret = "{ env: HOOK_SECRET }") =>
  `  sinks:\n    - { id: hook, type: webhook, url: "${url}", secrets: [${secret}] }\n`;
const allowed = "  allow_hosts: [127.0.0.1]\n";

test.each([
  [
    "an address that is not public",
    hook(),
    "3 alerts.sinks[0].url is refused: 127.0.0.1: 127.0.0.1 is not a public address; add 127.0.0.1 to alerts.allow_hosts",
  ],
  ["one written another way", hook("http://0x7f.1:8088/"), "3 alerts.sinks[0].url is refused: 127.0.0.1: 127.0.0.1 is not a public address"],
  [
    "a metadata address",
    `${hook("http://169.254.169.254/latest")}  allow_hosts: [10.0.0.0/8]\n`,
    "3 alerts.sinks[0].url is refused: 169.254.169.254: 169.254.169.254 is a link-local or metadata",
  ],
  [
    "a user in a URL",
    hook("https://user:hidden@example.org/"),
    "3 alerts.sinks[0].url must be a URL such as https://siem.example.org/hook, without user and password",
  ],
  [
    "a variable that is not set",
    hook(undefined, "{ env: NO_SECRET }") + allowed,
    "3 alerts.sinks[0].secrets[0].env names the variable NO_SECRET, which is not set; set it",
  ],
  ["a file that is not there", hook(undefined, "{ file: absent }") + allowed, "3 alerts.sinks[0].secrets[0].file"],
  ["a secret in the file", hook(undefined, "whsec_hidden") + allowed, "3 alerts.sinks[0].secrets[0] must name a file or a variable"],
  [
    "a sink named twice",
    `${hook()}    - { id: hook, type: file, path: x }\n${allowed}`,
    "4 alerts.sinks[1].id is used by two sinks; give each its own",
  ],
  ["a kind that is none", hook().replace("webhook", "webhok") + allowed, "3 alerts.sinks[0].type must be one of: webhook, slack"],
  [
    "a route to nowhere",
    `${hook()}${allowed}  routes: [{ sinks: [hok] }]\n`,
    "5 alerts.routes[0].sinks[0] names no sink of alerts.sinks; did you mean hook?",
  ],
  [
    "an environment that is none",
    `${hook()}${allowed}  routes: [{ sinks: [hook], environments: [prod] }]\n`,
    "5 alerts.routes[0].environments[0] names no environment of alerts.environments; there are none",
  ],
  [
    "a time zone that is none",
    `${hook().replace(" }\n", ', digest: { at: "08:00", time_zone: Mars } }\n')}${allowed}`,
    "3 alerts.sinks[0].digest.time_zone must be a time zone such as Europe/Berlin",
  ],
])("%s is an error with its line and what to do, and shows no secret", (_, alerts, expected) => {
  const { problems, settings } = read(alerts);
  const told = problems.map(({ line, key, message }) => `${line} ${key} ${message}`);
  expect(told).toEqual([expect.stringContaining(expected)]);
  expect(JSON.stringify([told, settings])).not.toContain("hidden");
});

test("a whole section is read, with files by their absolute path, and no secret in what is printed", () => {
  const { config, problems, settings } =
    read(`${hook().replace(" }\n", ', quiet_hours: { from: "22:00", to: "07:30" } }\n')}    - { id: log, type: file, path: out/alerts.ndjson }
${allowed}  routes: [{ sinks: [log] }, { sinks: [hook], severity: high, environments: [production], providers: [aws] }]
  environments: [{ name: production, identities: ["arn:aws:iam::111122223333:*"] }]
  console_url: https://machinetrail.example.org/
  tell: hook
`);
  expect(problems).toEqual([]);
  expect(config?.alerts).toMatchObject({
    sinks: [
      {
        id: "hook",
        isForPeople: false,
        quietHours: { fromMinute: 1320, toMinute: 450, timeZone: "UTC", above: "critical" },
        floodLimit: Number.POSITIVE_INFINITY,
      },
      { id: "log", settings: { path: path.join(folder, "out/alerts.ndjson") } },
    ],
    ...{ tell: "hook", consoleUrl: "https://machinetrail.example.org", allowHosts: ["127.0.0.1"], oldestMs: 72 * 3_600_000 },
  });
  expect(JSON.stringify(settings)).not.toContain("hidden");
});

test("a host that has no address, or none that is allowed, is told at start by the name of its sink, and is no error", async () => {
  const { config } =
    read(`${hook("https://localhost:9/in")}    - { id: mail, type: email, host: nowhere.invalid, from: a@example.org, to: [b@example.org] }
    - { id: bus, type: kafka, brokers: ["127.0.0.1:9092"], topic: findings }
${allowed}`);
  if (config === undefined) throw new Error("the configuration is refused");
  expect(await unreachableHosts({ ...config.alerts, allowHosts: [] })).toEqual([
    expect.stringMatching(
      /^the alert sink hook would not be reached: localhost: (?:::1|127\.0\.0\.1) is not a public address; add localhost to alerts\.allow_hosts/,
    ),
    "the alert sink mail would not be reached: nowhere.invalid: no address is known for this name",
    expect.stringMatching(/^the alert sink bus would not be reached: 127\.0\.0\.1: 127\.0\.0\.1 is not a public address/),
  ]);
  expect(await unreachableHosts({ ...config.alerts, allowHosts: ["localhost", "127.0.0.1"] })).toHaveLength(1);
});
