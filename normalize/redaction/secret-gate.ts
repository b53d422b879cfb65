// The cheap question before redaction: might this record hold a secret? It walks the parsed record with the redactor's own
// rules, and of records that repeat themselves only the members that are new (see ingest/decode/interning-parser.ts). Searching
// all the bytes for the same rules was tried: an Aho-Corasick automaton 11 us for 1.8 kB, one RegExp over the text 13 us.
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isPlaceholder, isSecretName, pairedNameKeys, plainName, secretContainers } from "./secret-names.ts";
import { isSuspicious } from "./suspicious-text.ts";

const rememberedKeys = 20_000;
const longestRememberedKey = 512;
/** Deeper records go to the redactor, which refuses them. */
const depthLimit = 200;

/** What a key says of its value, whatever that is. */
type KeyMeaning = "nothing" | "secret" | "container" | "name" | "kind";

export class SecretGate {
  readonly #keys = new Map<string, KeyMeaning>();

  /** False only where the redactor would change nothing. `members`: those to look at, where the others are known to be harmless. */
  mayHoldSecret(record: JsonObject, members?: readonly string[]): boolean {
    if (members === undefined) return this.#object(record, 0);
    for (const name of members) if (this.mayMemberHoldSecret(name, record[name] as JsonValue)) return true;
    return false;
  }

  /** A record may hold a secret exactly if one of its members may. */
  mayMemberHoldSecret(name: string, value: JsonValue): boolean {
    return this.#member(name, value, 0);
  }

  #member(name: string, value: JsonValue, depth: number): boolean {
    const meaning = this.#keys.get(name) ?? this.#learnKey(name);
    if (typeof value === "string") return (meaning !== "nothing" && isTelling(meaning, value)) || mayTextHoldSecret(value);
    if (typeof value !== "object" || value === null) return false;
    return meaning === "container" || (Array.isArray(value) ? this.#array(value, depth + 1) : this.#object(value, depth + 1));
  }

  #object(object: JsonObject, depth: number): boolean {
    if (depth > depthLimit) return true;
    for (const key in object) if (this.#member(key, object[key] as JsonValue, depth)) return true;
    return false;
  }

  #array(array: readonly JsonValue[], depth: number): boolean {
    if (depth > depthLimit) return true;
    for (const value of array) {
      if (typeof value === "string") {
        if (mayTextHoldSecret(value)) return true;
      } else if (
        typeof value === "object" &&
        value !== null &&
        (Array.isArray(value) ? this.#array(value, depth + 1) : this.#object(value, depth + 1))
      )
        return true;
    }
    return false;
  }

  #learnKey(key: string): KeyMeaning {
    const meaning = meaningOf(key);
    if (this.#keys.size >= rememberedKeys) this.#keys.clear();
    if (key.length <= longestRememberedKey) this.#keys.set(key, meaning);
    return meaning;
  }
}

function meaningOf(key: string): KeyMeaning {
  if (key === "kind" || key === "@type" || key === "resource") return "kind";
  if (pairedNameKeys.includes(key)) return "name";
  if (secretContainers.has(plainName(key))) return "container";
  return isSecretName(key) || mayTextHoldSecret(key) ? "secret" : "nothing";
}

function isTelling(meaning: KeyMeaning, value: string): boolean {
  if (meaning === "secret") return !isPlaceholder(value);
  if (meaning === "name") return isSecretName(value);
  return meaning === "kind" && (value === "Secret" || value === "SecretList" || value === "secrets" || value.endsWith("v1.Secret"));
}

/** JSON inside a text is the redactor's to look into. */
function mayTextHoldSecret(text: string): boolean {
  if (text.length < 6) return false;
  const first = text.charCodeAt(0);
  return first === 123 || first === 91 ? !isBracketedAgent(text) : isSuspicious(text);
}

/** `[aws-sdk-java/2.20 ...]`: the brackets of a console's or S3's user agent, not JSON. */
function isBracketedAgent(text: string): boolean {
  const second = text.charCodeAt(1);
  const isLetter = (second | 32) >= 97 && (second | 32) <= 122;
  return text.charCodeAt(0) === 91 && isLetter && !/^\[(?:true|false|null)\b/.test(text) && !isSuspicious(text);
}
