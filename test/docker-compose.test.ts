// docker-compose.yml cannot be run without Docker: its shape and its words are checked, so that it keeps to what the program takes.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { loadConfig } from "../pipeline/config.ts";
import { runApi } from "./api/run-api.ts";
import { liveStatus, sourceStatus } from "./pipeline/live-status.ts";

const root = path.resolve(import.meta.dirname, "..");

const serviceSchema = z.strictObject({
  image: z.string().regex(/^[\w./-]+:[\w.-]+$/),
  build: z.literal(".").optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string().startsWith("127.0.0.1:")).optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number(), start_period: z.string().optional() })
    .optional(),
  ulimits: z.record(z.string(), z.strictObject({ soft: z.number(), hard: z.number() })).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(["service_healthy", "service_completed_successfully"]) })).optional(),
  command: z.array(z.string()).optional(),
  read_only: z.literal(true).optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  restart: z.enum(["unless-stopped", "on-failure"]).optional(),
});

const compose = z
  .strictObject({ name: z.string(), services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.null()) })
  .parse(parse(readFileSync(path.join(root, "docker-compose.yml"), "utf8")));

test("every named volume and every service waited for is declared, and who is waited for has a health check, or an end", () => {
  for (const { volumes, depends_on } of Object.values(compose.services)) {
    for (const volume of volumes) if (!/^[./]/.test(volume)) expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0]);
    for (const [name, { condition }] of Object.entries(depends_on ?? {})) {
      expect(compose.services[name]).toBeDefined();
      if (condition === "service_healthy") expect(compose.services[name]?.healthcheck).toBeDefined();
    }
  }
  for (const [name, { healthcheck, restart }] of Object.entries(compose.services))
    expect([name, healthcheck !== undefined || restart === "on-failure"]).toEqual([name, true]);
});

test("the app's command is one that the command line takes, its environment is one that the configuration reads, and what it mounts is there", () => {
  const app = compose.services.machinetrail;
  const help = execFileSync(process.execPath, [path.join(root, "cli/main.ts"), "--help"], { encoding: "utf8" });
  for (const word of app?.command ?? []) expect(help).toContain(word);
  const configuration = readFileSync(path.join(root, "pipeline/config.ts"), "utf8");
  for (const name of Object.keys(app?.environment ?? {})) expect(configuration).toContain(name);
  expect(app?.volumes).toContain("./deploy/compose/config.yaml:/etc/machinetrail/config.yaml:ro");
});

test("what it serves is a valid configuration, of a topic that is made before, at the broker's own address", () => {
  const file = path.join(root, "deploy/compose/config.yaml");
  const config = loadConfig({
    file,
    environment: { HOME: "/nowhere", MACHINETRAIL_STORE: "http://clickhouse:8123/machinetrail" },
    workingFolder: root,
    platform: "linux",
  });
  const [source] = config.sources;
  expect(source).toMatchObject({ type: "kafka", settings: { brokers: ["kafka:9092"], topics: ["audit"] } });
  expect(compose.services.topic?.command).toContain("audit");
  expect(compose.services.kafka?.environment?.KAFKA_ADVERTISED_LISTENERS).toBe("PLAINTEXT://kafka:9092");
  expect([config.http.host, config.http.port]).toEqual(["0.0.0.0", 8787]);
});

test("the app writes to its volume and to memory only, has no rights, and is given longer to end than it takes", () => {
  const app = compose.services.machinetrail;
  expect(app).toMatchObject({ read_only: true, cap_drop: ["ALL"], tmpfs: ["/tmp"], stop_grace_period: "30s" });
  expect(app?.volumes.some((volume) => volume.endsWith(":/data"))).toBe(true);
});

test("the server is the version that the tests run", () => {
  const engine = (JSON.parse(readFileSync(path.join(root, "node_modules/chdb/package.json"), "utf8")) as { version: string }).version;
  expect(engine).toMatch(/^3\.4\./);
  expect(compose.services.clickhouse?.image).toBe("clickhouse/clickhouse-server:26.7");
});

test("the health checks of the image and of the app do what they are for: the image's says that it answers, the app's that it is ready", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-compose-"));
  const ofImage = /^HEALTHCHECK[^[]*(\[.*\])$/m.exec(readFileSync(path.join(root, "Dockerfile"), "utf8").replaceAll("\\\n", ""))?.[1] ?? "[]";
  const [form, ...ofApp] = compose.services.machinetrail?.healthcheck?.test ?? [];
  expect(form).toBe("CMD");
  const commands = [z.array(z.string()).parse(JSON.parse(ofImage)), ofApp];
  const codes = async (url: string) => {
    const runs = commands.map(async ([program, ...args]) => {
      expect(program).toBe("node");
      const here = args.map((word) => word.replace("http://127.0.0.1:8787", url));
      expect(here).not.toEqual(args);
      const [code]: unknown[] = await once(spawn(process.execPath, here), "exit");
      return code;
    });
    return Promise.all(runs);
  };
  const source = sourceStatus({ state: "failing", detail: "the broker does not answer" });
  const ready = await runApi(path.join(folder, "ready"), {});
  const failing = await runApi(path.join(folder, "failing"), {}, { status: liveStatus({ sources: [source] }) });
  expect(await codes(ready.url)).toEqual([0, 0]);
  expect(await codes(failing.url)).toEqual([0, 1]);
  for (const api of [ready, failing]) await api.close();
  expect(await codes(ready.url)).toEqual([1, 1]);
  rmSync(folder, { recursive: true, force: true });
});
