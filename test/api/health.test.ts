// Probes and Prometheus as they meet the real server: what lives is alive, what is not ready is said with 503 and why.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { liveStatus, sourceStatus } from "../pipeline/live-status.ts";
import { type RunningApi, runApi } from "./run-api.ts";

const folders: string[] = [];
const running: RunningApi[] = [];
afterEach(async () => {
  for (const api of running.splice(0)) await api.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function api(...sources: Parameters<typeof sourceStatus>[0][]): Promise<RunningApi> {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-health-"));
  folders.push(folder);
  const started = await runApi(folder, {}, { status: liveStatus({ sources: sources.map(sourceStatus) }) });
  running.push(started);
  return started;
}

test("a process with a source that fails is alive and not ready, and says which part is not; each part can be asked for alone", async () => {
  const { url } = await api({ id: "a" }, { id: "b", state: "failing", detail: "no connection" });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const readiness = await fetch(`${url}/readyz`);
  expect(readiness.status).toBe(503);
  expect(await readiness.json()).toEqual({
    ready: false,
    parts: [
      { part: "store", ready: true, state: "ready" },
      { part: "source:a", ready: true, state: "ready" },
      { part: "source:b", ready: false, state: "failing", detail: "no connection" },
      { part: "detection", ready: true, state: "watching" },
    ],
  });
  expect((await fetch(`${url}/readyz?part=store&part=source:a`)).status).toBe(200);
  expect((await fetch(`${url}/readyz?part=source:b`)).status).toBe(503);
  expect((await fetch(`${url}/readyz?part=source:c`)).status).toBe(404);
});

test("Prometheus gets its text format, of the process and of each source", async () => {
  const { url } = await api({ id: "a" });
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  expect(text).toContain('machinetrail_source_state{source="a",type="files",state="ready"} 1');
  expect(text).toContain("nodejs_eventloop_lag_seconds");
});
