// The package that this program is: its version, what to type to start it, and where its files are: one folder up from here
// in a checkout, two in what is published (dist/cli/).
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** How to start this program again: from a checkout, npm does it. */
export const programName = import.meta.filename.endsWith(".ts") ? "npm start --" : "machinetrail";

export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string };
  return version;
}

export function packageFile(name: string): string {
  const inCheckout = path.join(import.meta.dirname, "..", name);
  return existsSync(inCheckout) ? inCheckout : path.join(import.meta.dirname, "..", "..", name);
}
