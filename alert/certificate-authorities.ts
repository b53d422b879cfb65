// Whom alerts trust: the authorities that the system knows, and those that the configuration names beside them.
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { ConfigError } from "../model/errors.ts";

/** PEM, one each. @throws ConfigError where the file holds none. */
export function trustedWith(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`ca_file ${file} cannot be read`, { cause });
  }
  const own = text.split(/(?<=-----END CERTIFICATE-----)/).filter((part) => part.includes("-----BEGIN CERTIFICATE-----"));
  if (own.length === 0) throw new ConfigError(`ca_file ${file} holds no certificate in PEM form`);
  return [...rootCertificates, ...own];
}
