// Google's own fake of Pub/Sub for tests: a Go program of a few lines around the package that Google tests its clients with.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { installOnce, missingForInstall, runInstaller } from "./install-once.ts";

export interface PubSubFake {
  /** 127.0.0.1:PORT, without encryption. */
  readonly endpoint: string;
  /** Ends it as a power cut would: topics, subscriptions and messages are gone. */
  kill(): Promise<void>;
}

const name = "pubsub-fake-2.8.0";

export const missingForPubSubFake = () => missingForInstall(name, "go", "Google Pub/Sub");

/** `refuse`: whatever is asked, permission is denied. `endpoint`: that of one that was killed; otherwise a free port. */
export async function startPubSubFake(options: { endpoint?: string; refuse?: boolean } = {}): Promise<PubSubFake> {
  const folder = await installOnce(name, async (draft) => {
    cpSync(path.join(import.meta.dirname, "pubsub-fake"), draft, { recursive: true });
    await runInstaller("go", ["build", "-buildvcs=false", "-o", "pubsub-fake", "."], draft);
  });
  const child = spawn(path.join(folder, "pubsub-fake"), [options.endpoint ?? "127.0.0.1:0", ...(options.refuse === true ? ["refuse"] : [])], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const [endpoint] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(child, "exit").then(() => Promise.reject(new Error("the fake of Pub/Sub ended at its start"))),
  ])) as [string];
  const exited = once(child, "exit");
  return {
    endpoint,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
