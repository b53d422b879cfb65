// Takes secrets out of a record before anything else reads it, and puts keyed digests in their place, so that equal secrets
// still join. It works on the parsed record; what it does not change it hands back as it came.
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { PermanentError } from "../../model/errors.ts";
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import { closeCutJson, parseJsonText } from "./nested-json.ts";
import { contextOf, depthLimit, isNeutralEnvironment, meaningOf, neutral, type Place } from "./record-places.ts";
import { parseRedactionKey } from "./redaction-key.ts";
import { SecretGate } from "./secret-gate.ts";
import { deepKinds, isPlaceholder, secretKindOf } from "./secret-names.ts";
import { isDigest, redactSecretText, withoutScheme } from "./secret-text.ts";

/** Texts within texts within texts. */
const encodingLimit = 4;

export class Redactor {
  /** Made once: from bytes, a key is made anew for each digest. */
  readonly #key: KeyObject;
  readonly #gate: SecretGate;

  /** `key`: as createRedactionKey writes it. */
  constructor(key: string) {
    this.#key = createSecretKey(parseRedactionKey(key));
    this.#gate = new SecretGate((text) => this.#redactPlain(text, 0) !== text);
  }

  /** False only where `redact` would change nothing. `members`: those to look at, where the others are known to be harmless. */
  mayHoldSecret(record: JsonObject, members?: readonly string[]): boolean {
    return this.#gate.mayHoldSecret(record, members);
  }

  /** The same question of one member, before its value is kept for other records. */
  mayMemberHoldSecret(name: string, value: JsonValue): boolean {
    return this.#gate.mayMemberHoldSecret(name, value);
  }

  /** As SecretGate says. */
  isOrdinary(key: string, text: string | undefined): boolean {
    return this.#gate.isOrdinary(key, text);
  }

  /**
   * The record itself where there is nothing to take out.
   * @throws PermanentError for a record nested deeper than 200 levels.
   */
  redact(record: JsonObject): JsonObject {
    return this.#redactObject(record, 0, neutral, 0);
  }

  /** For text that is no record: what could not be parsed, error messages, log lines. Never throws. */
  redactText(text: string): string {
    try {
      return this.#redactString(text, 0, 0);
    } catch {
      return this.#redactPlain(text, encodingLimit);
    }
  }

  #redactObject(object: JsonObject, depth: number, place: Place, encoding: number): JsonObject {
    if (depth > depthLimit) throw new PermanentError("nested deeper than 200 levels");
    const context = contextOf(object, place);
    let isChanged = false;
    const entries: [string, JsonValue][] = [];
    for (const key of Object.keys(object)) {
      const value = object[key] as JsonValue;
      const newKey = this.#redactPlain(key, encoding);
      const newValue = this.#redactValue(value, depth + 1, this.#placeOf(key, value, context), encoding);
      if (newKey !== key || newValue !== value) isChanged = true;
      entries.push([newKey, newValue]);
    }
    return isChanged ? Object.fromEntries(entries) : object;
  }

  /** What a key, and what stands around it, say of its value. */
  #placeOf(key: string, value: JsonValue, { place, nameKind, isListedPair }: ReturnType<typeof contextOf>): Place {
    const meaning = meaningOf(key);
    const { body } = place;
    if (meaning.forcedIn.includes(body)) return { body, kind: body === "secret" ? "secret-data" : "parameter", isList: false };
    if (isListedPair) return { body, kind: meaning.isValue ? "environment" : meaning.kind, isList: false };
    if (place.kind !== undefined) return { body, kind: place.kind, isList: Array.isArray(value) && place.isList };
    if (meaning.isValue && nameKind !== undefined) return { body, kind: nameKind, isList: false };
    if (meaning.isContainer && typeof value === "object" && !isNeutralEnvironment(value)) return { body, kind: "environment", isList: true };
    const isTaken = typeof value === "string" || Array.isArray(value) || (meaning.kind !== undefined && deepKinds.has(meaning.kind));
    return meaning.kind !== undefined && isTaken ? { body, kind: meaning.kind, isList: false } : { body, kind: undefined, isList: false };
  }

  #redactValue(value: JsonValue, depth: number, place: Place, encoding: number): JsonValue {
    if (typeof value === "string")
      return place.kind === undefined ? this.#redactString(value, depth, encoding, place) : this.#redactNamed(place.kind, value, depth, encoding);
    if (Array.isArray(value)) return this.#redactArray(value, depth, place, encoding);
    if (!isObject(value)) return value;
    // Of a list only the texts are named by its key, unless the kind goes deep: {"secrets": [{"name": …}]}.
    const isNamedBelow = place.kind === undefined || place.isList || deepKinds.has(place.kind) || isForced(place.kind);
    return this.#redactObject(value, depth, isNamedBelow ? place : { ...place, kind: undefined }, encoding);
  }

  /** The words of a command line: what follows `--password` is one. */
  #redactArray(array: JsonValue[], depth: number, place: Place, encoding: number): JsonValue[] {
    if (depth > depthLimit) throw new PermanentError("nested deeper than 200 levels");
    let isChanged = false;
    const elements = array.map((element, index) => {
      const before = index > 0 ? array[index - 1] : undefined;
      const kind = place.kind ?? (typeof element === "string" && typeof before === "string" ? flagKind(before, element) : undefined);
      const redacted = this.#redactValue(element, depth + 1, kind === place.kind ? place : { ...place, kind }, encoding);
      if (redacted !== element) isChanged = true;
      return redacted;
    });
    return isChanged ? elements : array;
  }

  /** A text that is a secret by its name; its scheme ("Bearer ") stays, so that it equals the same secret elsewhere. */
  #redactNamed(kind: NonNullable<Place["kind"]>, value: string, depth: number, encoding: number): string {
    if (value === "" || isDigest(value)) return value;
    if (kind === "authorization" && /^\s*(?:[{[]|AWS4-HMAC-SHA256)/.test(value)) return this.#redactString(value, depth, encoding);
    if (!isForced(kind) && isPlaceholder(value)) return this.#redactString(value, depth, encoding);
    const [schemeLength, secret] = withoutScheme(kind, value);
    return isDigest(secret) ? value : value.slice(0, schemeLength) + this.#digest(kind, secret);
  }

  /** A text that is JSON itself is redacted as such, and then by what it looks like, as every other text. */
  #redactString(text: string, depth: number, encoding: number, place: Place = neutral): string {
    const nested = parseJsonText(text) ?? closeCutJson(text);
    if (nested === undefined || encoding >= encodingLimit) return this.#redactPlain(text, encoding);
    const redacted = this.#redactValue(nested, depth + 1, { ...place, kind: undefined }, encoding + 1);
    return this.#redactPlain(redacted === nested ? text : JSON.stringify(redacted), encoding);
  }

  #redactPlain(text: string, encoding: number): string {
    return redactSecretText(text, {
      digest: (kind, secret) => this.#digest(kind, secret),
      nested: (decoded) => (encoding >= encodingLimit ? decoded : this.#redactString(decoded, 0, encoding + 1)),
    });
  }

  #digest(kind: string, secret: string): string {
    return `redacted:${kind}:${createHmac("sha256", this.#key).update(secret).digest("hex").slice(0, 32)}`;
  }
}

/** Kinds of which every text is taken out, whatever it says. */
function isForced(kind: NonNullable<Place["kind"]>): boolean {
  return kind === "secret-data" || kind === "parameter" || kind === "environment";
}

function flagKind(flag: string, next: string): Place["kind"] {
  return flag.length < 80 && /^--?[A-Za-z]/.test(flag) && !next.startsWith("-") ? secretKindOf(flag) : undefined;
}
