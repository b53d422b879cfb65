// That others have their turn beside work that never waits.
import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { Turns } from "../../runtime/turns.ts";

test("timers and messages come through while batches are there at once, one after the other", async () => {
  const heard: string[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.on("message", () => heard.push("message"));
  port2.postMessage("stop");
  setTimeout(() => void heard.push("timer"), 0);
  const turns = new Turns(1);
  let rounds = 0;
  const deadlineMs = performance.now() + 5000;
  for (; heard.length < 2 && performance.now() < deadlineMs; rounds++) await turns.take();
  port1.close();
  expect(heard.sort()).toEqual(["message", "timer"]);
  expect(rounds).toBeGreaterThan(2);
});
