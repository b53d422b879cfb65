// Checkpoints in a store, on both engines: the last whole one is read, whatever a crash, another version or going back left beside it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { detectors } from "../../detect/detectors/registry.ts";
import { windowsOf } from "../../detect/evidence.ts";
import { Watch } from "../../detect/watch.ts";
import type { WatchedIdentity, WatchState } from "../../detect/watch-state.ts";
import { watchParts } from "../../detect/watched-days.ts";
import { type Checkpoint, CheckpointStore } from "../../pipeline/checkpoint.ts";
import { modelDigest, versionOf } from "../../pipeline/model-version.ts";
import type { Store } from "../../storage/store.ts";
import { smallEstate } from "../detect/small-estate.ts";
import { describeStores } from "../storage/store-profiles.ts";

const options = { detectors, budget: 1 };
/** Rows of long ago run out, by the store's clock. */
const nowMs = Date.UTC(2100, 0, 1);
const always = Number.POSITIVE_INFINITY;

/** A state with the identities that are named, each as it is at that moment. */
function stateOf(judgedMs: number, identities: Readonly<Record<string, string>>): Checkpoint {
  const { estate } = new Watch(options).state;
  const watched = Object.entries(identities).map(([uid, at]) => [uid, { at } as unknown as WatchedIdentity] as const);
  return { judgedMs, hours: [[judgedMs, 7]], state: { estate, identities: watched } };
}

const shown = (checkpoint: Checkpoint | undefined) =>
  checkpoint && { judgedMs: checkpoint.judgedMs, hours: checkpoint.hours, identities: Object.fromEntries(checkpoint.state.identities) };
const expected = (judgedMs: number, identities: Readonly<Record<string, string>>) => ({
  judgedMs,
  hours: [[judgedMs, 7]],
  identities: Object.fromEntries(Object.entries(identities).map(([uid, at]) => [uid, { at }])),
});

describeStores("checkpoints", (profile) => {
  let store: Store;
  let location = "";
  beforeAll(async () => {
    store = await profile.fresh();
    location = store.location;
  });
  afterAll(() => store.close());

  test("what was written last is read, with identities that did not change and without those that were forgotten", async () => {
    const checkpoints = new CheckpointStore(store, "turns");
    expect(await checkpoints.read(always)).toBeUndefined();
    await checkpoints.write(stateOf(1, { changing: "1", still: "1", leaving: "1" }), nowMs);
    await checkpoints.write(stateOf(2, { changing: "2", still: "1", coming: "2" }), nowMs + 1);
    for (const each of [checkpoints, new CheckpointStore(store, "turns")])
      expect(shown(await each.read(always))).toEqual(expected(2, { changing: "2", still: "1", coming: "2" }));
    expect(await new CheckpointStore(store, "another").read(always)).toBeUndefined();
  });

  test("the one before is read where that is asked for, and what follows it does not mix with the one that was given up", async () => {
    const checkpoints = new CheckpointStore(store, "back");
    await checkpoints.write(stateOf(1, { one: "1", two: "1" }), nowMs);
    await checkpoints.write(stateOf(2, { one: "2", two: "2", given: "2" }), nowMs + 1);
    expect(shown(await checkpoints.read(1))).toEqual(expected(1, { one: "1", two: "1" }));
    await checkpoints.write(stateOf(3, { one: "1", two: "3" }), nowMs + 2);
    await store.compact();
    expect(shown(await new CheckpointStore(store, "back").read(always))).toEqual(expected(3, { one: "1", two: "3" }));
  });

  test("a crash before the head is written leaves the checkpoint before, and what it wrote counts for nothing later", async () => {
    const dying: Store = Object.create(store, {
      insertRows: {
        value: (table: "detection_checkpoints", rows: readonly { bucket: number }[]) =>
          rows.some(({ bucket }) => bucket === 0) ? Promise.reject(new Error("killed")) : store.insertRows(table, rows),
      },
      query: { value: store.query.bind(store) },
    });
    await new CheckpointStore(store, "crash").write(stateOf(1, { one: "1", two: "1" }), nowMs);
    const crashed = new CheckpointStore(dying, "crash");
    await crashed.read(always);
    await expect(crashed.write(stateOf(2, { one: "2", two: "2", three: "2" }), nowMs + 1)).rejects.toThrow("killed");
    const next = new CheckpointStore(store, "crash");
    expect(shown(await next.read(always))).toEqual(expected(1, { one: "1", two: "1" }));
    await next.write(stateOf(3, { one: "3", two: "1" }), nowMs + 2);
    await store.compact();
    expect(shown(await new CheckpointStore(store, "crash").read(always))).toEqual(expected(3, { one: "3", two: "1" }));
  });

  test("what is missing is noticed: a checkpoint that is not whole is none", async () => {
    const checkpoints = new CheckpointStore(store, "broken");
    await checkpoints.write(stateOf(1, { one: "1", two: "1" }), nowMs);
    await profile.command(location, "ALTER TABLE detection_checkpoints DELETE WHERE version = 'broken' AND key = 'two' SETTINGS mutations_sync = 1");
    expect(await new CheckpointStore(store, "broken").read(always)).toBeUndefined();
  });

  test("a watch that went through the store goes on as one that did not", async () => {
    const windows = windowsOf(smallEstate(7001));
    const half = windows.slice(0, Math.floor(windows.length / 2));
    const rest = windows.slice(half.length);
    const watch = new Watch(options);
    watchParts(watch, half, 0);
    const checkpoints = new CheckpointStore(store, versionOf(options, 60_000));
    await checkpoints.write({ judgedMs: 1, hours: [], state: watch.state }, nowMs);
    const read = await new CheckpointStore(store, versionOf(options, 60_000)).read(always);
    const restored = Watch.restore(options, read?.state as WatchState);
    const told = (each: Watch) => watchParts(each, rest, always).map(({ raised, place }) => [place, raised.asOfMs, raised.bits]);
    const found = told(watch);
    expect(found.length).toBeGreaterThan(0);
    expect(told(restored)).toEqual(found);
  });
});

test("the model is the text of what detects: another text is another one, cases and what is beside it are not", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "model-"));
  const digestWith = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return modelDigest(folder);
  };
  const before = digestWith("watch.ts", "1");
  expect([digestWith("odd-hour.cases.ts", "case"), digestWith("notes.md", "note")]).toEqual([before, before]);
  expect(digestWith("watch.ts", "2")).not.toBe(before);
  rmSync(folder, { recursive: true });
});

test("another budget, another grid, other detectors: another version", () => {
  const versions = [
    versionOf(options, 60_000),
    versionOf({ ...options, budget: 2 }, 60_000),
    versionOf(options, 300_000),
    versionOf({ ...options, detectors: detectors.slice(1) }, 60_000),
  ];
  expect(new Set(versions).size).toBe(4);
  expect(versionOf({ ...options, nowMs: () => 0 }, 60_000)).toBe(versions[0]);
});
