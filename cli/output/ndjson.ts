// Answers as one JSON object a line; where the answer has several tables, each line names its own in `section`.
import type { Answer } from "./section.ts";

export function renderNdjson(answer: Answer): string {
  const isMany = answer.sections.length > 1;
  return answer.sections.flatMap(({ id, rows }) => rows.map((row) => `${JSON.stringify(isMany ? { section: id, ...row } : row)}\n`)).join("");
}
