// A seeded generator that forks by name: every identity, hour and purpose draws from a stream of its own, so that adding one
// changes no other's bytes. Nothing in the estate draws from anywhere else: the same seed gives the same files.

export type NonEmpty<Value> = readonly [Value, ...Value[]];

const hexDigits = "0123456789abcdef";
const keyDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const base64UrlDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const wordDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
const decimalDigits = "0123456789";

/** A key of 128 bits, from which the stream and every fork follow. */
type Key = readonly [number, number, number, number];

export class Random {
  readonly #key: Key;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  private constructor(key: Key) {
    this.#key = key;
    [this.#a, this.#b, this.#c] = key;
    this.#counter = key[3] | 1;
    for (let round = 0; round < 12; round++) this.#next();
  }

  static ofSeed(seed: number): Random {
    return new Random(mixed([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x71374491], `seed ${seed}`));
  }

  /** A stream of its own, which depends on this one's name and not on what was drawn from it. */
  fork(name: string): Random {
    return new Random(mixed(this.#key, name));
  }

  /** At least 0, below 1. */
  next(): number {
    return this.#next() / 4_294_967_296;
  }

  /** A whole number, both ends included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Value>(values: NonEmpty<Value>): Value;
  pick<Value>(values: readonly Value[]): Value | undefined;
  pick<Value>(values: readonly Value[]): Value | undefined {
    return values[Math.floor(this.next() * values.length)] ?? values[0];
  }

  /** Earlier values more often, as estates are: of ten values the first gets about a third. */
  pickSkewed<Value>(values: NonEmpty<Value>): Value {
    return values[Math.floor(this.next() ** 2.2 * values.length)] ?? values[0];
  }

  shuffled<Value>(values: NonEmpty<Value>): NonEmpty<Value>;
  shuffled<Value>(values: readonly Value[]): readonly Value[];
  shuffled<Value>(values: readonly Value[]): readonly Value[] {
    const result = [...values];
    for (let index = result.length - 1; index > 0; index--) {
      const other = Math.floor(this.next() * (index + 1));
      [result[index], result[other]] = [result[other] as Value, result[index] as Value];
    }
    return result;
  }

  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.next());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Median and spread (the deviation of its logarithm): latencies, sizes. */
  logNormal(median: number, spread: number): number {
    return median * Math.exp(this.normal(0, spread));
  }

  gamma(shape: number, scale: number): number {
    if (shape < 1) return this.gamma(shape + 1, scale) * (1 - this.next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal(0, 1);
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
    }
  }

  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 60) return Math.max(0, Math.round(this.normal(mean, Math.sqrt(mean))));
    const limit = Math.exp(-mean);
    let product = this.next();
    let count = 0;
    while (product > limit) {
      product *= this.next();
      count++;
    }
    return count;
  }

  /** Sorted moments in a span. */
  times(count: number, startMs: number, endMs: number): number[] {
    return Array.from({ length: count }, () => Math.floor(this.between(startMs, endMs))).sort((left, right) => left - right);
  }

  hex(length: number): string {
    return this.#digits(hexDigits, length);
  }

  digits(length: number): string {
    return this.#digits(decimalDigits, length);
  }

  /** Capitals and 2 to 7, as in AWS's ids. */
  key(length: number): string {
    return this.#digits(keyDigits, length);
  }

  word(length: number): string {
    return this.#digits(wordDigits, length);
  }

  base64(length: number): string {
    return this.#digits(base64Digits, length);
  }

  base64Url(length: number): string {
    return this.#digits(base64UrlDigits, length);
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${hexDigits[8 + (this.#next() & 3)]}${this.hex(3)}-${this.hex(12)}`;
  }

  /** A public address in a network: `203.0.113` gives 203.0.113.x. */
  addressIn(network: string): string {
    const missing = 4 - network.split(".").length;
    return network + Array.from({ length: missing }, () => `.${this.integer(1, 254)}`).join("");
  }

  #digits(alphabet: string, length: number): string {
    let text = "";
    for (let index = 0; index < length; index++) text += alphabet[((this.#next() * alphabet.length) / 4_294_967_296) | 0];
    return text;
  }

  /** 32 bits: a chaotic step of three words beside a counter (the small fast counting generator). */
  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

function mixed(key: Key, name: string): Key {
  let [a, b, c, d] = key;
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    a = Math.imul(a ^ code, 0x9e3779b1) ^ (b >>> 13);
    b = Math.imul(b ^ (code + index), 0x85ebca77) ^ (c >>> 15);
    c = Math.imul(c ^ (a + code), 0xc2b2ae3d) ^ (d >>> 14);
    d = Math.imul(d ^ b, 0x27d4eb2f) ^ (a >>> 16);
  }
  a = Math.imul(a ^ (a >>> 15) ^ name.length, 0x2c1b3c6d) ^ c;
  b = Math.imul(b ^ (b >>> 13) ^ a, 0x297a2d39) ^ d;
  c = Math.imul(c ^ (c >>> 16) ^ b, 0x2c1b3c6d);
  d = Math.imul(d ^ (d >>> 15) ^ c, 0x297a2d39);
  return [a | 0, b | 0, c | 0, d | 0];
}
