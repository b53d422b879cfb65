// Screens of findings as golden files hold them.
import path from "node:path";
import { expect } from "vitest";

export async function golden(name: string, output: string): Promise<void> {
  await expect(steady(output)).toMatchFileSnapshot(path.join(import.meta.dirname, "golden", `${name}.txt`));
}

/** How odd exactly is for test/detect to hold; here it is written as a word. */
function steady(output: string): string {
  return output
    .replaceAll(/one hour in (?:more than a thousand million|[\d,]+(?: million)?)(?= (?:is|of))/gi, "one hour in N")
    .replaceAll(/\(\d+\.\d bits\)/g, "(N bits)")
    .replaceAll(/\b[0-9a-f]{16}\b/g, "FINDING---------")
    .replaceAll(/(?<=Z +)\d+(?:\.\d)?(?= {2}\w)/g, "N")
    .replaceAll(/ +$/gm, "");
}
