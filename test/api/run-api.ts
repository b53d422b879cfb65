// The real server on a free port of the loopback, over a configuration as a user writes it: for tests of what is pushed.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { type HttpServer, startHttpServer } from "../../api/server.ts";
import { type Config, loadConfig } from "../../pipeline/config.ts";
import { DecisionDesk } from "../../pipeline/decision-desk.ts";
import type { LiveStatus } from "../../pipeline/live.ts";
import { ProcessHealth } from "../../pipeline/process-health.ts";
import { PushIntake } from "../../pipeline/push-intake.ts";
import { createLog } from "../../runtime/log.ts";
import { liveStatus } from "../pipeline/live-status.ts";

interface Around {
  readonly status?: LiveStatus;
  /** What decisions are handed to; without it there are none. */
  readonly decide?: ConstructorParameters<typeof DecisionDesk>[0];
  /** What pushes are handed to; without it the real one. */
  readonly intake?: (config: Config) => PushIntake;
  /** Variables that the configuration names. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunningApi extends HttpServer {
  readonly config: Config;
  /** What it logged: nothing, in normal operation. */
  readonly log: readonly string[];
}

/** `configuration`: as in the YAML file; it listens on a free port whatever it says. */
export async function runApi(
  folder: string,
  configuration: { readonly http?: object; readonly sources?: readonly object[]; readonly alerts?: object },
  {
    status = liveStatus({}),
    decide = async () => Promise.reject(new Error("no decision was expected")),
    intake = (config) => new PushIntake(config),
    environment = {},
  }: Around = {},
): Promise<RunningApi> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "config.yaml");
  writeFileSync(file, stringify({ ...configuration, http: { ...configuration.http, listen: "127.0.0.1:0" } }));
  const config = loadConfig({ file, environment: { HOME: folder, ...environment }, workingFolder: folder, platform: "linux" });
  const log: string[] = [];
  const health = new ProcessHealth({ store: { query: async () => [] }, version: "0.0.0" });
  health.watch({ status: status });
  const push = intake(config);
  health.watchSpools(() => push.spooledBytes());
  const server = await startHttpServer({
    http: config.http,
    push,
    health,
    decisions: new DecisionDesk(decide, config),
    log: createLog({ level: "info", destination: { write: (line) => log.push(line) } }),
  });
  return { ...server, config, log };
}
