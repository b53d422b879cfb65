// What every command gets: the options that all share, the configuration, the store, and how to answer. One a run.
import { type Config, type Environment, type LoadedConfig, loadConfig, readConfig } from "../pipeline/config.ts";
import { createLog, type Log } from "../runtime/log.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { renderAnswer } from "./output/render.ts";
import type { Answer, OutputFormat } from "./output/section.ts";
import { Terminal } from "./terminal.ts";

export interface GlobalOptions {
  readonly store?: string;
  readonly config?: string;
  readonly output: OutputFormat;
  readonly quiet?: true;
  readonly color: boolean;
  readonly verbose?: true;
}

/** What belongs to the process, handed in by main.ts. */
export interface Surroundings {
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly workingFolder: string;
  readonly platform: NodeJS.Platform;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  onSignal(name: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): void;
  exitNow(code: number): never;
}

/** What the command line says over the configuration. */
export interface ConfigOverrides {
  readonly store?: string | undefined;
  readonly defaultAccount?: string | undefined;
}

export type OpenStore = Awaited<ReturnType<typeof import("../pipeline/build.ts").openStore>>;

export class Invocation {
  readonly surroundings: Surroundings;
  readonly terminal: Terminal;
  readonly nowMs = Date.now();
  /** Set by a command that finished and has something to tell the caller's script. */
  exitCode: ExitCode = exitCodes.done;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.terminal = new Terminal(surroundings, surroundings.environment);
  }

  /** The configuration with its problems, for the commands that show them. */
  readConfig(options: GlobalOptions, overrides: ConfigOverrides = {}): LoadedConfig {
    return readConfig(this.#configInputs(options, overrides));
  }

  /** @throws ConfigError listing every problem. */
  config(options: GlobalOptions, overrides: ConfigOverrides = {}): Config {
    return loadConfig(this.#configInputs(options, overrides));
  }

  /** Opens the configured store, and closes it whatever happens. `mayBorrow`: false for whoever lends an embedded one to others. */
  async withStore<Result>(
    config: Config,
    options: GlobalOptions,
    use: (store: OpenStore) => Promise<Result>,
    how: { readonly mayBorrow?: boolean } = {},
  ): Promise<Result> {
    // Loaded here only: the engine takes a third of a second, and --help, explain and config need none.
    const { openStore } = await import("../pipeline/build.ts");
    const startedMs = performance.now();
    const store = await openStore(config.store, how);
    this.log(options).debug({ store: store.location, elapsedMs: Math.round(performance.now() - startedMs) }, "store opened");
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }

  /** Writes the answer in the format that was asked for. */
  async answer(answer: Answer, options: GlobalOptions): Promise<void> {
    const { terminal, nowMs } = this;
    await terminal.write(await renderAnswer(answer, options.output, { width: terminal.width, isColored: terminal.isColored(options.color), nowMs }));
  }

  /** A line that helps a person and is no part of the answer. */
  hint(message: string, options: GlobalOptions): void {
    if (!options.quiet && options.output === "table") this.terminal.say(message);
  }

  /**
   * A signal that the first Ctrl-C raises. A second one ends the process at once. Without a call to this, Ctrl-C does
   * what it always does. `afterwards` says what a person needs to know then.
   */
  interruptible(afterwards = "nothing is lost, the same command resumes"): AbortSignal {
    const controller = new AbortController();
    const stop = (): void => {
      if (controller.signal.aborted) this.surroundings.exitNow(exitCodes.interrupted);
      this.terminal.say(`\nStopping after what is being written now; press Ctrl-C again to end at once (${afterwards}).`);
      controller.abort();
    };
    this.surroundings.onSignal("SIGINT", stop);
    this.surroundings.onSignal("SIGTERM", stop);
    return controller.signal;
  }

  /** `usual`: what is written without --verbose. */
  log(options: GlobalOptions, usual: "info" | "warn" = "warn"): Log {
    return createLog({ level: options.verbose ? "debug" : usual, destination: { write: (line) => this.terminal.say(line.trimEnd()) } });
  }

  #configInputs(options: GlobalOptions, overrides: ConfigOverrides): Parameters<typeof loadConfig>[0] {
    const { environment, workingFolder, platform } = this.surroundings;
    return {
      file: options.config,
      environment,
      workingFolder,
      platform,
      store: overrides.store ?? options.store,
      defaultAccount: overrides.defaultAccount,
    };
  }
}
