// docker-compose.yml cannot be run without Docker: its shape and its words are checked, so that it keeps to what the program takes.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const root = path.resolve(import.meta.dirname, "..");

const serviceSchema = z.strictObject({
  image: z.string().regex(/^[\w./-]+:[\w.-]+$/),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() }).optional(),
  ulimits: z.record(z.string(), z.strictObject({ soft: z.number(), hard: z.number() })).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })).optional(),
  working_dir: z.string().optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
});

const compose = z
  .strictObject({ name: z.string(), services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.null()) })
  .parse(parse(readFileSync(path.join(root, "docker-compose.yml"), "utf8")));

test("every named volume and every service waited for is declared, and who is waited for has a health check", () => {
  for (const { volumes, depends_on } of Object.values(compose.services)) {
    for (const volume of volumes) if (!/^[./]/.test(volume)) expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0]);
    for (const name of Object.keys(depends_on ?? {})) expect(compose.services[name]?.healthcheck).toBeDefined();
  }
});

test("the app's command and options are ones that the command line takes, and its environment ones that the configuration reads", () => {
  const app = compose.services.machinetrail;
  const [program, ...options] = app?.entrypoint ?? [];
  expect(program).toBe("node");
  const help = execFileSync(process.execPath, [path.join(root, options[0] ?? ""), "--help"], { encoding: "utf8" });
  for (const word of [...options.slice(1).filter((option) => option.startsWith("--")), ...(app?.command ?? [])]) expect(help).toContain(word);
  const configuration = readFileSync(path.join(root, "pipeline/config.ts"), "utf8");
  for (const name of Object.keys(app?.environment ?? {})) expect(configuration).toContain(name);
});

test("the server is the version that the tests run", () => {
  const engine = (JSON.parse(readFileSync(path.join(root, "node_modules/chdb/package.json"), "utf8")) as { version: string }).version;
  expect(engine).toMatch(/^3\.4\./);
  expect(compose.services.clickhouse?.image).toBe("clickhouse/clickhouse-server:26.7");
});
