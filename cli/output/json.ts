// Answers as one JSON value: an array of rows, or an object of such where the answer has several tables. Values are exact.
import type { Answer } from "./section.ts";

export function renderJson(answer: Answer): string {
  const [only, ...more] = answer.sections;
  const value = only !== undefined && more.length === 0 ? only.rows : Object.fromEntries(answer.sections.map(({ id, rows }) => [id, rows]));
  return `${JSON.stringify(value, null, 2)}\n`;
}
