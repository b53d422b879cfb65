// What the place of a value in a record says of it: its key, a name beside it, the body of a Kubernetes Secret, an environment.
// Read by the redactor, which acts on it, and by the gate, which only asks whether there is anything to act on.
import { isObject, type JsonObject, type JsonValue, textOf } from "../../model/json.ts";
import { isContainerName, nameKeys, plainName, type SecretKind, secretKindOf, valueKeys } from "./secret-names.ts";

/** Deeper records are refused. */
export const depthLimit = 200;

/** Below a Kubernetes Secret `data` is secret; below the call that stores a parameter, its value. */
type Body = "none" | "secret" | "parameter";

export interface Place {
  readonly body: Body;
  /** Every text here is a secret of this kind. */
  readonly kind: SecretKind | undefined;
  /** In an environment: a list of names and values, of which the names stay. */
  readonly isList: boolean;
}

export const neutral: Place = { body: "none", kind: undefined, isList: false };

/** What a key says of its value, whatever that is. */
export interface KeyMeaning {
  readonly kind: SecretKind | undefined;
  readonly isContainer: boolean;
  /** Its value may name the value beside it. */
  readonly isName: boolean;
  readonly isValue: boolean;
  /** Its value may say what the whole object is. */
  readonly isTelling: boolean;
  readonly forcedIn: readonly Body[];
}

const ordinary: KeyMeaning = { kind: undefined, isContainer: false, isName: false, isValue: false, isTelling: false, forcedIn: [] };
const tellingKeys = new Set(["kind", "@type", "type", "Type", "eventName", "objectRef", "methodName", "namespace", "keyName"]);

const rememberedKeys = 20_000;
const longestRemembered = 256;
const meanings = new Map<string, KeyMeaning>();

export function meaningOf(key: string): KeyMeaning {
  const known = meanings.get(key);
  if (known !== undefined) return known;
  const meaning = readKey(key);
  if (meanings.size >= rememberedKeys) meanings.clear();
  if (key.length <= longestRemembered) meanings.set(key, meaning);
  return meaning;
}

function readKey(key: string): KeyMeaning {
  const plain = plainName(key);
  const isValue = valueKeys.has(plain);
  const forcedIn: Body[] = plain === "data" || plain === "stringdata" ? ["secret"] : isValue ? ["secret", "parameter"] : [];
  const meaning: KeyMeaning = {
    kind: secretKindOf(key),
    isContainer: isContainerName(key),
    isName: nameKeys.has(plain),
    isValue,
    isTelling: tellingKeys.has(key),
    forcedIn,
  };
  const isOrdinary = meaning.kind === undefined && !meaning.isContainer && !meaning.isName && !isValue && !meaning.isTelling && forcedIn.length === 0;
  return isOrdinary ? ordinary : meaning;
}

/** Whether `value`, under a key that may tell, makes its object one that holds secrets. */
export function tells(key: string, value: JsonValue): boolean {
  return bodyTold(key, value) !== "none" || (key === "type" || key === "Type" ? value === "SecureString" : false) || key === "keyName";
}

function bodyTold(key: string, value: JsonValue): Body {
  if (key === "eventName") return value === "PutParameter" ? "parameter" : "none";
  if (key === "type" || key === "Type") return value === "SecureString" ? "parameter" : "none";
  if (key === "objectRef") return isObject(value) && value.resource === "secrets" ? "secret" : "none";
  if (typeof value !== "string" || value.length > 256) return "none";
  if (key === "kind") return value === "Secret" || value === "SecretList" ? "secret" : "none";
  if (key === "@type") return /v1\.Secret(?:List)?$|\.secretmanager\./.test(value) ? "secret" : "none";
  if (key === "methodName") return /\.secrets\.|SecretManager/.test(value) ? "secret" : "none";
  if (key === "namespace") return value.endsWith(":environment") ? "parameter" : "none";
  return "none";
}

/** What an object says of all its members; a body reaches down to all that stands in it. */
export function contextOf(object: JsonObject, place: Place): { place: Place; nameKind: SecretKind | undefined; isListedPair: boolean } {
  let body = place.body;
  let nameKind: SecretKind | undefined;
  let isNamed = false;
  for (const key of Object.keys(object)) {
    const meaning = meaningOf(key);
    const value = object[key] as JsonValue;
    if (meaning.isTelling && body === "none") body = bodyTold(key, value);
    if (key === "keyName" && typeof object.value === "string") nameKind ??= "secret-key";
    if (meaning.isName && typeof value === "string") {
      nameKind ??= secretKindOf(value);
      isNamed = true;
    }
  }
  return { place: body === place.body ? place : { ...place, body }, nameKind, isListedPair: place.isList && place.kind === "environment" && isNamed };
}

/** An environment that describes a machine, not variables (AWS CodeBuild); its own environmentVariables are looked at. */
export function isNeutralEnvironment(value: JsonValue): boolean {
  return isObject(value) && (textOf(value, "computeType") !== "" || "environmentVariables" in value);
}
