// The escape model's bits, against figures by hand and against the binomial summed term by term.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ValueMemory } from "../../../detect/memory/value-memory.ts";
import { burstBits, escapeProbability, valueBits } from "../../../detect/surprise/escape.ts";

describe("escape", () => {
  test("one that met nothing new for long escapes rarely; one that meets new things daily escapes always", () => {
    expect(escapeProbability({ singletons: 0, valueDays: 95 }, 0.1)).toBeCloseTo(0.005);
    expect(escapeProbability({ singletons: 95, valueDays: 95 }, 0.1)).toBeCloseTo(0.955);
  });

  test("without a past of its own it is its peers'", () => {
    expect(escapeProbability({ singletons: 0, valueDays: 0 }, 0.25)).toBeCloseTo(0.25);
  });
});

describe("bits of a value", () => {
  const memory = new ValueMemory();
  for (let day = 0; day < 30; day++) memory.learn("daily", day);
  for (const day of [3, 17]) memory.learn("seldom", day);

  test("new: the escape; seldom: the escape and all that is as rare; daily: next to nothing", () => {
    expect(valueBits(memory, "new", 1 / 64)).toBeCloseTo(6);
    expect(valueBits(memory, "seldom", 1 / 64)).toBeCloseTo(-Math.log2(1 / 64 + (63 / 64) * (2 / 32)));
    expect(valueBits(memory, "daily", 1 / 64)).toBeCloseTo(0);
  });

  test("a value is never more surprising for having been seen more often", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), (escapeChance) => {
        const bits = ["new", "seldom", "daily"].map((value) => valueBits(memory, value, escapeChance));
        expect([...bits].sort((left, right) => right - left)).toEqual(bits);
      }),
    );
  });
});

describe("bits of a burst", () => {
  const choose = (of: number, count: number): number => (count === 0 ? 1 : (choose(of - 1, count - 1) * of) / count);
  const tail = (count: number, of: number, probability: number): number => {
    let sum = 0;
    for (let each = count; each <= of; each++) sum += choose(of, each) * probability ** each * (1 - probability) ** (of - each);
    return sum;
  };

  test("is the binomial's tail", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), fc.double({ min: 0.05, max: 0.95, noNaN: true }), (of, seed, probability) => {
        const count = seed % (of + 1);
        expect(2 ** -burstBits(count, of, probability)).toBeCloseTo(tail(count, of, probability), 6);
      }),
    );
  });

  test("stays finite and in order where the tail is too small to be told from nothing", () => {
    const bits = [10, 20, 40, 80].map((count) => burstBits(count, 100, 1e-4));
    expect(bits.every(Number.isFinite)).toBe(true);
    expect([...bits].sort((left, right) => left - right)).toEqual(bits);
  });
});
