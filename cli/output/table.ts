// Answers as tables that fit the terminal: the widest columns give way first, and where no table fits, each row is a card.
import { visibleText } from "../../runtime/visible-text.ts";
import type { Answer, Column, Row, Section } from "./section.ts";
import { padEnd, padStart, shortenEnd, shortenMiddle, widthOf } from "./terminal-text.ts";
import { formatAge, formatCount, formatTime } from "./time-text.ts";

export interface TableOptions {
  /** Columns of the terminal; Infinity where the output is no terminal. */
  readonly width: number;
  readonly isColored: boolean;
  readonly nowMs: number;
}

const gap = "  ";
const narrowest = 10;
const idWeight = 0.7;
/** 2026-11-12 */
const dayLength = 10;

export function renderTable(answer: Answer, options: TableOptions): string {
  return `${answer.sections.map((section) => renderSection(section, options, answer.sections.length > 1)).join("\n\n")}\n`;
}

function renderSection(section: Section, options: TableOptions, isTitled: boolean): string {
  const title = isTitled ? [bold(section.title, options)] : [];
  if (section.rows.length === 0) return [...title, section.whenEmpty].join("\n");
  const cells = section.rows.map((row) => section.columns.map((column) => cellText(row, column, options.nowMs)));
  const shown = section.columns.map((_, index) => index).filter((index) => cells.some((row) => row[index] !== ""));
  const columns = shown.map((index) => at(section.columns, index));
  const fullCells = cells.map((row) => shown.map((index) => at(row, index)));
  // How long ago a date was is the first thing that can be left out: ids lose their meaning when they are cut.
  const isTight = section.isCard !== true && totalWidth(naturalWidths(columns, fullCells)) > options.width;
  const shownCells = isTight
    ? fullCells.map((row) => row.map((text, index) => (at(columns, index).kind === "age" ? text.slice(0, dayLength) : text)))
    : fullCells;
  const widths = section.isCard === true ? undefined : fitWidths(columns, shownCells, options.width);
  const body = widths === undefined ? renderCards(columns, shownCells, options) : renderGrid(columns, shownCells, widths, options);
  return [...title, body, ...(section.note === undefined ? [] : [section.note])].join("\n");
}

function renderGrid(columns: readonly Column[], cells: readonly (readonly string[])[], widths: readonly number[], options: TableOptions): string {
  const header = bold(
    renderLine(
      columns.map(({ title }) => title),
      columns,
      widths,
    ),
    options,
  );
  return [header, ...cells.map((row) => renderLine(row, columns, widths))].join("\n");
}

function renderLine(texts: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const padded = texts.map((text, index) => {
    const column = at(columns, index);
    const width = at(widths, index);
    if (column.kind === "count") return padStart(text, width);
    return padEnd(column.kind === "id" ? shortenMiddle(text, width) : shortenEnd(text, width), width);
  });
  return padded.join(gap).trimEnd();
}

function renderCards(columns: readonly Column[], cells: readonly (readonly string[])[], options: TableOptions): string {
  const titleWidth = Math.max(...columns.map(({ title }) => title.length));
  const valueWidth = Math.max(narrowest, options.width - titleWidth - gap.length);
  const card = (row: readonly string[]): string =>
    columns
      .map((column, index) => ({ column, text: at(row, index) }))
      .filter(({ text }) => text !== "")
      .map(({ column, text }) => `${bold(padEnd(column.title, titleWidth), options)}${gap}${shortenMiddle(text, valueWidth)}`)
      .join("\n");
  return cells.map(card).join("\n\n");
}

/** Widths that fit; undefined where not even the narrowest do. */
function fitWidths(columns: readonly Column[], cells: readonly (readonly string[])[], available: number): number[] | undefined {
  const widths = naturalWidths(columns, cells);
  while (totalWidth(widths) > available) {
    const widest = widestOf(columns, widths);
    if (widest === undefined) return undefined;
    widths[widest] = at(widths, widest) - 1;
  }
  return widths;
}

/** The column that gives way next; undefined where none can. An id counts as narrower than it is: it is what one copies. */
function widestOf(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let widest: number | undefined;
  let widestWeight = 0;
  for (const [index, { kind, title }] of columns.entries()) {
    const width = at(widths, index);
    const canGive = (kind === "id" || kind === "text" || kind === "list") && width > Math.max(narrowest, widthOf(title));
    const weight = kind === "id" ? width * idWeight : width;
    if (!canGive || weight <= widestWeight) continue;
    widest = index;
    widestWeight = weight;
  }
  return widest;
}

function naturalWidths(columns: readonly Column[], cells: readonly (readonly string[])[]): number[] {
  return columns.map((column, index) => cells.reduce((width, row) => Math.max(width, widthOf(at(row, index))), widthOf(column.title)));
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1);
}

function cellText(row: Row, column: Column, nowMs: number): string {
  const value = row[column.key];
  if (value === undefined || value === null) return "";
  if (column.kind === "time" && typeof value === "number") return formatTime(value);
  if (column.kind === "age" && typeof value === "number") return formatAge(value, nowMs);
  if (column.kind === "count" && typeof value === "number") return formatCount(value);
  if (Array.isArray(value)) return visibleText(value.map(String).join(", "));
  if (typeof value === "boolean") return value ? "yes" : "no";
  return visibleText(typeof value === "object" ? JSON.stringify(value) : String(value));
}

function bold(text: string, options: TableOptions): string {
  return options.isColored ? `\u001b[1m${text}\u001b[22m` : text;
}

function at<Item>(items: readonly Item[], index: number): Item {
  return items[index] as Item;
}
