// That others have their turn beside work that never waits.
import { MessageChannel } from "node:worker_threads";
import { afterEach, expect, test, vi } from "vitest";
import { Turns } from "../../runtime/turns.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("timers and messages come through while batches are there at once, one after the other, but not at each of them", async () => {
  let nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  const heard: string[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.on("message", () => heard.push("message"));
  port2.postMessage("stop");
  setTimeout(() => void heard.push("timer"), 0);
  const turns = new Turns(1);
  // While the clock stands still no turn is due.
  for (let round = 0; round < 1000; round++) await turns.take();
  expect(heard).toEqual([]);
  for (const deadlineMs = Date.now() + 60_000; heard.length < 2 && Date.now() < deadlineMs; nowMs++) await turns.take();
  port1.close();
  expect(heard.sort()).toEqual(["message", "timer"]);
});
