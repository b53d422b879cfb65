// The three streams as commands see them: what is a terminal, how wide, with colour or not; and a reader that went away.
import type { Environment } from "../pipeline/config.ts";
import { visibleText } from "../runtime/visible-text.ts";

export interface TerminalStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export class Terminal {
  /** Columns of standard output; Infinity where nothing is known, so that a pipe gets values in full. */
  readonly width: number;
  readonly isInteractive: boolean;
  readonly #streams: TerminalStreams;
  readonly #isColorAllowed: boolean;
  #isOutputGone = false;

  constructor(streams: TerminalStreams, environment: Environment) {
    this.#streams = streams;
    const columns = streams.stdout.isTTY ? streams.stdout.columns : Number(environment.COLUMNS);
    this.width = columns > 0 ? Math.max(20, columns) : Number.POSITIVE_INFINITY;
    this.isInteractive = streams.stderr.isTTY === true && environment.TERM !== "dumb";
    this.#isColorAllowed = streams.stdout.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb";
    streams.stdout.on("error", (error: NodeJS.ErrnoException) => {
      // The reader (head, less) has seen enough: not an error, and nothing is left to say.
      if (error.code !== "EPIPE") throw error;
      this.#isOutputGone = true;
    });
    streams.stderr.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }

  isColored(isWanted: boolean): boolean {
    return isWanted && this.#isColorAllowed;
  }

  /** The answer, to standard output. Resolves when it is handed over. */
  async write(output: string | Uint8Array): Promise<void> {
    if (this.#isOutputGone || output.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#streams.stdout.write(output, () => resolve());
    });
  }

  /** Lines of the answer that hold texts of others: whatever a terminal would act on is written out. */
  async writeLines(text: string): Promise<void> {
    await this.write(`${text.split("\n").map(visibleText).join("\n")}\n`);
  }

  /** A line for the person, to standard error. Line breaks stay; whatever else a terminal would act on is written out. */
  say(message: string): void {
    this.#streams.stderr.write(`${message.split("\n").map(visibleText).join("\n")}\n`);
  }

  /** Replaces the current line of standard error; only where that is a terminal. */
  showStatus(line: string): void {
    if (this.isInteractive) this.#streams.stderr.write(`\r\u001b[2K${line}`);
  }

  get statusWidth(): number {
    return this.#streams.stderr.columns ?? 80;
  }
}
