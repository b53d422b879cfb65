// Azure and Entra records read alike whatever route they came by: diagnostic settings (camelCase, details under properties), REST
// and Graph (values as {value, localizedValue}), Log Analytics (PascalCase, objects as JSON text). The names differ in case only.
import { arrayOf, isObject, type JsonObject, type JsonValue, parsedJson } from "../../model/json.ts";
import { parseTimestampMs } from "../timestamp.ts";

const longestJsonText = 1_048_576;

export class AzureRecord {
  readonly #top: ReadonlyMap<string, JsonValue>;
  readonly #details: ReadonlyMap<string, JsonValue>;

  constructor(record: JsonObject) {
    this.#top = byLowerCase(record);
    const properties = asObject(this.#top.get("properties"));
    this.#details = properties === undefined ? new Map() : byLowerCase(properties);
  }

  /** The first of the names (lower case) that the record or its properties hold. */
  value(...names: readonly string[]): JsonValue | undefined {
    for (const name of names) {
      for (const value of [this.#top.get(name), this.#details.get(name)]) if (value !== undefined && value !== null && value !== "") return value;
    }
    return undefined;
  }

  /** As text: a text, a number, or the value of {value, localizedValue}. */
  text(...names: readonly string[]): string {
    const value = this.value(...names);
    if (isObject(value)) return typeof value.value === "string" ? value.value : "";
    return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  }

  /** As object; JSON text is parsed. */
  object(...names: readonly string[]): JsonObject | undefined {
    return asObject(this.value(...names));
  }

  list(...names: readonly string[]): readonly JsonValue[] {
    return jsonList(this.value(...names));
  }

  /** Milliseconds; some routes write a space for the T and leave the zone out: Microsoft's logs are in UTC. */
  timeMs(...names: readonly string[]): number | undefined {
    const text = this.text(...names).replace(/^(\d{4}-\d\d-\d\d) /, "$1T");
    return parseTimestampMs(/(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : `${text}Z`);
  }

  has(...names: readonly string[]): boolean {
    return this.value(...names) !== undefined;
  }
}

/** A record of another cloud's log, whatever Azure's names stand in it beside. The old REST shape has an object as eventSource. */
export function isOtherLog(record: JsonObject): boolean {
  if (Object.hasOwn(record, "eventSource") && !isObject(record.eventSource)) return true;
  if (otherLogKeys.some((key) => Object.hasOwn(record, key))) return true;
  // AKS: a Kubernetes event, as text, by Azure's diagnostic settings.
  return typeof record.category === "string" && record.category.startsWith("kube-");
}

const otherLogKeys = ["eventVersion", "protoPayload", "protopayload", "protopayload_auditlog", "logName", "auditID"];

/** A text member of an object, whatever the case of its name. */
export function textIn(object: JsonObject | undefined, name: string): string {
  if (object === undefined) return "";
  const value = byLowerCase(object).get(name.toLowerCase());
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function objectIn(object: JsonObject | undefined, name: string): JsonObject | undefined {
  return object === undefined ? undefined : asObject(byLowerCase(object).get(name.toLowerCase()));
}

export function listIn(object: JsonObject | undefined, name: string): readonly JsonValue[] {
  return object === undefined ? [] : arrayOf(Object.fromEntries(byLowerCase(object)), name.toLowerCase());
}

/** A list, or the list that JSON text holds. */
export function jsonList(value: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  const parsed = typeof value === "string" ? parseJson(value) : undefined;
  return Array.isArray(parsed) ? parsed : [];
}

/** Without the port and brackets that Azure adds: 203.0.113.7:443, [2001:db8::1]:443. */
export function addressOf(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  return bracketed ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
}

function byLowerCase(object: JsonObject): Map<string, JsonValue> {
  const byName = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(object)) byName.set(name.toLowerCase(), value);
  return byName;
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  if (isObject(value)) return value;
  const parsed = typeof value === "string" ? parseJson(value) : undefined;
  return isObject(parsed) ? parsed : undefined;
}

function parseJson(text: string): unknown {
  return text.length > longestJsonText || !/^\s*[[{]/.test(text) ? undefined : parsedJson(text);
}
