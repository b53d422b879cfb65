// Rows as both engines take and give them: one JSON object a line; on their way in with what ClickHouse's parser refuses mended.

/** As JSON escapes half a surrogate pair, whatever stands before it. */
const halfPair = /\\u[dD][89a-fA-F]/;

/** 64-bit integers may be columns, and stand in no list or object. */
export function rowLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${rowLine(row)}\n`).join(""));
}

/** ClickHouse refuses half a surrogate pair. To look at each value takes twice as long as all of the rest, and is done only where there may be one. */
function rowLine(row: object): string {
  const line = JSON.stringify(withoutBigInts(row));
  return halfPair.test(line) ? JSON.stringify(withoutBigInts(row), wellFormed) : line;
}

/** JSON has no 64-bit integers. */
function withoutBigInts(row: object): object {
  const columns = Object.entries(row).filter(([, value]) => typeof value === "bigint");
  return columns.length === 0 ? row : { ...row, ...Object.fromEntries(columns.map(([name, value]) => [name, String(value)])) };
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}

/** What an engine answered, line by line, without the end of each and without empty ones: an answer of many megabytes is never one text. */
export function* linesOf(bytes: Uint8Array): Generator<string> {
  const answer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < answer.length; ) {
    const newline = answer.indexOf(10, start);
    const end = newline === -1 ? answer.length : newline;
    if (end > start) yield answer.toString("utf8", start, end);
    start = end + 1;
  }
}
