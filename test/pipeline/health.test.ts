// Readiness tells the truth of each part, and asking for it puts no load on a store that is in trouble.
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { TransientError } from "../../model/errors.ts";
import { type PartHealth, readinessOf, StoreProbe } from "../../pipeline/health.ts";
import type { LiveStatus } from "../../pipeline/live.ts";
import { liveStatus, sourceStatus } from "./live-status.ts";

const storeReady = { part: "store", isReady: true, state: "ready", detail: "" };
const nowMs = Date.parse("2026-11-01T12:00:00Z");

test("it is ready when the store answers, each source is ready and detection does not fail; whichever is not is named with why", () => {
  const sources = [sourceStatus({ id: "a" }), sourceStatus({ id: "b", state: "failing", detail: "the topic is gone" })];
  const notReady = (status: LiveStatus, store: PartHealth = storeReady) => readinessOf(status, store, nowMs).filter(({ isReady }) => !isReady);
  expect(notReady(liveStatus({ sources: [sourceStatus({ id: "a" })] }))).toEqual([]);
  expect(notReady(liveStatus({ sources }))).toEqual([{ part: "source:b", isReady: false, state: "failing", detail: "the topic is gone" }]);
  for (const state of ["connecting", "failing", "stopped"] as const)
    expect(notReady(liveStatus({ sources: [sourceStatus({ state })] })), state).toHaveLength(1);
  expect(notReady(liveStatus({}), { ...storeReady, isReady: false, state: "failing" })).toHaveLength(1);
});

test("detection that fails, or that has not ticked for ten minutes, is not ready; one that catches up is", () => {
  const ready = (detection: Parameters<typeof liveStatus>[0]["detection"]) =>
    readinessOf(liveStatus({ detection }), storeReady, nowMs).every(({ isReady }) => isReady);
  expect(ready({ state: "starting" })).toBe(true);
  expect(ready({ state: "standby" })).toBe(true);
  expect(ready({ state: "watching", lastTickMs: nowMs - 60_000 })).toBe(true);
  expect(ready({ state: "watching", lastTickMs: nowMs - 11 * 60_000 })).toBe(false);
  expect(ready({ state: "failing" })).toBe(false);
});

test("a store that does not answer in time is not ready, is asked one question at a time, and is ready again when it answers", async () => {
  let asked = 0;
  let answer = Promise.withResolvers<never[]>();
  const store = {
    query: () => {
      asked++;
      return answer.promise;
    },
  };
  const probe = new StoreProbe(store, { timeoutMs: 20, keptMs: 0 });
  const both = await Promise.all([probe.check(), probe.check()]);
  expect(both.map(({ isReady }) => isReady)).toEqual([false, false]);
  expect(await probe.check()).toMatchObject({ isReady: false, detail: "no answer within 0.02 s" });
  expect(asked).toBe(1);
  answer.resolve([]);
  await wait(0);
  answer = Promise.withResolvers<never[]>();
  answer.resolve([]);
  expect(await probe.check()).toMatchObject({ part: "store", isReady: true });
  answer = Promise.withResolvers<never[]>();
  answer.reject(new TransientError("the connection failed"));
  expect(await probe.check()).toMatchObject({ isReady: false, detail: "the connection failed" });
});
