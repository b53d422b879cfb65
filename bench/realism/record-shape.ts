// What a record looks like, apart from what it says: the paths of its fields and the kind of each value. Two sets of records of
// one action are alike where these are.
import type { JsonObject, JsonValue } from "../../model/json.ts";

const depthLimit = 8;
const listLimit = 4;

/**
 * Each path with the kind of its value; a list's elements share one path, and so do the entries of a map whose keys are data.
 * `foldsCase`: top-level names of one spelling only.
 */
export function shapeOf(record: JsonObject, foldsCase = false): Map<string, string> {
  const shape = new Map<string, string>();
  if (!foldsCase) walk(record, "", 0, shape);
  else for (const [key, value] of Object.entries(record)) walk(value, key.toLowerCase(), 1, shape);
  return shape;
}

function walk(value: JsonValue, path: string, depth: number, shape: Map<string, string>): void {
  if (typeof value !== "object" || value === null) {
    if (path !== "") shape.set(path, kindOf(value));
    return;
  }
  if (path !== "") shape.set(path, Array.isArray(value) ? "list" : "object");
  if (depth >= depthLimit || path.endsWith(".fieldsV1")) return;
  if (Array.isArray(value)) for (const element of value.slice(0, listLimit)) walk(element, `${path}[]`, depth + 1, shape);
  else
    for (const [key, below] of Object.entries(value))
      walk(below, path === "" ? plainKey(key, path) : `${path}.${plainKey(key, path)}`, depth + 1, shape);
}

/** Keys that are ids or addresses, and the labels of an object, are data: one path for all of them. */
function plainKey(key: string, path: string): string {
  return /^(?:[0-9a-f-]{16,}|\d+)$/i.test(key) || /\b(?:metadata\.(?:labels|annotations)|matchLabels|encryptionContext)$/.test(path) ? "*" : key;
}

const textKinds: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["empty text", /^$/],
  ["UUID", /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ["time", /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/],
  ["address", /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{3,39}::?[0-9a-f:]*)$/i],
  ["ARN", /^arn:/],
  ["Azure id", /^\/(?:subscriptions|tenants)\//i],
  ["AWS key id", /^A(?:KIA|SIA|ROA|IDA)[0-9A-Z]{8,}/],
  ["e-mail", /^[^\s@]+@[^\s@]+$/],
  ["number text", /^-?\d+(?:\.\d+)?$/],
  ["hexadecimal", /^[0-9a-f]{16,}$/i],
  ["yes or no", /^(?:true|false)$/i],
];

function kindOf(value: string | number | boolean | null): string {
  if (value === null) return "null";
  if (typeof value !== "string") return typeof value;
  return textKinds.find(([, pattern]) => pattern.test(value))?.[0] ?? (value.length > 200 ? "long text" : "text");
}
