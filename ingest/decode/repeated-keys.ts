// Whether JSON text repeats a key within one object. JSON.parse keeps the last value and drops the others, but the text still
// holds them, where nothing that reads the value looks: it must not be kept as it came.
import type { JsonValue } from "../../model/json.ts";
import { endOfString } from "./scan-value.ts";

/** `value`: what JSON.parse made of the bytes between `start` and `end`. */
export function hasRepeatedKeys(bytes: Uint8Array, start: number, end: number, value: JsonValue): boolean {
  return keysInText(bytes, start, end) !== keysInValue(value);
}

/** Colons outside texts: in valid JSON each stands behind a key. */
function keysInText(bytes: Uint8Array, start: number, end: number): number {
  let keys = 0;
  for (let index = start; index < end; index++) {
    const byte = bytes[index];
    if (byte === 34) index = endOfString(bytes, index, end) - 1;
    else if (byte === 58) keys++;
  }
  return keys;
}

/** Without recursion: nesting may be as deep as a record is long. */
function keysInValue(value: JsonValue): number {
  const open: JsonValue[] = [value];
  let keys = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const values = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) keys += values.length;
    for (const below of values) if (typeof below === "object" && below !== null) open.push(below);
  }
  return keys;
}
