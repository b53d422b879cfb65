// How a configuration names a secret without holding it. It stands apart because every source with a credential uses it.
import { z } from "zod";

/** `file`: absolute once the configuration was read. */
export type SecretReference = { readonly file: string } | { readonly env: string };

const nonEmpty = z.string().min(1, "must not be empty");

/** `what`: a sentence, such as "Password of the user." */
export function secretReferenceSchema(what: string) {
  return z
    .union(
      [
        z.strictObject({ file: nonEmpty.describe("File that holds it; relative paths count from the configuration file.") }),
        z.strictObject({ env: nonEmpty.describe("Environment variable that holds it.") }),
      ],
      { error: "must name a file or a variable: { file: PATH } or { env: NAME }; a secret itself does not stand here" },
    )
    .describe(`${what} Named, never written here: { file: PATH } or { env: NAME }.`);
}
