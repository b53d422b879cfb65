// A name that no other process has, however many run on a machine, in containers with the same process ids, or after one another. Leases and what a source
// received are told apart by it.
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";

/** Another one at each call: "host:process id:12 hexadecimal digits". */
export function processName(): string {
  return `${hostname().slice(0, 64)}:${process.pid}:${randomBytes(6).toString("hex")}`;
}
