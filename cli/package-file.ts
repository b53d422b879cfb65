// Where the files of the package are: one folder up from here in a checkout, two in what is published (dist/cli/).
import { existsSync } from "node:fs";
import path from "node:path";

export function packageFile(name: string): string {
  const inCheckout = path.join(import.meta.dirname, "..", name);
  return existsSync(inCheckout) ? inCheckout : path.join(import.meta.dirname, "..", "..", name);
}
