// The question before a text is searched for secrets: can it hold one at all? One pass over its characters, which looks up
// every four of them in a table made from the same names and shapes that the search uses. Two nanoseconds a character, where
// one RegExp of all shapes takes seven and an automaton over the bytes six.
import { plainName, secretEndings, withoutSuffix } from "./secret-names.ts";
import { markedShapes, tokenShapes } from "./secret-shapes.ts";

/** Letters without case, digits, and the marks that follow a name or stand in a prefix, each on its own; 63 for any other. */
const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789+/_-.=:%&?@~ \"'`\\[]\t";
const other = 63;
/** Classes below this one are letters and digits. */
const markClasses = 36;

const classes = new Uint8Array(128).fill(other);
for (let index = 0; index < alphabet.length; index++) classes[alphabet.charCodeAt(index)] = index;
for (let letter = 0; letter < 26; letter++) classes[65 + letter] = letter;

const sextets = new Uint8Array(128).fill(255);
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".split("").forEach((character, value) => {
  sextets[character.charCodeAt(0)] = value;
});
sextets[45] = 62;
sextets[95] = 63;

const slotBits = 17;
/** Which searches a text is worth: one bit each. */
export const searches = { privateKeys: 1, tokens: 2, marked: 4, urls: 8, schemes: 16, commands: 32, names: 64, base64: 128, keys: 256 } as const;
/** The four characters end a name of a secret and many a word: the name is looked at. Such a hit is one of `names`, or none. */
const commonNames = 512;
/** A key id and its secret behind it are longer than this; key ids alone are everywhere. */
const keyAndSecretLength = 60;
/** First a table small enough for the processor's cache; what is found there is looked up exactly. */
const slots = new Uint8Array(1 << slotBits);
const exact = new Map<number, number>();
/** And before that the last two of four: few pairs end any, and this table stays in the fastest cache where the other does not. */
const pairs = new Uint8Array(1 << 12);

function slotOf(rolling: number): number {
  return Math.imul(rolling, 0x9e3779b1) >>> (32 - slotBits);
}

/** Every run of four characters with one of each of `places`; where there is none, any. */
function mark(value: number, ...places: readonly (string | undefined)[]): void {
  const codes = [0, 1, 2, 3].map((index) => {
    const place = places[index];
    return place === undefined
      ? Array.from({ length: 64 }, (_, code) => code)
      : [...place].map((character) => classes[character.charCodeAt(0)] ?? other);
  });
  let starts = [0];
  for (const next of codes) starts = starts.flatMap((start) => next.map((code) => ((start << 6) | code) & 0xffffff));
  for (const four of starts) {
    slots[slotOf(four)] = 1;
    pairs[four & 0xfff] = 1;
    exact.set(four, (exact.get(four) ?? 0) | value);
  }
}

function markText(value: number, text: string): void {
  mark(value, ...text.slice(0, 4));
}

const hexDigits = "0123456789abcdef";
const digits = "0123456789";
/** What may stand before a word; the last stands for any other, and for the beginning of the text. */
const beforeWords = "+/-.=:%&?@~ \"'`\\[]\t\u0000";
const behindNames = "=: \t\"'`\\%&+]";
const namesInTexts = ["sig", "signature", "code", "pass", "passs"];
/** Behind names that end as many words do. */
const behindCommonEnds = "=:\"'\\%";
const commonEnd = /(?:ion|ing|ata|ure|rds|ate|ers)$/;

/** Whether the filter looks for this name where this character follows. */
export function isLookedFor(name: string, following: string): boolean {
  if (!/(?:[A-Za-z]{3}|[A-Za-z]{2}\d|e64|b64)$/i.test(name)) return false;
  const plain = plainName(name);
  const isCommon = commonEnd.test(plain) || commonEnd.test(plain.replace(/[s\d]$/, ""));
  return (isCommon ? behindCommonEnds : behindNames).includes(following);
}

markText(searches.keys, "akia");
markText(searches.keys, "asia");
mark(searches.urls, undefined, ":", "/", "/");
for (const name of [...secretEndings.map(({ plain }) => plain), ...namesInTexts]) {
  const isCommon = commonEnd.test(name);
  const bit = isCommon ? commonNames : searches.names;
  const behind = isCommon ? behindCommonEnds : behindNames;
  mark(bit, ...name.slice(-3), behind);
  mark(bit, ...name.slice(-2), `s${digits}`, behind);
}
for (const suffix of ["alue", "se64", "b64"]) mark(searches.names, ...suffix.slice(-3), behindNames);
for (const { prefix, isWord, anchor, alphabet: following } of tokenShapes) {
  if (isWord) mark(searches.tokens, beforeWords, ...prefix.slice(0, 3), ...(prefix.length === 2 && following === "hex" ? [hexDigits] : []));
  else markText(searches.tokens, anchor ?? prefix);
}
for (const { mark: inside } of markedShapes) mark(searches.marked, ...(inside.length === 2 ? [digits, ...inside] : inside.slice(0, 4)));
for (const text of ["-----BEGIN", "PuTTY"]) markText(searches.privateKeys, text);
for (const text of ["bearer", "basic", "ssws"]) markText(searches.schemes, text);
for (const text of ["mysql", "mariadb", "sshpass", " -u ", "=-u=", "=-u&", "+-u+", "20-u", "--user"]) markText(searches.commands, text);

