// Times in CloudTrail records: RFC 3339 as AWS writes them, and the same in UTC without the mark, as data lakes export it.
import { parseTimestampMs } from "../timestamp.ts";

const withoutZone = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/;

export function parseAwsTimeMs(text: string): number | undefined {
  const ms = parseTimestampMs(text);
  if (ms !== undefined || text.length > 29 || !withoutZone.test(text)) return ms;
  return parseTimestampMs(`${text.slice(0, 10)}T${text.slice(11)}Z`);
}
