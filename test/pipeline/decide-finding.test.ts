// Decisions about findings, wherever they come from: what is half is refused, what is whole is in the store with who and when, and what it taught is said.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decideFinding, decisionRequestSchema } from "../../pipeline/decide-finding.ts";
import { writeFindings } from "../../pipeline/finding-writer.ts";
import { findingDecisions } from "../../queries/finding-decisions.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import type { Store } from "../../storage/store.ts";
import { findingOf } from "../queries/stored-findings.ts";

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-decide-"));
  store = await openEmbeddedStore(path.join(folder, "store"));
  await store.migrate();
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const findingUid = "a000000000000001";

test("a benign decision is kept with who, when and why, and says what counts as usual from now on", async () => {
  await writeFindings(store, [findingOf({ finding_uid: findingUid, identity_uid: "i" })]);
  const { decision, taught } = await decideFinding(store, { findingUid, state: "benign", reason: " planned ", mutedUntilMs: 0, by: "ana" }, 5_000);
  expect(taught).toEqual(["new network: internet 198.51.100.0/24"]);
  expect(decision).toEqual({ finding_uid: findingUid, decided_ms: 5_000, state: "benign", muted_until_ms: 0, reason: "planned", decided_by: "ana" });
  expect(await store.query(findingDecisions, { finding_uid: findingUid })).toEqual([decision]);
  const mute = { findingUid, state: "muted", reason: "later", by: "ana" } as const;
  expect((await decideFinding(store, { ...mute, mutedUntilMs: 7_000 }, 6_000)).taught).toEqual([]);
  await expect(decideFinding(store, { ...mute, mutedUntilMs: 7_000 }, 7_000)).rejects.toThrow("the end of the mute is over");
  await expect(decideFinding(store, { ...mute, findingUid: "b000000000000001", mutedUntilMs: 9_000 }, 7_000)).rejects.toThrow(
    "there is none of this id",
  );
});

test.each([
  [{ state: "benign" }, "reason: is missing"],
  [{ state: "benign", reason: "  " }, "reason: is missing"],
  [{ state: "muted", reason: "x" }, "muted_until: is the end of a mute"],
  [{ state: "open", muted_until: "2027-03-31T12:00:00Z" }, "muted_until: is the end of a mute"],
  [{ state: "muted", reason: "x", muted_until: "soon" }, "muted_until: must be a time"],
  [{ state: "gone" }, "state:"],
  [{ state: "open", by: "somebody else" }, "Unrecognized"],
  [{ state: "confirmed", reason: "x".repeat(2_001) }, "reason: must have 2000"],
])("a request that is half or says too much is refused: %j", (request, message) => {
  const { error } = decisionRequestSchema.safeParse(request);
  const told = error?.issues.map((issue) => (issue.code === "unrecognized_keys" ? issue.message : `${issue.path.join(".")}: ${issue.message}`)) ?? [];
  expect(told.join("\n")).toContain(message);
});

test("a whole request is taken", () => {
  expect(decisionRequestSchema.parse({ state: "muted", reason: " a move ", muted_until: "2027-03-31T12:00:00Z" })).toMatchObject({
    reason: "a move",
  });
  expect(decisionRequestSchema.parse({ state: "acknowledged" })).toEqual({ state: "acknowledged", reason: "" });
});
