// Columns of values that come together: whatever number a group brings along, every row gets back its own texts.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ValueGroup } from "../../model/value-group.ts";
import { DictionaryGroup } from "../../storage/dictionary-group.ts";

const names = ["one", "two"] as const;
const textsOf = ({ one, two }: { one: string; two: string }) => [one, two];
const text = fc.constantFrom("", "a", "b", "\ud800", "\ufffd");
const row = fc.record({ key: fc.constantFrom("k", "l"), one: text, two: text, isGrouped: fc.boolean() });

test("rows with a group, without one, with a forged key, and in a second block read back as they were given", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.array(row, { maxLength: 40 }), (first, second) => {
      // A group stands for the same texts in every block: here one for each pair of texts.
      const groups = new Map<string, ValueGroup>();
      for (const rows of [first, second]) {
        const block = new DictionaryGroup(names, Math.max(rows.length, 1), textsOf);
        for (const [index, { key, one, two, isGrouped }] of rows.entries()) {
          const group = groups.get(`${one} ${two}`) ?? new ValueGroup();
          groups.set(`${one} ${two}`, group);
          block.append(index, key, { one, two }, isGrouped ? group : undefined);
        }
        for (const { name, dictionary, indices } of block.columns(rows.length)) {
          expect(new Set(dictionary.values).size).toBe(dictionary.values.length);
          expect([...indices].map((index) => dictionary.values[index])).toEqual(rows.map((given) => given[name].toWellFormed()));
        }
      }
    }),
  );
});

test("what numbers a group's values leaves nothing of itself in it: groups are kept for longer than blocks", () => {
  const group = new ValueGroup();
  new DictionaryGroup(names, 1, textsOf).append(0, "k", { one: "a", two: "b" }, group);
  expect(Object.values(group).map((value) => typeof value)).toEqual(["number", "number", "number", "number"]);
});
