// The log: silent unless asked, and no secret under its own name.
import { expect, test } from "vitest";
import { createLog } from "../../runtime/log.ts";

function logged(level: "debug" | "warn", write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ level, destination: { write: (line) => lines.push(line) } }));
  return lines.join("");
}

test("normal operation emits nothing", () => {
  expect(logged("warn", (log) => log.info({ store: "x" }, "store opened"))).toBe("");
});

test("a line is JSON with a time in UTC", () => {
  expect(JSON.parse(logged("debug", (log) => log.debug({ store: "x" }, "store opened")))).toMatchObject({
    store: "x",
    msg: "store opened",
    time: expect.stringMatching(/Z$/) as string,
  });
});

test("values under the names of secrets are blanked, two levels down too", () => {
  const line = logged("debug", (log) => log.debug({ password: "hunter2", store: { password: "hunter2", options: { token: "hunter2" } } }, "x"));
  expect(line).not.toContain("hunter2");
});
