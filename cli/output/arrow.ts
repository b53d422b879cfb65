// Answers as an Arrow IPC stream, for notebooks and dataframes: the main table, times as timestamps in UTC.
import type { EncodedKind } from "../../pipeline/arrow-output.ts";
import { type Answer, type Column, mainSection, type Row } from "./section.ts";

export async function renderArrow(answer: Answer): Promise<Uint8Array> {
  const { encodeRows } = await import("../../pipeline/arrow-output.ts");
  const { rows, columns } = mainSection(answer);
  const keys = rows[0] === undefined ? columns.map(({ key }) => key) : Object.keys(rows[0]);
  const encoded = keys.map((key) => ({ key, kind: kindOf(key, columns, rows) }));
  return encodeRows(encoded, rows);
}

function kindOf(key: string, columns: readonly Column[], rows: readonly Row[]): EncodedKind {
  const declared = columns.find((column) => column.key === key)?.kind;
  if (declared === "time" || declared === "age") return "time";
  const value = rows.find((row) => row[key] !== undefined && row[key] !== null)?.[key];
  if (Array.isArray(value) || (value === undefined && declared === "list")) return "texts";
  if (typeof value === "number" || (value === undefined && declared === "count")) return "number";
  return typeof value === "boolean" ? "boolean" : "text";
}
