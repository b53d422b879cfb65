// Whoever reads a secret by its reference reads the same, and where there is none says so without a word of what is there.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { ConfigError } from "../../model/errors.ts";
import { secretText } from "../../pipeline/secret-values.ts";

const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(text: string): string {
  const file = path.join(folder, "secret");
  writeFileSync(file, text);
  return file;
}

test("a secret is the text of its file without the line break that an editor leaves, and what the variable held", () => {
  for (const end of ["", "\n", "\r\n", "\n\n"]) expect(secretText({ file: fileOf(` pass word ${end}`) }, {})).toBe(" pass word ");
  const pem = "-----BEGIN-----\nabc\n-----END-----";
  expect(secretText({ file: fileOf(`${pem}\n`) }, {})).toBe(pem);
  expect(secretText({ env: "TOKEN" }, { TOKEN: "t" })).toBe("t");
});

test("a file that changed is read as it is now", () => {
  const file = fileOf("old");
  expect(secretText({ file }, {})).toBe("old");
  fileOf("new");
  expect(secretText({ file }, {})).toBe("new");
});

test("where there is none it says where it was looked for, and for whom", () => {
  const missing = path.join(folder, "missing");
  expect(() => secretText({ file: missing }, {}, "the source audit")).toThrow(
    new ConfigError(`the source audit: ${missing} cannot be read (ENOENT)`),
  );
  expect(() => secretText({ file: fileOf("\n") }, {})).toThrow(new ConfigError(`${path.join(folder, "secret")} holds no secret`));
  expect(() => secretText({ env: "TOKEN" }, {}, "alerts")).toThrow(new ConfigError("alerts: the variable TOKEN holds no secret"));
});
