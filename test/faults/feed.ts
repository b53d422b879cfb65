// What the fault suite needs of a source: how the configuration names it, and how an event is handed to its provider. Each kind of source
// has one.
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";

export interface Feed {
  readonly name: string;
  /** Under `sources:`, a line each, without indent. */
  readonly sources: readonly string[];
  /** Resolves once the provider has taken them, whatever the program does meanwhile. */
  publish(records: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Files that grow, a new one now and then. */
export function filesFeed(folder: string): Feed {
  const logs = path.join(folder, "logs");
  mkdirSync(logs, { recursive: true });
  let writes = 0;
  return {
    name: "files",
    sources: [`- { id: fed, type: files, paths: [${JSON.stringify(logs)}], poll_seconds: 0.05 }`],
    publish: async (records) => {
      const file = openSync(path.join(logs, `${Math.floor(writes++ / 8)}.json`), "a");
      // In two writes, so that a record is seen half-way.
      const text = records.map((record) => `${record}\n`).join("");
      writeSync(file, text.slice(0, 700));
      writeSync(file, text.slice(700));
      fsyncSync(file);
      closeSync(file);
    },
    close: async () => undefined,
  };
}
