// A pause ends by itself or by its signal, and never with an error.
import { expect, test } from "vitest";
import { pause } from "../../runtime/pause.ts";

test("a raised signal ends it at once, before it began as well, and what is no abort is told", async () => {
  const stop = new AbortController();
  const paused = pause(60_000, stop.signal);
  stop.abort();
  await paused;
  await pause(60_000, stop.signal);
  await pause(1, new AbortController().signal);
  await expect(pause(1, {} as AbortSignal)).rejects.toThrow();
});
