// The shapes of all records in a folder of logs, by log, by action and by kind of caller. Read by the product's own reader, so that
// wrappings do not count.
import { readFileSync } from "node:fs";
import path from "node:path";
import { FilesSource } from "../../ingest/sources/files.ts";
import { unwrap } from "../../ingest/unwrap.ts";
import type { FormatId } from "../../model/identity-action.ts";
import type { JsonObject } from "../../model/json.ts";
import { normalizers } from "../../normalize/formats/registry.ts";
import { ShapeCounts } from "./compare-shapes.ts";
import { type SampleFile, sampleFiles } from "./real-samples.ts";
import { kindsByLog, withoutPaths } from "./record-kinds.ts";
import { shapeOf } from "./record-shape.ts";

export interface LogShapes {
  records: number;
  readonly sizes: number[];
  readonly byAction: Map<string, ShapeCounts>;
  readonly byCaller: Map<string, ShapeCounts>;
}

export type ShapesByLog = Map<FormatId, LogShapes>;

/** Records of one action that are looked at: more say nothing new. */
const recordsAKind = 2000;

export async function readGenerated(folder: string): Promise<ShapesByLog> {
  const shapes: ShapesByLog = new Map();
  const source = new FilesSource({ id: "realism", paths: [folder] });
  for await (const { values } of source.read({ cursors: async () => new Map(), signal: new AbortController().signal })) {
    for (const value of values) for (const record of recordsIn(value)) count(record, shapes);
  }
  return shapes;
}

/** Those of the samples that stand so. */
export function readReal(samples: string, standing: SampleFile["standing"]): ShapesByLog {
  const shapes: ShapesByLog = new Map();
  for (const file of sampleFiles.filter((each) => each.standing === standing)) {
    for (const line of readFileSync(path.join(samples, file.path), "utf8").split("\n")) {
      if (line === "") continue;
      const value: JsonObject = JSON.parse(line);
      for (const record of recordsIn(file.restore?.(value) ?? value)) count(record, shapes);
    }
  }
  return shapes;
}

function recordsIn(value: JsonObject): readonly JsonObject[] {
  const unwrapped = unwrap(value);
  return unwrapped.kind === "native" ? [value] : unwrapped.records.map((record) => record.value);
}

function count(record: JsonObject, shapes: ShapesByLog): void {
  const log = normalizers.find((normalizer) => normalizer.recognizes(record))?.format;
  if (log === undefined) return;
  const ofLog: LogShapes = shapes.get(log) ?? { records: 0, sizes: [], byAction: new Map(), byCaller: new Map() };
  shapes.set(log, ofLog);
  ofLog.records++;
  const kinds = kindsByLog[log];
  const action = countsOf(ofLog.byAction, kinds.action(record));
  const caller = countsOf(ofLog.byCaller, kinds.caller(record));
  action.records++;
  caller.records++;
  if (action.looked >= recordsAKind && caller.looked >= recordsAKind) return;
  const size = JSON.stringify(record).length;
  ofLog.sizes.push(size);
  // A shipper's small letters are no difference of Azure's records.
  const shape = shapeOf(record, log.startsWith("azure") || log.startsWith("entra"));
  if (action.looked < recordsAKind) action.add(withoutPaths(shape, kinds.callerPaths), size);
  if (caller.looked < recordsAKind) caller.add(withoutPaths(shape, kinds.callPaths), size);
}

function countsOf(kinds: Map<string, ShapeCounts>, kind: string): ShapeCounts {
  let counts = kinds.get(kind);
  if (counts === undefined) {
    counts = new ShapeCounts();
    kinds.set(kind, counts);
  }
  return counts;
}
