// A file of one JSON object a line: for a log shipper that runs beside, and for trying alerts out.
import { type FileHandle, open } from "node:fs/promises";
import { failureOutcome } from "../http-outcome.ts";
import type { Outcome, Sink } from "../sink.ts";

const newline = 0x0a;

/** `path`: made where it is not there; only its owner may read it. It is opened for each batch, so that it may be rotated by moving it away. */
export function fileSink({ id, path }: { readonly id: string; readonly path: string }): Sink {
  return {
    id,
    followUps: "all",
    batchSize: 500,
    async send(alerts) {
      const lines = alerts.map((alert) => `${JSON.stringify({ id: alert.id, ...alert.ocsf })}\n`).join("");
      try {
        await appendLines(path, lines);
        return alerts.map((): Outcome => ({ kind: "delivered" }));
      } catch (error) {
        return alerts.map(() => failureOutcome(error));
      }
    },
    close: async () => undefined,
  };
}

/** Returns once they are on the disk. A line that a crash or a full disk cut short is ended first, so that the next one stays whole. */
async function appendLines(path: string, lines: string): Promise<void> {
  const file = await open(path, "a+", 0o600);
  try {
    await file.appendFile((await endsOpen(file)) ? `\n${lines}` : lines);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function endsOpen(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  const { bytesRead } = await file.read(last, 0, 1, size - 1);
  return bytesRead === 1 && last[0] !== newline;
}
