// The text behind a reference to a secret. It stands alone because sources, alert sinks and decisions each read theirs when they need it, and must
// read the same.
import { readFileSync } from "node:fs";
import type { SecretReference } from "../ingest/secret-reference.ts";
import { ConfigError } from "../model/errors.ts";

/**
 * Read anew at each call, so that a file whose secret was rotated counts. `environment`: what the variables held when the configuration was read.
 * `whose`: what the error begins with. @throws ConfigError where there is none.
 */
export function secretText(reference: SecretReference, environment: Readonly<Record<string, string>>, whose = ""): string {
  const [name, text = ""] =
    "file" in reference ? [reference.file, textOfFile(reference.file, whose)] : [`the variable ${reference.env}`, environment[reference.env]];
  if (text === "") throw problem(whose, `${name} holds no secret`);
  return text;
}

/** Editors end a file with a line break, which is none of the secret; spaces may be. */
export function withoutLineEnd(text: string): string {
  return text.replace(/[\r\n]+$/, "");
}

function textOfFile(file: string, whose: string): string {
  try {
    return withoutLineEnd(readFileSync(file, "utf8"));
  } catch (cause) {
    throw problem(whose, `${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function problem(whose: string, message: string, cause?: unknown): ConfigError {
  return new ConfigError(whose === "" ? message : `${whose}: ${message}`, { cause });
}
