// What counts as a generated part of a resource's name is said here once more, as a regular expression: the walk must agree with it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutGeneratedParts } from "../../normalize/resource-pattern.ts";

const generatedParts = new RegExp(
  [
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
    "(?<![0-9A-Za-z])(?=[0-9a-zA-Z]{0,40}[0-9])[0-9a-zA-Z]{16,64}(?![0-9A-Za-z])",
    "(?<![0-9A-Za-z])[0-9a-f]{8,15}(?![0-9A-Za-z])",
    "[0-9]{2,}",
  ].join("|"),
  "g",
);

function bySaying(text: string, start: number): string {
  return (text.slice(0, start) + text.slice(start, start + 1024).replace(generatedParts, "*")).slice(0, 256);
}

const uuid = "0e42a1c4-7f3b-4b1e-9d55-0a1b2c3d4e5f";
const piece = fc.oneof(
  fc.constantFrom(uuid, uuid.slice(0, 35), `x${uuid}`, `${uuid}9`, uuid.toUpperCase(), "-", "/", ".", ":", "_", "é", "logs", "part"),
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEFGxyz"), maxLength: 70 }),
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 6, maxLength: 17 }),
  fc.string({ unit: fc.constantFrom(..."0123456789-"), maxLength: 5 }),
);

test("UUIDs, long ids, hexadecimal words and numbers are taken out, wherever they stand, and nothing else", () => {
  const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(texts, fc.nat({ max: 40 }), (text, start) => {
      expect(withoutGeneratedParts(text, Math.min(start, text.length))).toBe(bySaying(text, Math.min(start, text.length)));
    }),
    { numRuns: 3000 },
  );
});

test("examples", () => {
  expect(withoutGeneratedParts("arn:aws:s3:::logs/2026/11/x-0042.gz", 13)).toBe("arn:aws:s3:::logs/*/*/x-*.gz");
  expect(withoutGeneratedParts("arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60718", 35)).toBe(
    "arn:aws:ec2:eu-west-1:111122223333:instance/i-*",
  );
  expect(withoutGeneratedParts("session/deadbeef", 0)).toBe("session/*");
  expect(withoutGeneratedParts("session/feedback", 0)).toBe("session/feedback");
});
