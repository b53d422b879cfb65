// Files, folders and globs that are looked through again and again: the files source, which reads once, without its end.
import { z } from "zod";
import { PermanentError } from "../../model/errors.ts";
import { pause } from "../../runtime/pause.ts";
import type { ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, sourceType } from "../source-type.ts";
import type { SkippedPath } from "./file-listing.ts";
import { FilesSource } from "./files.ts";

const settings = z.strictObject({
  paths: z
    .array(z.string().min(1, "must not be empty"))
    .min(1, "needs at least one path")
    .describe("Files, folders and globs; relative paths count from the configuration file."),
  poll_seconds: z
    .number()
    .positive()
    .max(86_400)
    .default(10)
    .describe("How long `serve` waits before it looks for new and grown files. Default: 10."),
});

type WatchedFilesSettings = z.output<typeof settings>;

export const watchedFiles = sourceType({
  type: "files",
  description: "Files on this machine; `scan` without paths reads them once, `serve` goes on reading them.",
  guarantee: "a file is known by its content and read again from where its rows were last stored",
  settings,
  open: (given, context) => new WatchedFilesSource(given, context),
});

class WatchedFilesSource implements Source {
  readonly id: string;
  readonly #settings: WatchedFilesSettings;
  readonly #context: SourceContext;
  readonly #closed = new AbortController();
  /** Handed over and not durable yet: what is looked through meanwhile would be read once more. */
  #open = 0;
  #onQuiet: (() => void) | undefined;

  constructor(given: WatchedFilesSettings, context: SourceContext) {
    this.id = context.id;
    this.#settings = given;
    this.#context = context;
  }

  async *read({ cursors, signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    const stopped = AbortSignal.any([signal, this.#closed.signal]);
    while (!stopped.aborted) {
      const troubles: string[] = [];
      // Each path by itself: one that is not there yet keeps no other waiting.
      for (const path of this.#settings.paths) yield* this.#readPath(path, { cursors, signal: stopped }, troubles);
      if (stopped.aborted) return;
      const [first = ""] = troubles;
      this.#context.observer.onState(first === "" ? "ready" : "failing", troubles.length > 1 ? `${first}; and ${troubles.length - 1} more` : first);
      await this.#untilDurable(stopped);
      await pause(this.#settings.poll_seconds * 1000, stopped);
    }
  }

  async *#readPath(path: string, options: ReadOptions, troubles: string[]): AsyncGenerator<SourceBatch> {
    const observer = { onSkipped: (skipped: SkippedPath) => troubles.push(`${skipped.path} ${skipped.reason}`) };
    try {
      for await (const batch of new FilesSource({ id: this.id, paths: [path] }, observer, this.#context.parser).read(options)) {
        this.#open++;
        yield { ...batch, ack: () => this.#acknowledge(batch.ack) };
      }
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      troubles.push(error.message);
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  async #acknowledge(ack: () => Promise<void>): Promise<void> {
    await ack();
    if (--this.#open === 0) this.#onQuiet?.();
  }

  async #untilDurable(stopped: AbortSignal): Promise<void> {
    if (this.#open === 0 || stopped.aborted) return;
    await new Promise<void>((resolve) => {
      this.#onQuiet = resolve;
      stopped.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#onQuiet = undefined;
  }
}
