// A value of parsed JSON as bytes again, for what is no record and goes to quarantine as it is.
import type { JsonValue } from "../../model/json.ts";

/** What is nested more deeply than can be written is told as such, in JSON that is no record. */
export function writtenValue(value: JsonValue): Buffer {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch {
    return Buffer.from('"nested too deeply to be written"');
  }
}
