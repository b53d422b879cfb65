// What the engine's allocator is told: that an operator's own word stands, and that it hears what it is told before the engine is loaded.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { boundEngineMemory } from "../../cli/engine-allocator.ts";
import { cliProcess, projectFolder } from "./run-cli.ts";

test("it has an arena for four processors, unless the operator says otherwise", () => {
  const [silent, told]: Record<string, string>[] = [{}, { JE_MALLOC_CONF: "narenas:9" }];
  for (const environment of [silent, told]) boundEngineMemory(environment ?? {});
  expect(silent?.JE_MALLOC_CONF).toContain(`narenas:${Math.ceil(availableParallelism() / 4)},`);
  expect(told).toEqual({ JE_MALLOC_CONF: "narenas:9" });
});

test("the engine hears what the environment is told within its own process, before it is loaded", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-allocator-"));
  // It prints nothing of itself. Told to keep nothing that was given back, it takes page after page anew.
  const pageFaults = (told: string): number => {
    const script = `
      ${told}
      const { EmbeddedSession } = await import("./storage/engines/embedded-session.ts");
      const session = await EmbeddedSession.open(${JSON.stringify(folder)});
      const before = process.resourceUsage().minorPageFault;
      for (let times = 0; times < 10; times++) await session.run("SELECT length(groupArray(toString(number))) FROM numbers(400000) SETTINGS max_threads = 1");
      console.log(process.resourceUsage().minorPageFault - before);
      await session.close();`;
    const { JE_MALLOC_CONF: _, ...env } = process.env;
    const { stdout, stderr } = spawnSync(cliProcess([]).command, ["--input-type=module", "-e", script], {
      cwd: projectFolder,
      env,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return Number(stdout);
  };
  expect(pageFaults('process.env.JE_MALLOC_CONF = "dirty_decay_ms:0";')).toBeGreaterThan(3 * pageFaults(""));
  rmSync(folder, { recursive: true, force: true });
});
