// JSON inside a text: a policy, a request body, a log line; also one that was cut off, which is closed where it ends.
import type { JsonObject, JsonValue } from "../../model/json.ts";

/** Longest text that is parsed. */
const longestJson = 1_048_576;
/** What can follow `{`, `[` and `"`; a user agent in brackets is no JSON. */
const jsonStart = /^\s{0,64}(?:\{\s{0,64}["}]|\[\s{0,64}(?:["{[\]\d-]|true|false|null)|"\s{0,64}\\{0,16}["{[])/;

/** An object, an array, or a text that was written as JSON once more; undefined for any other. */
export function parseJsonText(text: string): JsonValue[] | JsonObject | string | undefined {
  if (!startsAsJson(text)) return undefined;
  return parsed(text);
}

function startsAsJson(text: string): boolean {
  if (text.length < 4 || text.length > longestJson) return false;
  const first = text.charCodeAt(0);
  return (first === 123 || first === 91 || first === 34 || first <= 32) && jsonStart.test(text);
}

function parsed(text: string): JsonValue[] | JsonObject | string | undefined {
  try {
    return JSON.parse(text) as JsonValue[] | JsonObject | string;
  } catch {
    return undefined;
  }
}

/** The same of a text that ends too early: open texts and brackets are closed, what is half a value becomes null. */
export function closeCutJson(text: string): JsonValue[] | JsonObject | undefined {
  const first = text.trimStart().charCodeAt(0);
  if ((first !== 123 && first !== 91) || !startsAsJson(text)) return undefined;
  const end = endStateOf(text);
  if (end === undefined) return undefined;
  const { isInText, closers } = end;
  const bare = isInText ? `${text.replace(/\\(?:u[0-9A-Fa-f]{0,3})?$/, "")}"` : text.trimEnd().replace(/[A-Za-z0-9+.-]{1,64}$/, "");
  const candidates = isInText ? [bare, `${bare}:null`] : [bare, `${bare}null`, `${bare}:null`, bare.replace(/,$/, "")];
  for (const candidate of candidates) {
    const value = parsed(candidate + closers);
    if (typeof value === "object") return value;
  }
  return undefined;
}

/** Brackets that are open where the text ends; undefined where it does not end too early, or is too deep to be looked into. */
function endStateOf(text: string): { isInText: boolean; closers: string } | undefined {
  const open: string[] = [];
  let isInText = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isInText) {
      if (code === 92) index++;
      else if (code === 34) isInText = false;
    } else if (code === 34) isInText = true;
    else if (code === 123) open.push("}");
    else if (code === 91) open.push("]");
    else if (code === 125 || code === 93) open.pop();
  }
  return open.length === 0 || open.length > 200 ? undefined : { isInText, closers: open.reverse().join("") };
}
