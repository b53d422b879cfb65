// What the tests of Azure's three formats share: the context, the golden inputs, and what any answer must keep to.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { identityActionSchema, type NormalizedAction } from "../../../model/identity-action.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { createNetworkClassifier } from "../../../normalize/network.ts";
import type { NormalizeContext, Normalizer } from "../../../normalize/normalizer.ts";
import { hostileValues, pathsOf, replaced } from "./hostile-records.ts";

const context: NormalizeContext = { defaultAccount: "", clusterOfIssuer: () => undefined, network: createNetworkClassifier([]) };
const eventSchema = identityActionSchema.omit({ received_at: true });

/** As JSON text, as Log Analytics writes objects: what stands in the text is as hostile as the rest. */
const hostileTexts: readonly JsonValue[] = [
  "[null, 1, {}]",
  '{"user": {"id": {}, "userPrincipalName": []}, "app": 7}',
  '{"claims": {"uti": 5, "iat": 1e400}}',
  `${"[".repeat(200_000)}`,
  `{"a":${"[".repeat(3000)}${"]".repeat(3000)}}`,
  `${"KeyIdentifier=".repeat(5000)}`,
  `/subscriptions/${"/providers/".repeat(5000)}`,
  "[::1]:99999999",
  "203.0.113.7:443:443",
];

export function golden(format: string, name: string): JsonObject {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, "../golden", format, `${name}.json`), "utf8")) as JsonObject;
}

export function eventOf(normalizer: Normalizer, record: JsonObject): NormalizedAction {
  const result = normalizer.normalize(record, context);
  if (result.kind !== "event") throw new Error(`expected an event, got ${JSON.stringify(result)}`);
  return result.event;
}

/** Any answer will do, but an answer it must be: an event that keeps to the schema, or a short reason. */
export function expectAnswer(normalizer: Normalizer, record: JsonObject): void {
  normalizer.recognizes(record);
  const result = normalizer.normalize(record, context);
  if (result.kind === "completion") throw new Error("Azure has no completions");
  if (result.kind !== "event") {
    expect(result.reason).toMatch(/^[A-Za-z]/);
    expect(result.reason.length).toBeLessThan(100);
    return;
  }
  eventSchema.parse(result.event);
  expect(result.event.resource_types.length).toBe(result.event.resource_uids.length);
  expect(result.event.resource_accounts.length).toBe(result.event.resource_uids.length);
  expect(result.event.event_uid).not.toBe("");
  expect(result.event.user_agent.length).toBeLessThanOrEqual(1024);
  expect(result.event.identity_uid === "", "a rule that fires names somebody").toBe(result.event.identity_rule === "");
}

/** Every field of every golden record, at every depth, replaced and taken away. */
export function testHostileFields(normalizer: Normalizer): void {
  const folder = path.join(import.meta.dirname, "../golden", normalizer.format);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"));
  test.each(names)("%s: every field, replaced by hostile values or taken away, still gets an answer", (name) => {
    const text = readFileSync(path.join(folder, name), "utf8");
    for (const at of pathsOf(JSON.parse(text) as JsonValue))
      for (const value of [...hostileValues, ...hostileTexts, undefined]) expectAnswer(normalizer, replaced(text, at, value));
  });
}

export function readLines(file: string): JsonObject[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as JsonObject);
}
