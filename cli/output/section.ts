// What a command answers with, before anybody decided how it looks: tables of rows, in the order in which they are shown.

/**
 * text, id: as it is (an id is shortened in its middle, a text at its end). count: a number. time: epoch milliseconds.
 * age: as time, read as "how long ago". list: an array of texts.
 */
type ColumnKind = "text" | "id" | "count" | "time" | "age" | "list";

export interface Column {
  /** Key in the row. */
  readonly key: string;
  readonly title: string;
  readonly kind: ColumnKind;
}

export type Row = Readonly<Record<string, unknown>>;

export interface Section {
  /** Key in JSON output: snake_case. */
  readonly id: string;
  readonly title: string;
  /** What a table shows. JSON has every key of the row. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Said in place of a table without rows. */
  readonly whenEmpty: string;
  /** Each row as lines of title and value, for what is one thing and not a list. */
  readonly isCard?: boolean;
  /** Said under the table. */
  readonly note?: string;
}

export interface Answer {
  readonly sections: readonly Section[];
  /** The section that csv and arrow hold, which know one table only. */
  readonly main: string;
}

export function mainSection(answer: Answer): Section {
  const section = answer.sections.find(({ id }) => id === answer.main);
  if (section === undefined) throw new Error(`no section ${answer.main}`);
  return section;
}

export const outputFormats = ["table", "json", "ndjson", "csv", "arrow"] as const;
export type OutputFormat = (typeof outputFormats)[number];
