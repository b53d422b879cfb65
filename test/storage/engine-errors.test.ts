// What an operator is told when the disk is the trouble: what, where, and that the same command goes on once there is room.
import { describe, expect, test } from "vitest";
import { ConfigError, PermanentError, TransientError } from "../../model/errors.ts";
import { engineError, fileError } from "../../storage/engine-errors.ts";

const resumes = "run the same command again: it resumes where it stopped";

describe("no room", () => {
  test.each([
    [243, "Cannot reserve 1.00 MiB, not enough space.", "The disk is full: free some space"],
    [76, "Cannot open file x: , errno: 28, strerror: No space left on device", "The disk is full: free some space"],
    [75, "Cannot write to file (fd = 7): , errno: 122, strerror: Disk quota exceeded", "The disk quota is used up: free some space"],
  ])("as the engine's code %i (%s): the store, the cause, what to do", (code, message, remedy) => {
    const error = engineError(code, message, "/var/lib/machinetrail", undefined);
    expect(error).toBeInstanceOf(TransientError);
    for (const part of ["store /var/lib/machinetrail", message, remedy, resumes]) expect(error.message).toContain(part);
  });

  test.each([
    ["ENOSPC", "free some space"],
    ["EDQUOT", "quota"],
  ])("as the system's %s: the file, the cause, what to do", (code, remedy) => {
    const error = fileError("/dev/shm/x.rows", Object.assign(new Error(`${code}: write`), { code }));
    expect(error).toBeInstanceOf(TransientError);
    for (const part of ["/dev/shm/x.rows", code, remedy, resumes]) expect(error.message).toContain(part);
  });
});

test("a limit to the size of files, which no waiting changes: what it is, and what to do", () => {
  const system = fileError("/dev/shm/x.rows", Object.assign(new Error("EFBIG: write"), { code: "EFBIG" }));
  const engine = engineError(75, "Cannot write to file (fd = 7): , errno: 27, strerror: File too large", "s", undefined);
  for (const error of [system, engine]) {
    expect(error).toBeInstanceOf(PermanentError);
    for (const part of ["ulimit -f", resumes]) expect(error.message).toContain(part);
  }
});

test("another failure of a file is told with the file, and not said to pass", () => {
  const error = fileError("/dev/shm/x.rows", Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" }));
  expect(error).toBeInstanceOf(PermanentError);
  expect(error.message).toBe("cannot write /dev/shm/x.rows: EACCES: permission denied");
});

test("an engine's error that is not about room names no remedy for it", () => {
  expect(engineError(241, "Memory limit exceeded", "s", undefined).message).toBe("store s: Memory limit exceeded");
  expect(engineError(516, "Authentication failed", "s", undefined)).toBeInstanceOf(ConfigError);
  expect(engineError(62, "Syntax error", "s", undefined)).toBeInstanceOf(PermanentError);
});
