// Compressed input comes out whole however it was packed and cut, damaged input gives its valid prefix and then an error, and what
// would inflate without measure is not inflated at once.
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compressionOf, DamagedInput, decompressStream, decompressWhole } from "../../../ingest/decode/decompress.ts";

type Limits = Parameters<typeof decompressStream>[2];

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let start = 0;
  for (let index = 0; start < bytes.length; index++) {
    const size = Math.max(1, sizes[index % sizes.length] ?? 1);
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

async function read(bytes: Buffer, limits?: Limits, sizes: readonly number[] = [65_536]): Promise<{ text: Buffer; error: unknown }> {
  const chunks: Buffer[] = [];
  let error: unknown;
  try {
    for await (const chunk of decompressStream(inPieces(bytes, sizes), compressionOf(bytes), limits)) chunks.push(chunk);
  } catch (caught) {
    error = caught;
  }
  return { text: Buffer.concat(chunks), error };
}

/** Text that packs as logs do, about ten to one, and differs from place to place. */
const text = Buffer.from(
  Array.from({ length: 40_000 }, (_, index) => `{"eventID":"e-${index}","noise":"${Math.imul(index, 2_654_435_761).toString(36)}"}\n`).join(""),
);
const packers = { gzip: (bytes: Buffer) => gzipSync(bytes), zstd: (bytes: Buffer) => zstdCompressSync(bytes) } as const;

describe.each(Object.entries(packers))("%s", (compression, pack) => {
  const packed = pack(text);

  test("is known by its first bytes", () => expect(compressionOf(packed)).toBe(compression));

  test("comes out whole, at once and as a stream, cut anywhere, in one member or frame or in several", async () => {
    const several = Buffer.concat([pack(text.subarray(0, 1000)), pack(Buffer.alloc(0)), pack(text.subarray(1000))]);
    expect((await decompressWhole(packed, compression as "gzip" | "zstd"))?.equals(text)).toBe(true);
    for (const bytes of [packed, several]) {
      for (const sizes of [[1_000_000], [4096], [7, 1000, 1]]) {
        const { text: out, error } = await read(bytes, undefined, sizes);
        expect(error).toBeUndefined();
        expect(out.equals(text)).toBe(true);
      }
    }
    expect((await decompressWhole(several, compression as "gzip" | "zstd"))?.equals(text)).toBe(true);
  });

  test("cut off anywhere: a prefix of the text, near to where it was cut, and then an error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.05, max: 0.999, noNaN: true }), async (share) => {
        const { text: out, error } = await read(packed.subarray(0, Math.floor(packed.length * share)));
        expect(error).toBeInstanceOf(DamagedInput);
        expect(text.subarray(0, out.length).equals(out)).toBe(true);
        expect(out.length).toBeGreaterThan(text.length * share - 400_000);
      }),
      { numRuns: 20 },
    );
    expect(await decompressWhole(packed.subarray(0, packed.length - 5), compression as "gzip" | "zstd")).toBeUndefined();
  });

  test("one bit flipped anywhere: never more than the text, never a hang, and told unless nothing was changed by it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: packed.length - 1 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const bytes = Buffer.from(packed);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const { text: out, error } = await read(bytes);
        // Only gzip always carries a checksum; in zstd it is the writer's choice.
        if (compression === "gzip") expect(error instanceof DamagedInput || out.equals(text)).toBe(true);
        else expect(error === undefined || error instanceof DamagedInput).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test("a small input that inflates beyond the limit is not inflated at once", async () => {
    expect(await decompressWhole(pack(Buffer.alloc(70 * 1024 * 1024)), compression as "gzip" | "zstd")).toBeUndefined();
  });

  test("garbage behind the magic bytes is told, and nothing comes out of it", async () => {
    const { text: out, error } = await read(Buffer.concat([packed.subarray(0, 4), Buffer.alloc(100, 0xee)]));
    expect(out).toHaveLength(0);
    expect(error).toBeInstanceOf(DamagedInput);
  });

  test("an error of the input itself comes through as it is", async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield packed.subarray(0, 100);
      throw new RangeError("disk");
    }
    const reading = (async () => {
      for await (const _ of decompressStream(failing(), compressionOf(packed)));
    })();
    await expect(reading).rejects.toThrow(RangeError);
  });
});

describe("zstd of several frames", () => {
  const frames = Array.from({ length: 10 }, (_, index) => text.subarray((index * text.length) / 10, ((index + 1) * text.length) / 10));
  const packed = frames.map((frame) => zstdCompressSync(frame));
  const skippable = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

  test("comes out whole wherever it is cut, at a frame's very end too, with skippable frames before, between and behind", async () => {
    const parallel = Buffer.concat([skippable, ...packed.flatMap((frame) => [frame, skippable])]);
    const sizesOfFrames = packed.map(({ length }) => length);
    for (const bytes of [Buffer.concat(packed), parallel]) {
      for (const sizes of [[bytes.length], sizesOfFrames, [5000, 3]]) {
        const { text: out, error } = await read(bytes, undefined, sizes);
        expect(error).toBeUndefined();
        expect(out.equals(text)).toBe(true);
      }
    }
    expect((await decompressWhole(parallel, compressionOf(parallel) as "zstd"))?.equals(text)).toBe(true);
  });

  test("damaged in one frame: all frames before it come out, and the damage is told", async () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = packed;
    const before = text.subarray(0, text.length / 5);
    for (const behind of [Buffer.from("no frame at all"), third.subarray(0, 8), Buffer.concat([third.subarray(0, 4), Buffer.alloc(99, 0xee)])]) {
      const { text: out, error } = await read(Buffer.concat([first, second, behind]));
      expect(out.equals(before)).toBe(true);
      expect(error).toBeInstanceOf(DamagedInput);
    }
  });

  test("each within the limit, inflating beyond it together, is not inflated at once, and the bomb is stopped", async () => {
    const frame = zstdCompressSync(Buffer.alloc(40 * 1024 * 1024));
    const bomb = Buffer.concat(Array.from({ length: 4 }, () => frame));
    expect(await decompressWhole(bomb, "zstd")).toBeUndefined();
    const { text: out, error } = await read(bomb);
    expect(error).toBeInstanceOf(DamagedInput);
    expect(out.length).toBeLessThan(70 * 1024 * 1024);
  });

  test("very many are left to the stream, which gives way between them", async () => {
    const many = Buffer.concat(Array.from({ length: 1001 }, (_, index) => zstdCompressSync(Buffer.from(`${index}\n`))));
    expect(await decompressWhole(many, "zstd")).toBeUndefined();
    expect((await read(many)).text.toString()).toBe(Array.from({ length: 1001 }, (_, index) => `${index}\n`).join(""));
  });
});

test("a trailer that lies about the size costs nothing but is still checked", async () => {
  const lying = gzipSync(text);
  lying.writeUInt32LE(0xffffffff, lying.length - 4);
  expect(await decompressWhole(lying, "gzip")).toBeUndefined();
  expect((await read(lying)).error).toBeInstanceOf(DamagedInput);
});

test("plain bytes pass as they are", async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from("{}"), Buffer.from([0x1f]), Buffer.from([0x28, 0xb5])]) {
    expect(compressionOf(bytes)).toBe("none");
    expect((await read(bytes)).text.equals(bytes)).toBe(true);
  }
});
