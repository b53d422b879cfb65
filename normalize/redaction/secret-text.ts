// Takes secrets out of a text by what they look like: token prefixes, private keys, passwords in URLs, authorization
// schemes, `name=value` in query strings and command lines, and any of these in base64. Every search is linear.
import { isPlaceholder, type SecretKind, secretKindOf } from "./secret-names.ts";
import { alphabets, markedShapes, type TokenShape, tokenShapes } from "./secret-shapes.ts";
import { isLookedFor, isPrintableBase64, searches, searchesWorth } from "./text-filter.ts";

export interface TextTools {
  /** What stands for a secret. */
  digest(kind: string, secret: string): string;
  /** Redacts a text that stood inside the text, encoded: it may be JSON. */
  nested(text: string): string;
}

const digestForm = /^redacted:[a-z0-9-]{1,40}:[0-9a-f]{32}$/;

export function isDigest(text: string): boolean {
  return text.length <= 90 && digestForm.test(text);
}

/** One replacement may uncover the end of another: until nothing changes, so that redacting twice is redacting once. */
const longestLoop = 4;

export function redactSecretText(text: string, tools: TextTools): string {
  return search(text, tools, searchesWorth);
}

/** The same without the filter before it: slow, and the measure of it. */
export function searchSecretText(text: string, tools: TextTools): string {
  return search(text, tools, () => -1);
}

function search(text: string, tools: TextTools, worth: (text: string) => number): string {
  let before = text;
  for (let loop = 0; loop < longestLoop; loop++) {
    const found = worth(before);
    if (found === 0) return before;
    let after = before;
    for (const { bit, pass } of passes) if ((found & bit) !== 0) after = pass(after, tools);
    if (after === before) return after;
    before = after;
  }
  return before;
}

type Pass = (text: string, tools: TextTools) => string;

const passes: readonly { readonly bit: number; readonly pass: Pass }[] = [
  { bit: searches.privateKeys, pass: redactPrivateKeys },
  { bit: searches.tokens, pass: redactTokens },
  { bit: searches.marked, pass: redactMarked },
  { bit: searches.keys, pass: (text, tools) => replaceGroups(text, keyBesideId, "secret-key", tools) },
  { bit: searches.urls, pass: redactUrlPasswords },
  { bit: searches.schemes, pass: redactSchemes },
  { bit: searches.commands, pass: redactCommands },
  { bit: searches.names, pass: redactAssignments },
  { bit: searches.names, pass: redactFlags },
  { bit: searches.base64, pass: redactBase64 },
];

const privateKeyBegin = /-----BEGIN[ +%][A-Z0-9 +%]{0,60}?(?:PRIVATE|KEY)(?: |\+|%20)(?:KEY|BLOCK)[A-Z0-9 +%]{0,20}-----|PuTTY-User-Key-File-/g;

/** From the first line to the last one, or, of a key that was cut, to the end. */
function redactPrivateKeys(text: string, { digest }: TextTools): string {
  if (!text.includes("-----BEGIN") && !text.includes("PuTTY-")) return text;
  const built = new Rebuilt(text);
  privateKeyBegin.lastIndex = 0;
  for (let match = privateKeyBegin.exec(text); match !== null; match = privateKeyBegin.exec(text)) {
    if (/PUBLIC(?: |\+|%20)KEY/.test(match[0])) continue;
    const lastLine = text.indexOf("-----END", privateKeyBegin.lastIndex);
    const close = lastLine < 0 ? -1 : text.indexOf("-----", lastLine + 8);
    const end = close < 0 ? text.length : close + 5;
    built.replace(match.index, end, digest("private-key", text.slice(match.index, end)));
    privateKeyBegin.lastIndex = end;
  }
  return built.text();
}

const shapesByPrefix = new Map(tokenShapes.map((shape) => [shape.prefix, shape]));
const anyPrefix = new RegExp(
  tokenShapes
    .map(({ prefix }) => prefix.replace(/[.+/]/g, "\\$&"))
    .sort((left, right) => right.length - left.length)
    .join("|"),
  "g",
);
const jsonWebToken = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,3}/y;

