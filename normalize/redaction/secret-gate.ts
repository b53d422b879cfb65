// The cheap question before redaction: might this record hold a secret? It walks the parsed record without changing it, asks of
// each key and text what the redactor would ask, and of a text the redactor itself, where the filter lets it come to that.
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { closeCutJson, parseJsonText } from "./nested-json.ts";
import { depthLimit, isNeutralEnvironment, meaningOf, tells } from "./record-places.ts";
import { deepKinds, isPlaceholder, secretKindOf } from "./secret-names.ts";
import { mayHoldSecretText } from "./text-filter.ts";

const rememberedKeys = 20_000;
const longestRemembered = 256;
const rememberedTexts = 8192;

export class SecretGate {
  /** Whether the redactor would change this text. */
  readonly #isSecretText: (text: string) => boolean;
  /** Keys that say nothing of their value and hold no secret themselves. */
  readonly #ordinary = new Set<string>();
  /** Texts that the filter took for secrets and the redactor did not: types and names of resources repeat. Never a secret. */
  readonly #harmless = new Set<string>();

  constructor(isSecretText: (text: string) => boolean) {
    this.#isSecretText = isSecretText;
  }

  /** False only where the redactor would change nothing. `members`: those to look at, where the others are known to be harmless. */
  mayHoldSecret(record: JsonObject, members?: readonly string[]): boolean {
    if (members === undefined) return this.#object(record, 0);
    for (const name of members) if (this.#member(name, record[name] as JsonValue, record, 0)) return true;
    return false;
  }

  /** A record may hold a secret exactly if one of its members may. */
  mayMemberHoldSecret(name: string, value: JsonValue): boolean {
    return this.#member(name, value, undefined, 0);
  }

  /** `parent`: undefined where the member is looked at by itself, and anything may stand beside it. */
  #member(name: string, value: JsonValue, parent: JsonObject | undefined, depth: number): boolean {
    if (!this.#ordinary.has(name) && this.#isTellingKey(name, value, parent)) return true;
    return this.#value(value, depth);
  }

  /** Whether neither the key, nor the key with this text, is a reason to look for a secret, whatever stands beside it; the text itself is not looked at. */
  isOrdinary(key: string, text: string | undefined): boolean {
    if (this.#ordinary.has(key)) return true;
    return !this.#isTellingKey(key, text ?? "", undefined) && (text !== undefined || this.#ordinary.has(key));
  }

  #value(value: JsonValue, depth: number): boolean {
    if (typeof value === "string") return this.#text(value, depth);
    if (typeof value !== "object" || value === null) return false;
    return Array.isArray(value) ? this.#array(value, depth + 1) : this.#object(value, depth + 1);
  }

  #object(object: JsonObject, depth: number): boolean {
    if (depth > depthLimit) return true;
    for (const key in object) if (this.#member(key, object[key] as JsonValue, object, depth)) return true;
    return false;
  }

  #array(array: readonly JsonValue[], depth: number): boolean {
    if (depth > depthLimit) return true;
    for (let index = 0; index < array.length; index++) {
      const value = array[index] as JsonValue;
      if (this.#value(value, depth)) return true;
      if (
        typeof value === "string" &&
        value.charCodeAt(0) === 45 &&
        value.length < 80 &&
        typeof array[index + 1] === "string" &&
        secretKindOf(value) !== undefined
      )
        return true;
    }
    return false;
  }

  #isTellingKey(name: string, value: JsonValue, parent: JsonObject | undefined): boolean {
    const meaning = meaningOf(name);
    if (mayHoldSecretText(name) && this.#isSecretText(name)) return true;
    if (meaning.kind === undefined && !meaning.isContainer && !meaning.isName && !meaning.isTelling) {
      if (this.#ordinary.size >= rememberedKeys) this.#ordinary.clear();
      if (name.length <= longestRemembered) this.#ordinary.add(name);
      return false;
    }
    if (meaning.isTelling && tells(name, value) && (name !== "keyName" || parent === undefined || "value" in parent)) return true;
    if (meaning.isName && typeof value === "string" && secretKindOf(value) !== undefined && (parent === undefined || hasValueBeside(parent)))
      return true;
    if (meaning.isContainer && typeof value === "object" && value !== null && !isNeutralEnvironment(value)) return true;
    if (meaning.kind === undefined) return false;
    if (typeof value === "string") return !isPlaceholder(value);
    return typeof value === "object" && value !== null && (Array.isArray(value) || deepKinds.has(meaning.kind));
  }

  #text(text: string, depth: number): boolean {
    if (text.length < 4) return false;
    const first = text.charCodeAt(0);
    if (first === 123 || first === 91 || first === 34 || first <= 32) {
      const nested = parseJsonText(text) ?? closeCutJson(text);
      if (nested !== undefined && (depth > depthLimit || this.#value(nested, depth + 1))) return true;
    }
    return mayHoldSecretText(text) && this.#judge(text);
  }

  #judge(text: string): boolean {
    if (this.#harmless.has(text)) return false;
    if (this.#isSecretText(text)) return true;
    if (this.#harmless.size >= rememberedTexts) this.#harmless.clear();
    if (text.length <= longestRemembered) this.#harmless.add(text);
    return false;
  }
}

function hasValueBeside(object: JsonObject): boolean {
  for (const key in object) if (meaningOf(key).isValue) return true;
  return false;
}
