// Lists cut so that each part fits where bytes are counted: a server takes so much as one parameter, however many texts it holds.

/** In order, each of at most so many bytes of UTF-8, with `overheadBytes` for each text beside it; a text that is longer by itself stands alone. */
export function slicesByBytes(texts: readonly string[], mostBytes: number, overheadBytes: number): string[][] {
  const slices: string[][] = [];
  let left = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(text) + overheadBytes;
    const last = slices.at(-1);
    if (last === undefined || size > left) {
      slices.push([text]);
      left = mostBytes - size;
      continue;
    }
    last.push(text);
    left -= size;
  }
  return slices;
}
