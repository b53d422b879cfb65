// Takes secrets out of a record before anything else reads it, and puts keyed digests in their place, so that equal secrets
// still join. It works on the parsed record; what it does not change it hands back as it came.
import { createHmac } from "node:crypto";
import { PermanentError } from "../../model/errors.ts";
import { isObject, type JsonObject, type JsonValue, objectOf, textOf } from "../../model/json.ts";
import { parseRedactionKey } from "./redaction-key.ts";
import { SecretGate } from "./secret-gate.ts";
import { isPlaceholder, isSecretName, pairedNameKeys, plainName, secretContainers } from "./secret-names.ts";
import { assignment, flag, secretShapes } from "./secret-shapes.ts";

const depthLimit = 200;
/** Longest text that is parsed as JSON inside a text. */
const nestedJsonLimit = 1_048_576;

/** What the place of a value says of it. */
interface Place {
  readonly depth: number;
  /** Every text below is a secret of this kind; undefined: only what looks like one. */
  readonly secretKind: string | undefined;
  /** Below the body of a Kubernetes Secret: its data is secret, its metadata is not. */
  readonly isSecretBody: boolean;
}

export class Redactor {
  readonly #key: Buffer;
  readonly #gate = new SecretGate();

  /** `key`: as createRedactionKey writes it. */
  constructor(key: string) {
    this.#key = parseRedactionKey(key);
  }

  /** False only where `redact` would change nothing. `members`: those to look at, where the others are known to be harmless. */
  mayHoldSecret(record: JsonObject, members?: readonly string[]): boolean {
    return this.#gate.mayHoldSecret(record, members);
  }

  /** The same question of one member, before its value is kept for other records. */
  mayMemberHoldSecret(name: string, value: JsonValue): boolean {
    return this.#gate.mayMemberHoldSecret(name, value);
  }

  /**
   * The record itself where there is nothing to take out.
   * @throws PermanentError for a record nested deeper than 200 levels.
   */
  redact(record: JsonObject): JsonObject {
    return this.#redactObject(record, { depth: 0, secretKind: undefined, isSecretBody: isAboutSecrets(record) });
  }

  /** For text that is no record: what could not be parsed, error messages, log lines. */
  redactText(text: string): string {
    return this.#redactAssignments(this.#redactShapes(text));
  }

  #redactObject(object: JsonObject, place: Place): JsonObject {
    if (place.depth > depthLimit) throw new PermanentError("nested deeper than 200 levels");
    const isSecretBody = place.isSecretBody || isKubernetesSecret(object);
    const nameBeside = secretNameBeside(object);
    const isPair = "name" in object && "value" in object;
    let isChanged = false;
    const entries = Object.entries(object).map(([key, value]): [string, JsonValue] => {
      const newKey = this.redactText(key);
      const own = secretKindOf(key, value, isSecretBody, nameBeside);
      // In a list of names and values (an environment) the names stay readable.
      const inherited = isPair && plainName(key) !== "value" ? undefined : place.secretKind;
      const newValue = this.#redactValue(value, { depth: place.depth + 1, secretKind: own ?? inherited, isSecretBody });
      if (newKey !== key || newValue !== value) isChanged = true;
      return [newKey, newValue];
    });
    return isChanged ? Object.fromEntries(entries) : object;
  }

  #redactValue(value: JsonValue, place: Place): JsonValue {
    if (typeof value === "string")
      return place.secretKind !== undefined && !isPlaceholder(value) ? this.#digest(place.secretKind, value) : this.#redactString(value, place);
    if (Array.isArray(value)) {
      if (place.depth > depthLimit) throw new PermanentError("nested deeper than 200 levels");
      const below = { ...place, depth: place.depth + 1 };
      const elements = value.map((element) => this.#redactValue(element, below));
      return elements.some((element, index) => element !== value[index]) ? elements : value;
    }
    return isObject(value) ? this.#redactObject(value, place) : value;
  }

  /** A text that is JSON itself is redacted as such; any other by what it looks like. */
  #redactString(text: string, place: Place): string {
    if (text.length < 6) return text;
    const first = text.charCodeAt(0);
    if ((first === 123 || first === 91) && text.length <= nestedJsonLimit) {
      const nested = parsed(text);
      if (nested !== undefined) {
        const redacted = this.#redactValue(nested, { ...place, depth: place.depth + 1 });
        return redacted === nested ? text : JSON.stringify(redacted);
      }
    }
    return this.redactText(text);
  }

  #redactShapes(text: string): string {
    let redacted = text;
    for (const { kind, pattern } of secretShapes) {
      redacted = redacted.replace(pattern, (match: string, ...rest: unknown[]) => {
        const groups = rest.at(-1);
        const secret = isObject(groups) ? textOf(groups, "secret") : "";
        return secret === "" ? this.#digest(kind, match) : match.replace(secret, () => this.#digest(kind, secret));
      });
    }
    return redacted;
  }

  #redactAssignments(text: string): string {
    const replace = (match: string, name: string, between: string, secret: string, at: number, whole: string) => {
      const fullName = `${nameBefore.exec(whole.slice(Math.max(0, at - 64), at))?.[0] ?? ""}${name}`;
      return isSecretName(fullName) && !isPlaceholder(secret) ? `${name}${between}${this.#digest(plainName(fullName).slice(-32), secret)}` : match;
    };
    return text.replace(assignment, replace).replace(flag, replace);
  }

  #digest(kind: string, secret: string): string {
    if (secret.startsWith(digestPrefix)) return secret;
    return `${digestPrefix}${kind}:${createHmac("sha256", this.#key).update(secret).digest("hex").slice(0, 32)}`;
  }
}

const nameBefore = /[A-Za-z0-9_.-]*$/;
const digestPrefix = "redacted:";

function isAboutSecrets(record: JsonObject): boolean {
  return textOf(objectOf(record, "objectRef"), "resource") === "secrets";
}

function isKubernetesSecret(object: JsonObject): boolean {
  return object.kind === "Secret" || object.kind === "SecretList" || textOf(object, "@type").endsWith("v1.Secret");
}

/** Why the value of this key is secret whatever it holds; undefined where the key says nothing. */
function secretKindOf(key: string, value: JsonValue, isSecretBody: boolean, nameBeside: string | undefined): string | undefined {
  if (isSecretBody && (key === "data" || key === "stringData")) return "secret-data";
  const plain = plainName(key);
  if (nameBeside !== undefined && (plain === "value" || plain === "parametervalue")) return nameBeside;
  if (typeof value === "object") return secretContainers.has(plain) ? "environment" : undefined;
  return isSecretName(key) ? plain.slice(-32) : undefined;
}

/** A secret's name in the same object: `{"name": "DB_PASSWORD", "value": "..."}`, and the call that stores a parameter. */
function secretNameBeside(object: JsonObject): string | undefined {
  for (const key of pairedNameKeys) {
    const name = textOf(object, key);
    if (name !== "" && isSecretName(name)) return plainName(name).slice(-32);
  }
  return undefined;
}

function parsed(text: string): JsonValue[] | JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return Array.isArray(value) || isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
