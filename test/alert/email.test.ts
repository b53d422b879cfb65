// Mail to a server that never comes to an end: the sink's own time, and its signal, end it all the same.
import { expect, test } from "vitest";
import { addressGuard } from "../../alert/address-guard.ts";
import { emailSink } from "../../alert/sinks/email.ts";
import { startMailServer } from "../stand-ins/mail-server.ts";
import { findingAlert } from "./alerts.ts";

test("a server that goes on and on is waited for so long and no longer, and not at all once the signal is raised", async () => {
  const server = await startMailServer();
  const sink = (timeoutMs: number) =>
    emailSink({
      ...{ id: "mail", host: "127.0.0.1", port: server.port, security: "none", user: "", password: "", authorities: undefined },
      ...{ from: "machinetrail@example.org", to: ["soc@example.org"], guard: addressGuard(["127.0.0.1"]), timeoutMs },
    });
  server.babble();
  const late = await sink(300).send([findingAlert()], new AbortController().signal);
  expect(late).toMatchObject([{ kind: "failed", scope: "sink", reason: expect.stringContaining("did not take it within 0.3 s") }]);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  expect(await sink(600_000).send([findingAlert()], stop.signal)).toMatchObject([{ kind: "failed", reason: expect.stringContaining("stopped") }]);
  server.accept();
  expect(await sink(20_000).send([findingAlert()], new AbortController().signal)).toMatchObject([{ kind: "delivered" }]);
  await server.close();
});
