// Answers as comma-separated values (RFC 4180, lines end in LF). A text that a spreadsheet would run as a formula gets a
// leading apostrophe: such names are planted in logs for whoever opens the export. Every other value is exact.
import { type Answer, mainSection } from "./section.ts";

export function renderCsv(answer: Answer): string {
  const { rows, columns } = mainSection(answer);
  const keys = rows[0] === undefined ? columns.map(({ key }) => key) : Object.keys(rows[0]);
  return [keys.map(csvField), ...rows.map((row) => keys.map((key) => csvField(row[key])))].map((fields) => `${fields.join(",")}\n`).join("");
}

function csvField(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = guardFormula(typeof value === "string" ? value : JSON.stringify(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function guardFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

const quote = 0x22;
const formulaStarts = new Set([..."=+-@\t\r"].map((character) => character.charCodeAt(0)));

/** The same guard on CSV that the store wrote: it quotes every text and no number, so only quoted fields are looked at. */
export function guardCsv(csv: Uint8Array): Uint8Array {
  const guarded: number[] = [];
  let isQuoted = false;
  for (let index = 0; index < csv.length; index++) {
    const byte = csv[index] as number;
    guarded.push(byte);
    if (byte !== quote) continue;
    isQuoted = !isQuoted;
    const isFieldStart = isQuoted && (index === 0 || csv[index - 1] !== quote);
    if (isFieldStart && formulaStarts.has(csv[index + 1] ?? 0)) guarded.push(0x27);
  }
  return Uint8Array.from(guarded);
}

/** Reads CSV that the store wrote. Quoted: a text; unquoted: a number. */
export function parseCsv(csv: string): { value: string; isQuoted: boolean }[][] {
  const rows: { value: string; isQuoted: boolean }[][] = [];
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^,\n]*))(,|\n|$)/gy;
  let row: { value: string; isQuoted: boolean }[] = [];
  while (field.lastIndex < csv.length) {
    const match = field.exec(csv);
    if (match === null) break;
    const [, quoted, plain = "", end] = match;
    row.push(quoted === undefined ? { value: plain, isQuoted: false } : { value: quoted.replaceAll('""', '"'), isQuoted: true });
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
