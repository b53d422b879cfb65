// Stores for the benchmark of detection's cost: so many rows of an estate under load, made by the engine itself, in blocks as they would come. It
// stands alone because it reaches past the store's port.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { openStore } from "../pipeline/build.ts";
import { EmbeddedSession } from "../storage/engines/embedded-session.ts";
import type { Store } from "../storage/store.ts";

export interface Load {
  readonly identities: number;
  readonly rowsAMinute: number;
  /** Everybody as much, one after the other; default: few do most of it. */
  readonly isEven?: boolean;
}

const rowsSql = readFileSync(new URL("./load-rows.sql", import.meta.url), "utf8");
const fillBlockRows = 400_000;
/** When the history of every store ends: what is asked comes later. */
export const historyEndMs = Date.UTC(2026, 10, 26);

/**
 * Opens the store of so many rows in `folder`, and fills it where it is not there. Detection reads `actions` alone, so that the history is
 * made without the views on it: they would take four fifths of the time.
 */
export async function loadStore(
  folder: string,
  rows: number,
  load: Load,
  name = `detect-cost-${rows}`,
): Promise<{ readonly store: Store; readonly place: string }> {
  const place = path.join(folder, name);
  const isFilled = existsSync(place);
  mkdirSync(place, { recursive: true });
  const store = await openStore({ kind: "embedded", folder: place });
  if (!isFilled) {
    const session = await EmbeddedSession.open(place);
    for (const view of (await session.run("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'"))
      .text()
      .split("\n"))
      if (view !== "") await session.run(`DROP VIEW ${view}`);
    session.close();
    const firstMs = historyEndMs - Math.ceil(rows / load.rowsAMinute) * 60_000;
    for (let first = 0; first < rows; first += fillBlockRows) await insertLoad(place, load, firstMs, first, Math.min(fillBlockRows, rows - first));
  }
  return { store, place };
}

/** Rows from number `first` on; number 0 is received at `firstMs`. */
export async function insertLoad(place: string, load: Load, firstMs: number, first: number, rows: number): Promise<void> {
  const { identities, rowsAMinute, isEven = false } = load;
  const session = await EmbeddedSession.open(place);
  const columns = [...rowsSql.matchAll(/ AS (\w+),?$/gm)]
    .map(([, column]) => column)
    .filter((column) => column !== "identity")
    .join(", ");
  const values: Record<string, number> = { first_ms: firstMs, rows_a_minute: rowsAMinute, identities, even: Number(isEven), first, rows };
  const select = rowsSql.replaceAll(/^--.*$/gm, "").replaceAll(/\{(\w+):(\w+)\}/g, (_, name: string, type: string) => `to${type}(${values[name]})`);
  await session.run(
    `INSERT INTO actions (${columns}) SELECT ${columns} FROM (${select}) SETTINGS optimize_on_insert = 0, max_insert_threads = 1, max_threads = 1, max_partitions_per_insert_block = 0`,
  );
  session.close();
}

export async function lastReceivedMs(place: string): Promise<number> {
  const session = await EmbeddedSession.open(place);
  const text = (await session.run("SELECT toUnixTimestamp64Milli(max(received_at)) FROM actions")).text();
  session.close();
  return Number(text);
}
