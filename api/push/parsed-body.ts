// A body that is one JSON text and is parsed whole, within what that may cost: nobody else is answered meanwhile. What it costs is a matter of how
// many values there are, not of how long they are: 64 MiB of long texts are parsed sooner than a tenth of that in small objects.
import { Refusal } from "../refusal.ts";

const valuesLimit = 500_000;
const recordsLimit = 50_000;

/** @throws Refusal where it is no JSON, or holds too many values. */
export function parsedBody(body: Buffer): unknown {
  if (holdsTooManyValues(body)) throw new Refusal(413, `the body holds more than ${valuesLimit} JSON values; send less at once`);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new Refusal(400, "the body is not valid JSON");
  }
}

/** @throws Refusal where there are more records than are taken in one body. */
export function checkRecordCount(records: readonly unknown[]): void {
  if (records.length > recordsLimit) throw new Refusal(413, `the body holds more than ${recordsLimit} records; send less at once`);
}

const [quote, backslash, comma, bracket, brace] = Buffer.from('"\\,[{');

/** Each value of JSON but the first is behind a comma, or the first of an array or object. */
function holdsTooManyValues(json: Buffer): boolean {
  let values = 1;
  let isText = false;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (byte === quote) isText = !isText;
    else if (isText) {
      if (byte === backslash) index++;
    } else if (byte === comma || byte === bracket || byte === brace) {
      if (++values > valuesLimit) return true;
    }
  }
  return false;
}
