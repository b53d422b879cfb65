// Attack files in their writer's terms: what is right becomes orders, what is wrong is told with line, column and what to do.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parseAttackFile } from "../../estate/attack-file.ts";

const period = { startMs: Date.UTC(2026, 9, 1), endMs: Date.UTC(2026, 10, 1) };
const parse = (text: string) => parseAttackFile(text, "mine.yaml", period);

test("an order a count, with its start and its parameters", () => {
  const orders = parse(`
attacks:
  - attack: stolen-static-key
    start: 2026-10-20T02:00:00Z
    count: 2
    parameters:
      objects: 10
`);
  const order = { attack: "stolen-static-key", startMs: Date.UTC(2026, 9, 20, 2), parameters: { objects: 10 } };
  expect(orders).toEqual([order, order]);
});

test("the example in the documents is right", () => {
  const file = path.join(import.meta.dirname, "..", "..", "docs", "attacks.example.yaml");
  expect(parseAttackFile(readFileSync(file, "utf8"), file, period)).toHaveLength(5);
});

test("an attack's name alone is enough", () => {
  expect(parse("attacks: [{ attack: stolen-static-key }]")).toEqual([{ attack: "stolen-static-key", parameters: {} }]);
});

test.each([
  ["attacks:\n  - attack: stolen-static-kex\n", "mine.yaml:2:13: attacks[0].attack is no attack; did you mean stolen-static-key?"],
  ["attacks:\n  - atack: x\n", /mine\.yaml:2:5: attacks\[0\]\.atack is not a key of an attack file; did you mean attack\?/],
  [
    "attacks:\n  - attack: stolen-static-key\n    parameters:\n      object: 3\n",
    "mine.yaml:4:7: attacks[0].parameters.object is not a key of the parameters of stolen-static-key; did you mean objects?",
  ],
  ["attacks:\n  - attack: stolen-static-key\n    parameters: { objects: many }\n", "mine.yaml:3:28: attacks[0].parameters.objects must be a number"],
  ["attacks:\n  - attack: stolen-static-key\n    start: tomorrow\n", /mine\.yaml:3:12: attacks\[0\]\.start must be a moment such as/],
  ["attacks:\n  - attack: stolen-static-key\n    start: 2027-01-01T00:00:00Z\n", /mine\.yaml:3:12: attacks\[0\]\.start lies outside of the estate/],
  ["attacks: []\n", /attacks needs at least one attack/],
  ["", /attacks is missing/],
  ["attacks: [\n", /mine\.yaml:\d+:\d+: the file/],
  ["just a text\n", /the file must be a group of keys/],
])("%j is refused with its place", (text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test("all problems are told at once", () => {
  expect(() => parse("attacks:\n  - attack: stolen-static-key\n    parameters: { object: 3 }\n  - attack: nonsense\n")).toThrow(
    /parameters\.object[\s\S]*\n.*attacks\[1\]\.attack/,
  );
});
