// `serve` as a process that a test starts, stops, freezes and kills, again and again, over one configuration.
import { type ChildProcess, spawn } from "node:child_process";
import { cliProcess, compileCache } from "../cli/run-cli.ts";

export class Served {
  readonly #config: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #log = "";
  #wanted = true;
  kills = 0;

  constructor(config: string, environment: Readonly<Record<string, string>>) {
    this.#config = config;
    this.#environment = environment;
  }

  /** Of all processes so far; the newest 100,000 characters. */
  get log(): string {
    return this.#log;
  }

  /** As an orchestrator does: whatever ends it, it is started again until `stop`. */
  start(): void {
    const { command, args } = cliProcess(["serve", "--config", this.#config]);
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compileCache, ...this.#environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      this.#log = (this.#log + chunk).slice(-100_000);
    });
    this.#ended = new Promise((resolve) => {
      child.on("close", () => {
        resolve();
        if (this.#wanted) this.start();
      });
    });
  }

  async kill(): Promise<void> {
    const ended = this.#ended;
    if (this.#child?.kill("SIGKILL") === true) this.kills++;
    await ended;
  }

  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** In order; what it read is stored. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#child?.kill("SIGTERM");
    await this.#ended;
  }
}
