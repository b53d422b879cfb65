// A file's text as bytes on disk: the same bytes on every system.
import { promisify } from "node:util";
import { constants, gzip, gzipSync, zstdCompress } from "node:zlib";
import type { Packing } from "./layouts/layout.ts";

const gzipAside = promisify(gzip);
const zstdAside = promisify(zstdCompress);
const linesPerMember = 200;
/** Shorter texts are compressed on the spot: most files hold a few records, and the way to the thread pool and back costs more. */
const longText = 32 * 1024;

export async function packed(text: string, packing: Packing): Promise<Buffer> {
  switch (packing) {
    case "plain":
      return Buffer.from(text);
    case "gzip":
      return withoutSystem(text.length < longText ? gzipSync(text, { level: 6 }) : await gzipAside(text, { level: 6 }));
    case "gzip-members":
      return Buffer.concat(await Promise.all(parts(text).map((part) => packed(part, "gzip"))));
    case "zstd":
      return zstdAside(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  }
}

/** Gzip in base64, as envelopes hold it. */
export function gzippedText(text: string): string {
  return withoutSystem(gzipSync(text, { level: 6 })).toString("base64");
}

/** At ends of lines, two at least where there are two lines. */
function parts(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  const size = Math.min(linesPerMember, Math.ceil(lines.length / 2));
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, part) => lines.slice(part * size, (part + 1) * size).join(""));
}

/** The byte of gzip's header that names the operating system: unknown everywhere. */
function withoutSystem(bytes: Buffer): Buffer {
  bytes[9] = 255;
  return bytes;
}
