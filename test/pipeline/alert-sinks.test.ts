// Opened sinks: what a receiver says again holds no secret, also where it is cut.
import { expect, test } from "vitest";
import { openSinks } from "../../pipeline/alert-sinks.ts";
import { findingAlert } from "../alert/alerts.ts";
import { startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { settingsOf } from "./turned-alerts.ts";

test("a secret that the end of what is shown would cut through is masked whole, and a token in a URL as well", async () => {
  const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
  const receiver = await startHttpReceiver();
  const sinks = [{ id: "hook", type: "webhook", url: `${receiver.url}/in?token=hidden-token`, secrets: [{ env: "SECRET" }] }];
  const [opened] = await openSinks(settingsOf({ sinks, allow_hosts: ["127.0.0.1"] }, { SECRET: secret }));
  const reasons: string[] = [];
  for (let padding = 100; padding <= 160; padding += 3) {
    receiver.behave(({ path }) => ({ status: 500, body: `${"-".repeat(padding)}${secret} ${path}` }));
    const [outcome] = (await opened?.sink.send([findingAlert()], new AbortController().signal)) ?? [];
    reasons.push(outcome?.kind === "failed" ? outcome.reason : "");
  }
  await opened?.sink.close();
  await receiver.close();
  expect(reasons).toHaveLength(21);
  for (const reason of reasons) expect(reason).toMatch(/^answered 500: -+(?:\*{0,8}$|\*{8} )/);
  expect(reasons.join()).not.toContain("hidden");
});
