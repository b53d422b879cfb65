// Small tables of plain rows as an Arrow stream, for answers that leave the program. Not for `actions`: those are built
// from typed arrays in action-block.ts, where every microsecond counts; here it is a few hundred rows.
import { Bool, type DataType, Field, Float64, List, Table, TimestampMillisecond, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";

export type EncodedKind = "text" | "texts" | "number" | "boolean" | "time";

export interface EncodedColumn {
  readonly key: string;
  /** time: epoch milliseconds, UTC. */
  readonly kind: EncodedKind;
}

export function encodeRows(columns: readonly EncodedColumn[], rows: readonly Readonly<Record<string, unknown>>[]): Uint8Array {
  const vectors = columns.map(
    ({ key, kind }) =>
      [
        key,
        vectorFromArray(
          rows.map((row) => encodedValue(row[key], kind)),
          typeOf(kind),
        ),
      ] as const,
  );
  return tableToIPC(new Table(Object.fromEntries(vectors)), "stream");
}

function typeOf(kind: EncodedKind): DataType {
  if (kind === "text") return new Utf8();
  if (kind === "texts") return new List(new Field("item", new Utf8(), true));
  if (kind === "number") return new Float64();
  return kind === "boolean" ? new Bool() : new TimestampMillisecond("UTC");
}

function encodedValue(value: unknown, kind: EncodedKind): unknown {
  if (value === undefined || value === null) return null;
  if (kind === "texts") return (Array.isArray(value) ? value : [value]).map(textOf);
  return kind === "text" ? textOf(value) : value;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
