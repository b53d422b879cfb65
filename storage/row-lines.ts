// Rows of the small tables as both engines take them: one JSON object a line, with what ClickHouse's parser refuses mended.

export function rowLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row, storableValue)}\n`).join(""));
}

/** JSON has no 64-bit integers, and ClickHouse refuses half a surrogate pair. */
function storableValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "string" ? value.toWellFormed() : value;
}
