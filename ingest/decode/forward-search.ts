// Where a text comes next in a stream of which parts are looked at again and again: each byte is searched once, however often it is asked.

export class ForwardSearch {
  readonly #needle: Buffer;
  /** Offsets in the stream: where it was found last, and up to where none begins behind what was asked for. */
  #foundAt = -1;
  #searchedTo = 0;

  constructor(needle: Buffer) {
    this.#needle = needle;
  }

  /** Its place in `bytes`, which begin at `offset` of the stream, at `start` or behind; -1 where there is none yet. Places are asked for in order. */
  next(bytes: Buffer, offset: number, start: number): number {
    if (this.#foundAt >= offset + start) return this.#foundAt - offset;
    const place = bytes.indexOf(this.#needle, Math.max(start, this.#searchedTo - offset));
    this.#foundAt = place < 0 ? -1 : offset + place;
    this.#searchedTo = place < 0 ? offset + Math.max(start, bytes.length - this.#needle.length + 1) : this.#foundAt;
    return place;
  }
}
