// Where in a record a field of the action comes from, found by value: the normalisers are plain functions that leave no
// trail, and one that did would pay for it on every record of an ingest. So this says "the same value stands at", not more.
import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";

export interface Leaf {
  /** userIdentity.sessionContext.sessionIssuer.arn */
  readonly path: string;
  readonly text: string;
}

const maximumLeaves = 5_000;
const shortestPart = 5;

/** The texts and numbers of a record, in its own order. Iterative: a record may be nested as deep as it likes. */
export function leavesOf(record: JsonObject): Leaf[] {
  const leaves: Leaf[] = [];
  const pending: { path: string; value: JsonValue }[] = [{ path: "", value: record }];
  while (pending.length > 0 && leaves.length < maximumLeaves) {
    const { path, value } = pending.pop() as { path: string; value: JsonValue };
    if (Array.isArray(value)) {
      for (let index = Math.min(value.length, maximumLeaves) - 1; index >= 0; index--)
        pending.push({ path: `${path}[${index}]`, value: value[index] as JsonValue });
    } else if (isObject(value)) {
      const children = Object.entries(value).map(([key, child]) => ({ path: childPath(path, key), value: child }));
      pending.push(...children.reverse().slice(-maximumLeaves));
    } else if (typeof value === "string" || typeof value === "number") {
      leaves.push({ path, text: String(value) });
    }
  }
  return leaves;
}

function childPath(path: string, key: string): string {
  if (!/^[A-Za-z_@$][\w@$-]*$/.test(key)) return `${path}[${JSON.stringify(key.slice(0, 200))}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Where a text of the action stands in the record; "" where it stands nowhere. */
export function traceText(text: string, leaves: readonly Leaf[]): string {
  if (text === "") return "";
  const same = leaves.find((leaf) => leaf.text === text) ?? leaves.find((leaf) => leaf.text.toLowerCase() === text.toLowerCase());
  if (same !== undefined) return same.path;
  const whole = leaves.find((leaf) => (text.length >= shortestPart ? leaf.text.includes(text) : leaf.text.startsWith(`${text}.`)));
  if (whole !== undefined) return `part of ${whole.path}`;
  const parts = leaves
    .filter((leaf) => leaf.text.length >= shortestPart && text.includes(leaf.text))
    .sort((left, right) => right.text.length - left.text.length);
  return parts[0] === undefined ? "" : `built from ${parts[0].path}`;
}

/** Where a time of the action stands in the record, as a date or as a number of seconds or milliseconds. */
export function traceTime(timeMs: number, leaves: readonly Leaf[]): string {
  const found = leaves.find(({ text }) => Date.parse(text) === timeMs || Number(text) === timeMs || Number(text) * 1000 === timeMs);
  return found?.path ?? "";
}
