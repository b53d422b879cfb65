// Whether JSON text repeats a key within one object. JSON.parse keeps the last value and drops the others, but the text still
// holds them, where nothing that reads the value looks: it must not be kept as it came.
import type { JsonValue } from "../../model/json.ts";

/** What is nested deeper counts as repeating: whoever asks is careful then, and the redactor refuses it anyway. */
const depthLimit = 500;

/** `value`: what JSON.parse made of the bytes between `start` and `end`. */
export function hasRepeatedKeys(bytes: Uint8Array, start: number, end: number, value: JsonValue): boolean {
  return keysInText(bytes, start, end) !== keysInValue(value);
}

/** Colons outside texts: in valid JSON each stands behind a key. */
function keysInText(bytes: Uint8Array, start: number, end: number): number {
  let keys = 0;
  let isInText = false;
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte === 34) isInText = !isInText;
    else if (byte === 92) index++;
    else if (byte === 58 && !isInText) keys++;
  }
  return keys;
}

/** Keys at all depths; not a number where it is nested too deeply. */
export function keysInValue(value: JsonValue, depth = 0): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > depthLimit) return Number.NaN;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const element of value) if (typeof element === "object") keys += keysInValue(element, depth + 1);
    return keys;
  }
  for (const key in value) {
    const below = value[key] as JsonValue;
    keys++;
    if (typeof below === "object") keys += keysInValue(below, depth + 1);
  }
  return keys;
}
