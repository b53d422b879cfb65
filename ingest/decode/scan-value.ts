// The exact end of a JSON value in bytes, by structure alone: strings, escapes and brackets. It never recurses, so nesting of
// any depth costs nothing but time. Whether the value is valid JSON is for JSON.parse to say.

const quote = 34;
const backslash = 92;

/** Filled by endOfValue: colons outside texts. In valid JSON each stands behind a key. */
export interface KeyCount {
  keys: number;
}

/** Index behind the object or array that starts at `start`; -1 where it does not end before `limit`. */
export function endOfValue(bytes: Uint8Array, start: number, limit: number, count?: KeyCount): number {
  let depth = 0;
  let keys = 0;
  for (let index = start; index < limit; index++) {
    switch (bytes[index]) {
      case quote:
        index = endOfString(bytes, index, limit) - 1;
        if (index < 0) return -1;
        break;
      case 123: // {
      case 91: // [
        depth++;
        break;
      case 125: // }
      case 93: // ]
        if (--depth > 0) break;
        if (count !== undefined) count.keys = keys;
        return index + 1;
      case 58: // :
        keys++;
        break;
      default:
    }
  }
  return -1;
}

/** Index behind the string that starts at `start` (its opening quote); -1 where it does not end before `limit`. */
export function endOfString(bytes: Uint8Array, start: number, limit: number): number {
  for (let index = start + 1; index < limit; index++) {
    const byte = bytes[index];
    if (byte === quote) return index + 1;
    if (byte === backslash) index++;
  }
  return -1;
}

/** First index at or after `start` that is no white space, NUL or byte-order mark; `limit` where there is none. */
export function skipBlank(bytes: Uint8Array, start: number, limit: number): number {
  let index = start;
  while (index < limit) {
    const byte = bytes[index];
    if (byte === 32 || byte === 10 || byte === 13 || byte === 9 || byte === 0) index++;
    else if (byte === 0xef && bytes[index + 1] === 0xbb && bytes[index + 2] === 0xbf) index += 3;
    else break;
  }
  return index;
}
