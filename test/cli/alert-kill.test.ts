// The process killed between a receiver's answer and the mark: the one moment in which a message must go out twice, and under one id.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeFindings } from "../../pipeline/finding-writer.ts";
import { deliveriesList } from "../../queries/deliveries-list.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import { findingOf } from "../queries/stored-findings.ts";
import { type HttpReceiver, startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { CliHome, cliProcess } from "./run-cli.ts";

let home: CliHome;
let receiver: HttpReceiver;
beforeAll(async () => {
  home = new CliHome();
  receiver = await startHttpReceiver();
});
afterAll(async () => {
  await receiver.close();
  home.remove();
});

function follow(): ChildProcess {
  const { command, args } = cliProcess(["detect", "--follow", "--config", home.path("config.yaml"), "--store", home.path("store"), "--quiet"]);
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  return spawn(command, args, { env: { PATH: process.env.PATH, HOME: home.folder, HOOK_SECRET: secret }, stdio: "ignore" });
}

test("killed after the receiver has answered and before that is marked, the next process sends it again under the same id, and marks it", async () => {
  writeFileSync(
    home.path("config.yaml"),
    `alerts:\n  sinks: [{ id: hook, type: webhook, url: "${receiver.url}", secrets: [{ env: HOOK_SECRET }] }]\n  allow_hosts: [127.0.0.1]\n`,
  );
  const store = await openEmbeddedStore(home.path("store"));
  await store.migrate();
  await writeFindings(store, [
    findingOf({ finding_uid: "a000000000000001", identity_uid: "arn:aws:iam::111122223333:role/deploy", raised_ms: Date.now() - 60_000 }),
  ]);
  await store.close();
  const first = follow();
  const killed = once(first, "exit");
  receiver.behave((_request, response) => {
    response.writeHead(204);
    response.end();
    first.kill("SIGKILL");
    return undefined;
  });
  expect((await killed)[1]).toBe("SIGKILL");
  const second = follow();
  const ended = once(second, "exit");
  receiver.behave(() => {
    // It marks what was answered before it ends.
    second.kill("SIGINT");
    return { status: 204 };
  });
  expect(await ended).toEqual([0, null]);
  const [before, again, ...others] = receiver.requests.map(({ headers }) => headers["webhook-id"]);
  expect([again, others]).toEqual([before, []]);
  const reopened = await openEmbeddedStore(home.path("store"));
  expect(await reopened.query(deliveriesList, {})).toMatchObject([{ delivery_id: before, state: "delivered", attempts: 2 }]);
  await reopened.close();
});
