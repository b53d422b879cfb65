// One column of texts or bytes laid end to end, with their offsets, as Arrow's variable-width arrays want them.

const encoder = new TextEncoder();
/** Longer ones are faster by the encoder. */
const longestShort = 128;

export class ByteColumn {
  #bytes: Uint8Array<ArrayBuffer>;
  #offsets: Int32Array<ArrayBuffer>;
  #rows = 0;
  #sizeBytes = 0;

  /** `memory`: a size in bytes to begin with, or a buffer to write over. */
  constructor(rowCapacity: number, memory: number | ArrayBuffer) {
    this.#bytes = typeof memory === "number" ? new Uint8Array(memory) : new Uint8Array(memory);
    this.#offsets = new Int32Array(rowCapacity + 1);
  }

  get rows(): number {
    return this.#rows;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  appendText(text: string): void {
    this.#reserve(text.length * 3);
    this.#sizeBytes += encoder.encodeInto(text, this.#bytes.subarray(this.#sizeBytes)).written;
    this.#endRow();
  }

  /** As appendText, for texts that are nearly always ASCII and short (ids): no call into native code. */
  appendShortText(text: string): void {
    const { length } = text;
    if (length > longestShort) {
      this.appendText(text);
      return;
    }
    this.#reserve(length);
    const bytes = this.#bytes;
    let end = this.#sizeBytes;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        this.appendText(text);
        return;
      }
      bytes[end++] = code;
    }
    this.#sizeBytes = end;
    this.#endRow();
  }

  appendBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    this.#bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#sizeBytes);
    this.#sizeBytes += end - start;
    this.#endRow();
  }

  /** Views on the filled parts; the column is not used afterwards. */
  finish(): { data: Uint8Array; valueOffsets: Int32Array } {
    return { data: this.#bytes.subarray(0, this.#sizeBytes), valueOffsets: this.#offsets.subarray(0, this.#rows + 1) };
  }

  #endRow(): void {
    this.#rows++;
    if (this.#rows >= this.#offsets.length) {
      const grown = new Int32Array(this.#offsets.length * 2);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    this.#offsets[this.#rows] = this.#sizeBytes;
  }

  #reserve(moreBytes: number): void {
    if (this.#sizeBytes + moreBytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(Math.floor(this.#bytes.length * 1.5), this.#sizeBytes + moreBytes));
    grown.set(this.#bytes.subarray(0, this.#sizeBytes));
    this.#bytes = grown;
  }
}
