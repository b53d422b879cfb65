// One answer, in the format that was asked for. The formats themselves are the neighbouring files, one each.
import { renderArrow } from "./arrow.ts";
import { renderCsv } from "./csv.ts";
import { renderJson } from "./json.ts";
import { renderNdjson } from "./ndjson.ts";
import type { Answer, OutputFormat } from "./section.ts";
import { renderTable, type TableOptions } from "./table.ts";

export async function renderAnswer(answer: Answer, format: OutputFormat, options: TableOptions): Promise<string | Uint8Array> {
  if (format === "table") return renderTable(answer, options);
  if (format === "json") return renderJson(answer);
  if (format === "ndjson") return renderNdjson(answer);
  return format === "csv" ? renderCsv(answer) : renderArrow(answer);
}
