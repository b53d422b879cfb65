// Writes the documents that are made from code, so that they cannot disagree with it: docs/schema.md, docs/identity-rules.md,
// docs/cli.md, docs/estate.md, docs/estate-attacks.md, docs/detectors.md, docs/findings.md,
// docs/config.schema.json, and the compiled walk over records. With --check it writes nothing and fails where one is stale.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { configJsonSchema } from "../cli/commands/config.ts";
import { cliDocument } from "./documents/cli-document.ts";
import { detectorsDocument } from "./documents/detectors-document.ts";
import { estateAttacksDocument, estateDocument } from "./documents/estate-document.ts";
import { findingsDocument } from "./documents/findings-document.ts";
import { identityRulesDocument } from "./documents/identity-rules-document.ts";
import { recordWalkBinary } from "./documents/record-walk-binary.ts";
import { schemaDocument } from "./documents/schema-document.ts";

const root = path.join(import.meta.dirname, "..");
const documents: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/schema.md": schemaDocument,
  "docs/identity-rules.md": identityRulesDocument,
  "docs/cli.md": cliDocument,
  "docs/estate.md": estateDocument,
  "docs/estate-attacks.md": estateAttacksDocument,
  "docs/detectors.md": detectorsDocument,
  "docs/findings.md": findingsDocument,
  "docs/config.schema.json": () => `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  "ingest/decode/record-walk-binary.ts": recordWalkBinary,
};

const isCheck = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, generate] of Object.entries(documents)) {
  const file = path.join(root, name);
  const wanted = await generate();
  if (existsSync(file) && readFileSync(file, "utf8") === wanted) continue;
  stale.push(name);
  if (!isCheck) writeFileSync(file, wanted);
}
if (stale.length > 0) console.log(isCheck ? `stale: ${stale.join(", ")}; run npm run generate` : `written: ${stale.join(", ")}`);
if (isCheck && stale.length > 0) process.exitCode = 1;
