// One line on the terminal while something long runs: how far, how fast, how long still, what could not be read.
import type { ScanProgress } from "../pipeline/scan.ts";
import { shortenEnd } from "./output/terminal-text.ts";
import { formatBytes, formatCount, formatDuration } from "./output/time-text.ts";
import type { Terminal } from "./terminal.ts";

const intervalMs = 100;

export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #isShown: boolean;
  #shownAtMs = 0;

  constructor(terminal: Terminal, isQuiet: boolean) {
    this.#terminal = terminal;
    this.#isShown = terminal.isInteractive && !isQuiet;
  }

  update(progress: ScanProgress): void {
    this.show(() => describeProgress(progress));
  }

  /** The line is made only where it is shown. */
  show(describe: () => string): void {
    const nowMs = performance.now();
    if (!this.#isShown || nowMs - this.#shownAtMs < intervalMs) return;
    this.#shownAtMs = nowMs;
    this.#terminal.showStatus(shortenEnd(describe(), this.#terminal.statusWidth - 1));
  }

  clear(): void {
    if (this.#isShown) this.#terminal.showStatus("");
  }
}

export function describeProgress({ filesTotal, filesDone, bytesTotal, bytesRead, records, rejected, elapsedMs }: ScanProgress): string {
  const share = bytesTotal > 0 ? Math.min(1, bytesRead / bytesTotal) : 0;
  const rate = elapsedMs > 0 ? Math.round((records / elapsedMs) * 1000) : 0;
  const parts = [
    `${Math.floor(share * 100)} %`,
    `${formatCount(filesDone)}/${formatCount(filesTotal)} files`,
    `${formatBytes(bytesRead)} of ${formatBytes(bytesTotal)}`,
    `${formatCount(records)} records`,
    `${formatCount(rate)}/s`,
  ];
  // The first moments say nothing about the rest.
  if (share > 0.01 && elapsedMs > 1000) parts.push(`${formatDuration((elapsedMs / share) * (1 - share))} left`);
  if (rejected > 0) parts.push(`${formatCount(rejected)} unreadable`);
  return parts.join("  ");
}
