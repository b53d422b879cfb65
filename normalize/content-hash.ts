// A stable id for a record that brings none: the same content, in any order of keys, gives the same hash. Not for the hot path.
import { createHash } from "node:crypto";
import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";

/** What lies deeper adds nothing to the hash, so that no record can exhaust the stack. */
const deepestLevel = 64;

/** 32 hexadecimal digits of SHA-256. */
export function contentHash(record: JsonObject): string {
  const hash = createHash("sha256");
  feed(record, deepestLevel, (text) => hash.update(text));
  return hash.digest("hex").slice(0, 32);
}

/** Every value is written with its kind and length, so that no two contents write the same text. */
function feed(value: JsonValue, levels: number, write: (text: string) => void): void {
  if (typeof value === "string") {
    write(`s${value.length}:${value}`);
  } else if (Array.isArray(value)) {
    write(`a${value.length}:`);
    if (levels > 0) for (const item of value) feed(item, levels - 1, write);
  } else if (isObject(value)) {
    const keys = Object.keys(value).sort();
    write(`o${keys.length}:`);
    if (levels === 0) return;
    for (const key of keys) {
      write(`k${key.length}:${key}`);
      feed(value[key] ?? null, levels - 1, write);
    }
  } else {
    write(`p${String(value)};`);
  }
}
