// npm run bench -- realism: holds generated logs against real ones, log by log, and prints a table in Markdown. Both are read by
// the product's own reader, so that wrappings do not count.
import { existsSync } from "node:fs";
import { FilesSource } from "../ingest/sources/files.ts";
import { unwrap } from "../ingest/unwrap.ts";
import { ConfigError } from "../model/errors.ts";
import type { FormatId } from "../model/identity-action.ts";
import { type JsonObject, objectOf, textOf } from "../model/json.ts";
import { normalizers } from "../normalize/formats/registry.ts";
import { compareLog, type LogLikeness, ShapeCounts } from "./realism/compare-shapes.ts";
import { shapeOf } from "./realism/record-shape.ts";

type CountsByLog = Map<FormatId, Map<string, ShapeCounts>>;

/** Records of one action that are looked at: more say nothing new. */
const recordsAnAction = 2000;

export async function benchRealism({ folder, samples }: { folder: string | undefined; samples: string }): Promise<void> {
  if (folder === undefined) throw new ConfigError("realism: name the folder of generated logs by --folder");
  for (const place of [folder, samples]) if (!existsSync(place)) throw new ConfigError(`realism: there is no ${place}`);
  const [real, generated] = [await readShapes(samples), await readShapes(folder)];
  const likeness = new Map<FormatId, LogLikeness>();
  for (const [log, actions] of [...real].sort()) likeness.set(log, compareLog(actions, generated.get(log) ?? new Map()));
  console.log(table(likeness));
}

async function readShapes(folder: string): Promise<CountsByLog> {
  const counts: CountsByLog = new Map();
  const source = new FilesSource({ id: "realism", paths: [folder] });
  for await (const { values } of source.read({ cursors: async () => new Map(), signal: new AbortController().signal })) {
    for (const value of values) for (const record of recordsIn(value)) count(record, counts);
  }
  return counts;
}

function recordsIn(value: JsonObject): readonly JsonObject[] {
  const unwrapped = unwrap(value);
  return unwrapped.kind === "native" ? [value] : unwrapped.records.map((record) => record.value);
}

function count(record: JsonObject, counts: CountsByLog): void {
  const log = normalizers.find((normalizer) => normalizer.recognizes(record))?.format;
  if (log === undefined) return;
  const actions = counts.get(log) ?? new Map<string, ShapeCounts>();
  counts.set(log, actions);
  const action = actionOf(log, record);
  const shapes = actions.get(action) ?? new ShapeCounts();
  actions.set(action, shapes);
  if (shapes.records < recordsAnAction) shapes.add(shapeOf(record));
}

/** What is compared with what: the same call; of sign-ins and audits, of which there are few real ones, the same kind. */
function actionOf(log: FormatId, record: JsonObject): string {
  const payload = objectOf(record, "protoPayload");
  if (log === "aws-cloudtrail") return `${textOf(record, "eventSource")} ${textOf(record, "eventName")}`;
  if (log === "gcp-audit") return textOf(payload, "methodName");
  if (log === "kubernetes-audit")
    return payload === undefined ? `${textOf(record, "verb")} ${textOf(objectOf(record, "objectRef"), "resource")}` : "GKE";
  if (log === "azure-activity") return textOf(record, "category") || "Administrative";
  return textOf(record, "category") || textOf(record, "Category");
}

function table(likeness: ReadonlyMap<FormatId, LogLikeness>): string {
  const lines = [
    "| log | real records | generated | actions in both | presence of fields | kinds of values | always there in both |",
    "|---|---|---|---|---|---|---|",
  ];
  for (const [log, { realRecords, generatedRecords, sharedActions, presence, kinds, alwaysThere }] of likeness)
    lines.push(`| ${log} | ${realRecords} | ${generatedRecords} | ${sharedActions} | ${share(presence)} | ${share(kinds)} | ${share(alwaysThere)} |`);
  for (const [log, { differences }] of likeness) {
    if (differences.length === 0) continue;
    lines.push("", `${log}, where they differ most:`, "", "| action | field | generated | real |", "|---|---|---|---|");
    for (const { action, path, generated, real } of differences) lines.push(`| ${action} | \`${path}\` | ${share(generated)} | ${share(real)} |`);
  }
  return lines.join("\n");
}

function share(value: number): string {
  return Number.isNaN(value) ? "none" : `${Math.round(value * 100)} %`;
}
