// A resource's uid with its generated parts taken out, and what the resource stands in: what a baseline remembers in place of a
// name that is new every time. Every uid is new too, so this is on the hot path: no regular expression, one walk.

/** cluster/group/resource/namespace/name, read from its end: GKE's clusters, AKS's ids and EKS's ARNs have slashes themselves. */
const kubernetesUid =
  /^(?<cluster>(?!arn:)[^/]+(?:\/[^/]+)*|arn:[^/:]*:eks:[^/:]*:[^/:]*:cluster\/[^/]+|\/subscriptions\/.*\/managedclusters\/[^/]+)\/[^/]+\/(?<resource>[^/]+)\/[^/]*\/[^/]*$/;
const podSuffix = /(?:-[0-9a-f]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const generatedNames = new Set(["pods", "replicasets", "jobs", "events"]);
const longestPattern = 256;
const longestRead = 1024;

export interface ResourcePlace {
  /** Account and project ids are kept, at most 256 characters: `arn:aws:s3:::logs/2026/11/x-0042.gz` -> `arn:aws:s3:::logs/*\/*\/x-*.gz`. */
  readonly pattern: string;
  /** Bucket, vault or other named container, resource group, namespace; else the account. */
  readonly scope: string;
}

export function resourcePlace(uid: string): ResourcePlace {
  const isArn = uid.startsWith("arn:");
  const kubernetes = isArn && !uid.includes(":cluster/") ? undefined : kubernetesUid.exec(uid)?.groups;
  if (kubernetes !== undefined) {
    const kept = kubernetes.cluster?.length ?? 0;
    const named = generatedNames.has(kubernetes.resource ?? "") ? uid.replace(podSuffix, "-*") : uid;
    return { pattern: withoutGeneratedParts(named, kept), scope: uid.slice(0, uid.lastIndexOf("/")) };
  }
  if (!isArn) return { pattern: withoutGeneratedParts(uid, 0), scope: scopeOf(uid) };
  const account = endOfArnAccount(uid);
  return { pattern: withoutGeneratedParts(uid, account), scope: isS3(uid) ? untilNth(uid, "/", 1) : uid.slice(0, Math.max(account - 1, 0)) };
}

function scopeOf(uid: string): string {
  if (uid.startsWith("/subscriptions/")) return uid.includes("/providers/") ? untilNth(uid, "/", 9) : untilNth(uid, "/", 5);
  if (uid.startsWith("//")) return untilNth(uid, "/", uid.includes("/buckets/") ? 7 : 5);
  return untilNth(uid, "/", 4);
}

/** `arn:partition:s3:` */
function isS3(arn: string): boolean {
  const service = arn.indexOf(":", 4) + 1;
  return service > 0 && arn.startsWith("s3", service) && (arn.length === service + 2 || arn.charCodeAt(service + 2) === 58);
}

/**
 * From `start` on, `*` in place of: UUIDs; words of 16 to 64 letters and digits with a digit in the first 41; words of 8 to 15
 * hexadecimal digits in lower case; runs of two digits or more. A word is what stands between other characters.
 */
export function withoutGeneratedParts(text: string, start: number): string {
  const end = Math.min(text.length, start + longestRead);
  let pattern = "";
  let copied = 0;
  let index = start;
  while (index < end) {
    if (characterKind(text.charCodeAt(index)) === noWord) {
      index++;
      continue;
    }
    const wordEnd = endOfWord(text, index, end);
    const isWhole = index === start || characterKind(text.charCodeAt(index - 1)) === noWord;
    let from = index;
    let to = isWhole ? generatedWord(text, index, wordEnd, end) : 0;
    for (; to === 0 && from < wordEnd; from++) {
      if (from === wordEnd - 8 && isUuid(text, from, end)) to = from + 36;
      else if (isDigit(text, from) && from + 1 < wordEnd && isDigit(text, from + 1)) to = endOfDigits(text, from + 2, wordEnd);
      if (to !== 0) break;
    }
    if (to === 0) index = wordEnd;
    else {
      pattern += `${text.slice(copied, from)}*`;
      copied = to;
      index = to;
    }
  }
  if (copied === 0) return end <= longestPattern && end === text.length ? text : text.slice(0, Math.min(end, longestPattern));
  return (pattern + text.slice(copied, end)).slice(0, longestPattern);
}

const noWord = 0;
const lowerHexadecimal = 1;
const digit = 3;
const otherHexadecimal = 4;
const otherLetter = 8;

const kinds = new Uint8Array(128);
for (let code = 48; code < 58; code++) kinds[code] = digit;
for (let code = 65; code < 91; code++) kinds[code] = code < 71 ? otherHexadecimal : otherLetter;
for (let code = 97; code < 123; code++) kinds[code] = code < 103 ? lowerHexadecimal : otherLetter;

function characterKind(code: number): number {
  return code < 128 ? (kinds[code] as number) : noWord;
}

function endOfWord(text: string, start: number, end: number): number {
  let index = start + 1;
  while (index < end && characterKind(text.charCodeAt(index)) !== noWord) index++;
  return index;
}

/** Where the part to take out ends that begins with this word; 0 where it does not. */
function generatedWord(text: string, start: number, wordEnd: number, end: number): number {
  const length = wordEnd - start;
  if (length < 8 || length > 64) return 0;
  if (length === 8 && isUuid(text, start, end)) return start + 36;
  let isLowerHexadecimal = true;
  let firstDigit = -1;
  for (let index = start; index < wordEnd; index++) {
    const kind = characterKind(text.charCodeAt(index));
    if ((kind & 1) === 0) isLowerHexadecimal = false;
    if (kind === digit && firstDigit < 0) firstDigit = index - start;
  }
  if (length < 16) return isLowerHexadecimal ? wordEnd : 0;
  return firstDigit >= 0 && firstDigit <= 40 ? wordEnd : 0;
}

function isUuid(text: string, start: number, end: number): boolean {
  if (start < 0 || start + 36 > end) return false;
  for (let index = 0; index < 36; index++) {
    const code = text.charCodeAt(start + index);
    const isDash = index === 8 || index === 13 || index === 18 || index === 23;
    if (isDash ? code !== 45 : (characterKind(code) & 5) === 0) return false;
  }
  return true;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code < 58;
}

function endOfDigits(text: string, start: number, end: number): number {
  let index = start;
  while (index < end && isDigit(text, index)) index++;
  return index;
}

/** Index behind the account of an ARN: `arn:partition:service:region:account:` | resource. */
function endOfArnAccount(arn: string): number {
  let index = -1;
  for (let colons = 0; colons < 5; colons++) {
    index = arn.indexOf(":", index + 1);
    if (index < 0) return arn.length;
  }
  return index + 1;
}

/** The text before the nth separator; the whole text where there are fewer. */
function untilNth(text: string, separator: string, nth: number): string {
  let index = -1;
  for (let count = 0; count < nth; count++) {
    index = text.indexOf(separator, index + 1);
    if (index < 0) return text;
  }
  return text.slice(0, index);
}
