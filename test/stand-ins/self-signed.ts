// A certificate that signs itself, made by openssl: for servers of tests, good, expired or of another name.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

export interface TlsFiles {
  /** PEM */
  readonly key: string;
  readonly cert: string;
}

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** `days`: from now; below 0 it is over. */
export function selfSigned(folder: string, name: string, days: number, names = "IP:127.0.0.1"): TlsFiles {
  const file = (ending: string) => path.join(folder, `${name}.${ending}`);
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-new", ...curve, "-keyout", file("key"), "-out", file("csr"), "-subj", `/CN=${name}`, "-addext", `subjectAltName=${names}`);
  openssl("x509", "-req", "-in", file("csr"), "-signkey", file("key"), "-days", String(days), "-copy_extensions", "copy", "-out", file("crt"));
  return { key: readFileSync(file("key"), "utf8"), cert: readFileSync(file("crt"), "utf8") };
}
