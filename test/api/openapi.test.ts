// The OpenAPI document is made of the routes' own schemas: here it is held against the routes that the server really has.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { routes } from "../../api/routes/registry.ts";
import { type RunningApi, runApi } from "./run-api.ts";

let folder = "";
let api: RunningApi;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-openapi-"));
  api = await runApi(folder, {});
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()).min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.object({ name: z.string(), in: z.enum(["path", "query", "header"]) })).optional(),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.object({}) })) }).optional(),
  responses: z.record(z.string().regex(/^[1-5]\d\d$/), z.object({ description: z.string().min(1) })),
});
const document = z.object({
  openapi: z.string().startsWith("3.1"),
  info: z.object({ title: z.string(), version: z.string() }),
  components: z.object({ securitySchemes: z.record(z.string(), z.object({ type: z.string() })) }),
  paths: z.record(z.string().startsWith("/"), z.partialRecord(z.enum(["get", "post", "options"]), operation)),
});

test("every route is in the document with what it takes, what it answers and who may call it, and each of them answers", async () => {
  const { paths, components } = document.parse(await (await fetch(`${api.url}/openapi.json`)).json());
  const operations = Object.entries(paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ at, method, described })),
  );
  expect(operations).toHaveLength(routes.length);
  expect(new Set(operations.map(({ described }) => described?.operationId)).size).toBe(operations.length);
  for (const { at, method, described } of operations) {
    for (const scheme of described?.security.flatMap((way) => Object.keys(way)) ?? [])
      expect(Object.keys(components.securitySchemes)).toContain(scheme);
    for (const [, name] of at.matchAll(/\{(\w+)\}/g)) expect(described?.parameters?.map((parameter) => parameter.name)).toContain(name);
    const response = await fetch(`${api.url}${at.replace("{source}", "nobody")}`, { method: method.toUpperCase() });
    expect([at, response.status]).toEqual([at, (described?.security.length ?? 0) > 0 ? 401 : 200]);
    expect(Object.keys(described?.responses ?? {})).toContain(method === "options" ? "200" : String(response.status));
  }
});
