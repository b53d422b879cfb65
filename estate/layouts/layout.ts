// The port of a layout: how the records of one stream become files, as a provider or a shipper lays them down. One file each.
import type { Random } from "../random.ts";
import type { Stream } from "../records/native-record.ts";

/** How a file lies on disk; `gzip-members`: one after the other, as a shipper that appends leaves them. */
export type Packing = "plain" | "gzip" | "gzip-members" | "zstd";

export interface Layout {
  /** For estate.json. */
  readonly says: string;
  /** A file holds what was delivered in so long; divides an hour. */
  readonly periodMs: number;
  readonly packing: Packing;
  /** Below the folder of logs. `random` is this file's own. */
  path(stream: Stream, startMs: number, random: Random): string;
  /** The file's text, of one or more records in the order of delivery. `random` is this file's own. */
  text(records: readonly string[], stream: Stream, random: Random): string;
}

/** A record a line. */
export function lines(records: readonly string[]): string {
  return `${records.join("\n")}\n`;
}

/** The parts of a moment that paths are made of. */
export function pathTime(atMs: number): { year: string; month: string; day: string; hour: string; minute: string } {
  const iso = new Date(atMs).toISOString();
  return { year: iso.slice(0, 4), month: iso.slice(5, 7), day: iso.slice(8, 10), hour: iso.slice(11, 13), minute: iso.slice(14, 16) };
}