/** False only where no search would change anything. */
export function mayHoldSecretText(text: string): boolean {
  const { length } = text;
  let lastAtSign: number | undefined;
  let rolling = 0xffffff;
  let run = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    const character = code < 128 ? (classes[code] as number) : other;
    rolling = ((rolling << 6) | character) & 0xffffff;
    run = character < markClasses ? run + 1 : 0;
    if (pairs[rolling & 0xfff] === 0 && run !== 24) continue;
    if (slots[Math.imul(rolling, 0x9e3779b1) >>> (32 - slotBits)] === 0 && run !== 24) continue;
    const found = searchesAt(text, index, rolling, run);
    if ((found & searches.urls) !== 0) lastAtSign ??= text.lastIndexOf("@");
    if (withoutUserless(found, index, lastAtSign) !== 0) return true;
  }
  return false;
}

/** The searches that could change something, as bits. */
export function searchesWorth(text: string): number {
  let worth = 0;
  let lastAtSign: number | undefined;
  let rolling = 0xffffff;
  let run = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const character = code < 128 ? (classes[code] as number) : other;
    rolling = ((rolling << 6) | character) & 0xffffff;
    run = character < markClasses ? run + 1 : 0;
    if (run !== 24 && !exact.has(rolling)) continue;
    const found = searchesAt(text, index, rolling, run);
    if ((found & searches.urls) !== 0) lastAtSign ??= text.lastIndexOf("@");
    worth |= withoutUserless(found, index, lastAtSign);
  }
  return worth;
}

/** Of what `searchesAt` found at `index`: an address of no user is none. The last "@" is looked for once a text: one may be nothing but "://". */
function withoutUserless(found: number, index: number, lastAtSign: number | undefined): number {
  return lastAtSign !== undefined && lastAtSign < index ? found & ~searches.urls : found;
}

function searchesAt(text: string, index: number, rolling: number, run: number): number {
  let marked = exact.get(rolling) ?? 0;
  if ((marked & searches.keys) !== 0 && text.length <= keyAndSecretLength) marked &= ~searches.keys;
  if ((marked & commonNames) !== 0)
    marked = (marked & ~commonNames) | (text.length > longestLookedAt || endsInSecretName(text, index) ? searches.names : 0);
  return run === 24 && isPrintableBase64(text, index - 23) ? marked | searches.base64 : marked;
}

const commonEndings = [...secretEndings.map(({ plain }) => plain), ...namesInTexts].filter((name) => commonEnd.test(name));
/** The last six characters of a name, as their classes in two halves. */
function tailOf(name: string): readonly [number, number] {
  const codes = [...name.slice(-6)].map((character) => classes[character.charCodeAt(0)] as number);
  const half = (first: number) => codes.slice(first, first + 3).reduce((bits, code) => (bits << 6) | code, 0);
  return [half(0), half(3)];
}

/** The same question for bytes (ingest/decode/walk/harmless-text.as.ts), of texts of printable ASCII: false more often than here, never where it is true here. */
export const textTables = { classes, sextets, marks: exact, tails: commonEndings.map(tailOf) };

/** The search reads a name of up to 80 characters and two words before it. */
const longestBefore = 160;
/** A longer text is searched: names by the thousand, each looked at, would cost more than the search (4 MiB of "ing:", 2.9 and 1.5 s). */
const longestLookedAt = 1024;

/** "connection string:" and not "loadbalancing:", before `end`. */
function endsInSecretName(text: string, end: number): boolean {
  const plain = plainName(text.slice(Math.max(0, end - longestBefore), end));
  const bare = withoutSuffix(plain);
  return commonEndings.some((name) => plain.endsWith(name) || bare.endsWith(name));
}

/** Whether the 24 characters from `start` on, read as base64, are 18 bytes of readable text. */
export function isPrintableBase64(text: string, start: number): boolean {
  for (let index = start; index < start + 24; index += 4) {
    const first = sextetAt(text, index);
    const second = sextetAt(text, index + 1);
    const third = sextetAt(text, index + 2);
    const fourth = sextetAt(text, index + 3);
    if ((first | second | third | fourth) > 63) return false;
    if (!isReadable((first << 2) | (second >> 4)) || !isReadable(((second & 15) << 4) | (third >> 2)) || !isReadable(((third & 3) << 6) | fourth))
      return false;
  }
  return true;
}

function sextetAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (sextets[code] as number) : 255;
}

function isReadable(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9;
}
