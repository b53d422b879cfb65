// One suite, files side by side; a test that needs a server starts its own on a free port.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    // Each fork that opens an embedded store holds up to a gigabyte, and the servers that tests start want the other half of a core.
    maxWorkers: 2,
    // Only a hang may meet it: the property test of replay takes a minute of a busy machine.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // The same for what is waited for: a second, as it is by default, says how busy the machine is.
    expect: { poll: { timeout: 60_000 } },
  },
});
