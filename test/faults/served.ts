// `serve` as a process that a test starts, stops, freezes and kills, again and again, over one configuration.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cliProcess, compileCache } from "../cli/run-cli.ts";

/** It drains for 25 s at most; the rest is for a machine that others use. */
const endsWithinMs = 90_000;

export class Served {
  readonly #config: string;
  readonly #sources: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #log = "";
  #isWanted = false;
  #startedMs = 0;
  kills = 0;

  /** `folder`: its home, where its configuration is written. */
  constructor(folder: string, config: { readonly sources: readonly { readonly id: string }[] }, environment: Readonly<Record<string, string>>) {
    mkdirSync(folder, { recursive: true });
    this.#config = path.join(folder, "config.yaml");
    // JSON is YAML.
    writeFileSync(this.#config, JSON.stringify(config));
    this.#sources = config.sources.map(({ id }) => id);
    this.#environment = { HOME: folder, ...environment };
  }

  /** Of all processes so far; the newest 100,000 characters. */
  get log(): string {
    return this.#log;
  }

  /** Milliseconds since the process at hand was started. */
  get ageMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Each of its sources was ready once. */
  get isReading(): boolean {
    return this.#sources.every((source) =>
      this.#log.split("\n").some((line) => line.includes(`"source":"${source}"`) && line.includes('"state":"ready"')),
    );
  }

  /** As an orchestrator does: whatever ends it, it is started again until `stop`. */
  start(): void {
    this.#isWanted = true;
    this.#startedMs = performance.now();
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
        if (this.#isWanted) this.start();
      });
    });
  }

  async kill(): Promise<void> {
    const ended = this.#ended;
    if (this.#child?.kill("SIGKILL") === true) this.kills++;
    await ended;
  }

  /** Killed for good. */
  async end(): Promise<void> {
    this.#isWanted = false;
    await this.kill();
  }

  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** In order; what it read is stored. @throws Error when it does not end; then it was killed. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#child?.kill("SIGTERM");
    this.thaw();
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      this.#child?.kill("SIGKILL");
    }, endsWithinMs);
    await this.#ended;
    clearTimeout(late);
    if (isLate) throw new Error(`it did not end within ${endsWithinMs / 1000} s of SIGTERM\n${this.#log.slice(-4000)}`);
  }
}