function redactTokens(text: string, { digest }: TextTools): string {
  const built = new Rebuilt(text);
  /** Up to here a web token cannot begin: its first part goes on to this place, and no dot follows. */
  let noWebToken = 0;
  anyPrefix.lastIndex = 0;
  for (let match = anyPrefix.exec(text); match !== null; match = anyPrefix.exec(text)) {
    const shape = shapesByPrefix.get(match[0]);
    const start = match.index;
    anyPrefix.lastIndex = start + 1;
    if (shape === undefined || (shape.isWord && isWordCharacter(text.charCodeAt(start - 1)))) continue;
    if (shape.kind === "jwt" && start < noWebToken) continue;
    const end = shape.kind === "jwt" ? endOfWebToken(text, start) : endOfToken(text, start, shape);
    if (end <= start) {
      if (shape.kind === "jwt") noWebToken = -end;
      continue;
    }
    const secretStart = shape.isPrefixKept ? start + shape.prefix.length : start;
    built.replace(secretStart, end, digest(shape.kind, text.slice(secretStart, end)));
    anyPrefix.lastIndex = end;
  }
  return built.text();
}

/** 0 where what follows the prefix is too short. */
function endOfToken(text: string, start: number, { prefix, alphabet, minimum }: TokenShape): number {
  const run = alphabets[alphabet];
  run.lastIndex = start + prefix.length;
  run.exec(text);
  return run.lastIndex - start - prefix.length >= minimum ? run.lastIndex : 0;
}

/** Negative where there is none: where the run of characters that a token could have ends. */
function endOfWebToken(text: string, start: number): number {
  jsonWebToken.lastIndex = start;
  if (jsonWebToken.test(text)) return jsonWebToken.lastIndex;
  alphabets.base64url.lastIndex = start;
  alphabets.base64url.exec(text);
  const end = alphabets.base64url.lastIndex;
  return text.charCodeAt(end) === 46 ? 0 : -end;
}

function isWordCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

