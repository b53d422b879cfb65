// Another configuration of what is pushed, while pushes come: tokens change from the next push on, and what was accepted stays accepted.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { PushIntake } from "../../pipeline/push-intake.ts";

const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-intake-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configured = (sources: Readonly<Record<string, string>>) => ({
  dataFolder: folder,
  sources: Object.entries(sources).map(([id, sha256]) => ({
    id,
    type: "http-push",
    settings: { tokens: [{ name: "one", sha256 }] },
    environment: {},
  })),
});

test("tokens are those of the new configuration, a spool that is open goes on, and a source that is gone takes no more", async () => {
  const intake = new PushIntake(configured({ kept: "aa".repeat(32), gone: "bb".repeat(32) }));
  const kept = intake.source("kept");
  const gone = intake.source("gone");
  if (kept === undefined || gone === undefined) throw new Error("both are configured");
  await intake.accept(kept, "ndjson", [Buffer.from("{}")]);
  await intake.reconfigure(configured({ kept: "cc".repeat(32), more: "dd".repeat(32) }));
  expect(intake.sources.map(({ id, tokens }) => [id, tokens.map(({ digest }) => digest.toString("hex"))])).toEqual([
    ["kept", ["cc".repeat(32)]],
    ["more", ["dd".repeat(32)]],
  ]);
  // One that was signed in before is written where it belongs.
  await intake.accept(kept, "ndjson", [Buffer.from("{}")]);
  await expect(intake.accept(gone, "ndjson", [Buffer.from("{}")])).rejects.toThrow("takes no pushes");
  await intake.close();
});
