// Azure's moments: it counts in 100 ns. Of its own because the Activity Log and the directory's logs both write them.
import type { Random } from "../random.ts";

/** 2026-11-09T02:10:00.1234567Z */
export function azureTime(atMs: number, random: Random): string {
  return `${new Date(atMs).toISOString().slice(0, 23)}${random.digits(4)}Z`;
}