/** A secret key behind its id, as in a file of credentials. */
const keyBesideId = /\b(?:AKIA|ASIA)[A-Z0-9]{16}["']?[\s:,;|]{1,4}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/g;

/** Tokens with their mark inside. */
function redactMarked(text: string, tools: TextTools): string {
  let redacted = text;
  for (const { kind, mark, before, after } of markedShapes) {
    const built = new Rebuilt(redacted);
    for (let at = redacted.indexOf(mark); at >= 0; at = redacted.indexOf(mark, at + 1)) {
      const head = before.exec(redacted.slice(Math.max(0, at - 104), at))?.[0];
      const tail = head === undefined ? undefined : after.exec(redacted.slice(at + mark.length, at + mark.length + 104))?.[0];
      if (head === undefined || tail === undefined) continue;
      const end = at + mark.length + tail.length;
      built.replace(at - head.length, end, tools.digest(kind, redacted.slice(at - head.length, end)));
    }
    redacted = built.text();
  }
  return redacted;
}

/** The group `secret` of every match, which stands at its end or before one last character. */
function replaceGroups(text: string, pattern: RegExp, kind: string, { digest }: TextTools, isSecret = (_text: string) => true): string {
  const built = new Rebuilt(text);
  for (const match of text.matchAll(pattern)) {
    const secret = match.groups?.secret ?? "";
    if (secret === "" || isDigest(secret) || isPlaceholder(secret) || !isSecret(secret)) continue;
    const start = match.index + match[0].lastIndexOf(secret);
    built.replace(start, start + secret.length, digest(kind, secret));
  }
  return built.text();
}

/** `scheme://user:password@host`; the password may hold what belongs into no URL, so it reaches to the last @ of the word. */
const urlPassword = /:\/\/[^\s/:@"'?#<>]{0,128}:(?!\d{1,5}(?:[/?#\s"']|$))(?<secret>[^\s"'<>@]{1,512}(?:@[^\s"'<>@/]{1,128}(?=@))?)@/g;

function redactUrlPasswords(text: string, tools: TextTools): string {
  return text.includes("://") ? replaceGroups(text, urlPassword, "url-password", tools) : text;
}

/** "Bearer authentication is required" holds no token: a token has a digit, or is long. */
const bearer = /\b(?:bearer|ssws)(?: |\+|%20){1,4}(?<secret>(?=[A-Za-z._~+/=-]{0,64}\d|[A-Za-z._~+/=-]{16})[A-Za-z0-9._~+/=-]{4,})/gi;
const basic = /\bbasic(?: |\+|%20){1,4}(?<secret>[A-Za-z0-9+/]{4,}={0,2})/gi;

function redactSchemes(text: string, tools: TextTools): string {
  const withoutBearer = replaceGroups(text, bearer, "bearer", tools);
  return replaceGroups(withoutBearer, basic, "basic", tools, (secret) => Buffer.from(secret, "base64").includes(58));
}

/** Programs that take a password as a bare word. */
const shortPassword =
  /\b(?:mysql[a-z]{0,16}|mariadb[a-z-]{0,16}|sshpass)\b[^\n;|]{0,256}?(?:\s|=|%20|\+)-p(?:\s{1,4}|%20|\+|&command=)?(?<secret>[^\s"'&;|+]{3,})/g;
const userAndPassword = /(?:\s|=|%20|\+)(?:-u|--user)(?:\s{1,4}|=|%20|\+|&command=)["']?[^\s:"'&]{1,128}:(?<secret>[^\s"'&]{1,256})/g;

function redactCommands(text: string, tools: TextTools): string {
  return replaceGroups(replaceGroups(text, shortPassword, "password", tools), userAndPassword, "password", tools);
}

/** Behind a name, perhaps in quotes: = or :, then perhaps an opening quote; quotes perhaps escaped, or encoded for a URL. */
const assignmentHead =
  /(?<=[A-Za-z0-9_.-])(?<close>\]?(?:\\{0,16}["'`]|%22|%27|&quot;)?)(?<sign>[ \t]{0,4}(?:=>|:=|==?|:|%3[dDaA])[ \t+]{0,4})(?<open>\\{0,16}["'`]|%22|%27|&quot;)?/g;
const wordsBefore = /(?:[A-Za-z0-9_.-]{1,32} ){0,2}$/;
/** Parameters that are secret in a text only. */
const parameterKinds = new Map<string, { readonly kind: string; readonly minimum: number }>([
  ["sig", { kind: "signature", minimum: 16 }],
  ["signature", { kind: "signature", minimum: 16 }],
  ["x-amz-signature", { kind: "signature", minimum: 16 }],
  ["x-goog-signature", { kind: "signature", minimum: 16 }],
  ["code", { kind: "code", minimum: 24 }],
]);
/** Kinds of which the name is no part of an identifier: `password:x` holds one, `arn:aws:secretsmanager:…:secret:x` does not. */
const colonKinds = new Set<string>(["password", "api-key", "authorization", "client-secret", "connection-string", "cookie"]);

function redactAssignments(text: string, { digest }: TextTools): string {
  const built = new Rebuilt(text);
  assignmentHead.lastIndex = 0;
  for (let match = assignmentHead.exec(text); match !== null; match = assignmentHead.exec(text)) {
    const { close = "", sign = "", open = "" } = match.groups ?? {};
    const nameStart = startOfName(text, match.index);
    const name = text.slice(nameStart, match.index);
    const start = assignmentHead.lastIndex;
    const parameter = sign.startsWith("=") ? parameterKinds.get(name.toLowerCase()) : undefined;
    const kind = parameter?.kind ?? assignedKind(text, nameStart, name);
    if (kind === undefined) {
      // The sign of one name may begin another: --from-literal=password=x.
      assignmentHead.lastIndex = start - open.length;
      continue;
    }
    const isBare = open === "" && close === "";
    if (isBare && sign === ":" && !colonKinds.has(kind) && !/[-_]/.test(name)) continue;
    if (kind === "authorization" && isNoHeader(text, start)) continue;
    const end = open === "" ? endOfBareValue(text, start, kind, isListed(text, nameStart)) : endOfQuotedValue(text, start, open);
    const [schemeLength, secret] = withoutScheme(kind, text.slice(start, end));
    const minimum = parameter?.minimum ?? (open === "" ? 3 : 1);
    const isJsonNumber = open === "" && close !== "" && /^-?\d+(?:\.\d+)?$/.test(secret);
    if (secret.length < minimum || isJsonNumber || isPlaceholder(secret) || isDigest(secret) || onlyBrackets.test(secret)) continue;
    if (isBare && sign.startsWith(":") && sentenceWord.test(secret)) continue;
    built.replace(start + schemeLength, end, digest(kind, secret));
    assignmentHead.lastIndex = end;
  }
  return built.text();
}

/** Last words of names that are written in several: "Secret Access Key: …". */
const lastWord = /^(?:key|word|phrase|string|text|data|code|token|secret|assertion|response|url|uri)s?$/i;

function assignedKind(text: string, at: number, name: string): SecretKind | undefined {
  if (!isLookedFor(name, text.charAt(at + name.length))) return undefined;
  const kind = secretKindOf(name);
  if (kind !== undefined || text.charCodeAt(at - 1) !== 32 || !lastWord.test(name)) return kind;
  return secretKindOf((wordsBefore.exec(text.slice(Math.max(0, at - 68), at))?.[0] ?? "") + name);
}

const longestParameter = 80;

function startOfName(text: string, end: number): number {
  let start = end;
  const limit = Math.max(0, end - longestParameter);
  while (start > limit) {
    const code = text.charCodeAt(start - 1);
    if (!isWordCharacter(code) && code !== 45 && code !== 46) break;
    start--;
  }
  return start;
}

/** In a connection string a value goes on to the next semicolon. */
function isListed(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 59 || (text.charCodeAt(at - 1) === 32 && text.charCodeAt(at - 2) === 59);
}

/** Scheme names stay: `Authorization: Bearer …` and `Bearer …` hold the same secret. */
const scheme = /^(?:bearer|basic|token|ssws|apikey|negotiate|digest)(?: |\+|%20){1,4}(?=\S)/i;

export function withoutScheme(kind: string, value: string): [schemeLength: number, secret: string] {
  const length = kind === "authorization" || kind === "token" ? (scheme.exec(value)?.[0].length ?? 0) : 0;
  return [length, value.slice(length)];
}

/** What follows a colon in a sentence: "Invalid password: must contain a digit". */
const sentenceWord = /^(?:must|should|is|are|was|has|have|cannot|can|not|may|too|the|a|an|value|missing|expired|invalid|required|incorrect|wrong)$/i;

const onlyBrackets = /^[[\]{}()<>\\]+$/;

/** An Azure authorization is an object; a signed request holds a signature, which is taken out by its own name. */
function isNoHeader(text: string, start: number): boolean {
  noHeader.lastIndex = start;
  return noHeader.test(text);
}
const noHeader = /\\{0,16}[{[]|AWS4-HMAC-SHA256/y;

/** The next quote with no more backslashes before it than the opening one has; the end of a text that was cut. */
function endOfQuotedValue(text: string, start: number, open: string): number {
  const quote = open.replace(/^\\+/, "");
  const escapes = open.length - quote.length;
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + quote.length)) {
    let backslashes = 0;
    while (at - backslashes > start && text.charCodeAt(at - backslashes - 1) === 92) backslashes++;
    if (backslashes <= escapes) return at - backslashes;
  }
  return text.length;
}

const bareEnd = /[\s"'`&;|]|\\["'nrtu\\]|%22|%27|%26|,(?=\s|["']?[A-Za-z0-9_.-]{1,80}["']?\s?[=:])/g;
const listedEnd = /[\n"'`;]|\\["'nrtu\\]|%22/g;
const headerEnd = /[\n"'`]|\\["'nrtu\\]|%22/g;
const schemeAhead = /(?:bearer|basic|token|ssws|apikey|negotiate|digest|AWS4-HMAC-SHA256)(?: |\+|%20){1,4}/iy;
const brackets = /[)\]}>,.]/;

function endOfBareValue(text: string, start: number, kind: string, isInList: boolean): number {
  schemeAhead.lastIndex = start;
  const from = schemeAhead.test(text) ? schemeAhead.lastIndex : start;
  const pattern = kind === "cookie" ? headerEnd : isInList ? listedEnd : bareEnd;
  pattern.lastIndex = from;
  let end = pattern.exec(text)?.index ?? text.length;
  while (end > from && brackets.test(text.charAt(end - 1))) end--;
  return end;
}

/** A flag of a command line and, behind a space, its value; in the URL of an exec each word is a parameter. */
const flag = /(?<![A-Za-z0-9-])--?(?<name>[A-Za-z][A-Za-z0-9_.-]{1,80})(?:[ \t]{1,4}|&command=|%20|\+)(?<open>["'])?(?!-)/g;

function redactFlags(text: string, { digest }: TextTools): string {
  const built = new Rebuilt(text);
  flag.lastIndex = 0;
  for (let match = flag.exec(text); match !== null; match = flag.exec(text)) {
    const { name = "", open = "" } = match.groups ?? {};
    const start = flag.lastIndex;
    const kind = isLookedFor(name, match[0].charAt(match[0].indexOf(name) + name.length)) ? secretKindOf(name) : undefined;
    if (kind === undefined) continue;
    const end = open === "" ? endOfBareValue(text, start, kind, false) : endOfQuotedValue(text, start, open);
    const secret = text.slice(start, end);
    if (secret.length < 3 || isPlaceholder(secret) || isDigest(secret)) continue;
    built.replace(start, end, digest(kind, secret));
    flag.lastIndex = end;
  }
  return built.text();
}

const base64Head = /[A-Za-z0-9]{24,}/g;
const base64Run = /[A-Za-z0-9+/_-]*={0,2}/y;
/** Longest text that is decoded. */
const longestBase64 = 1_048_576;

/** Base64 of readable text that holds a secret is taken out as a whole. It begins where a word begins. */
function redactBase64(text: string, { digest, nested }: TextTools): string {
  const built = new Rebuilt(text);
  base64Head.lastIndex = 0;
  for (let match = base64Head.exec(text); match !== null; match = base64Head.exec(text)) {
    if (!isPrintableBase64(text, match.index)) continue;
    base64Run.lastIndex = match.index;
    base64Run.exec(text);
    const end = base64Run.lastIndex;
    if (end - match.index > longestBase64) continue;
    const run = text.slice(match.index, end);
    const decoded = Buffer.from(run, "base64").toString("utf8");
    if (nested(decoded) !== decoded) built.replace(match.index, end, digest("base64", run));
    base64Head.lastIndex = end;
  }
  return built.text();
}

const digests = /redacted:[a-z0-9-]{1,40}:[0-9a-f]{32}/g;

/** A text with some parts replaced, from left to right. */
class Rebuilt {
  readonly #original: string;
  /** Digests that stand in the text already. */
  readonly #taken: readonly { readonly start: number; readonly end: number }[];
  #nextTaken = 0;
  #built = "";
  #from = 0;

  constructor(original: string) {
    this.#original = original;
    this.#taken = original.includes("redacted:")
      ? [...original.matchAll(digests)].map(({ index, 0: digest }) => ({ start: index, end: index + digest.length }))
      : [];
  }

  /** Nothing where the part overlaps one that was replaced before, or cuts a digest in two. */
  replace(start: number, end: number, replacement: string): void {
    if (start < this.#from || this.#isCut(start) || this.#isCut(end)) return;
    this.#built += this.#original.slice(this.#from, start) + replacement;
    this.#from = end;
  }

  #isCut(position: number): boolean {
    while ((this.#taken[this.#nextTaken]?.end ?? Number.POSITIVE_INFINITY) <= position) this.#nextTaken++;
    return (this.#taken[this.#nextTaken]?.start ?? Number.POSITIVE_INFINITY) < position;
  }

  text(): string {
    return this.#from === 0 ? this.#original : this.#built + this.#original.slice(this.#from);
  }
}
