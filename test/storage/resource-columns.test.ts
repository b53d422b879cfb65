// The resources of a block: whatever records say of them, no dictionary holds a text twice (the engine refuses such a block
// whole, so one record would hold up all others), and every row gets back what it said.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ResourceColumns, type TextListColumn } from "../../storage/resource-columns.ts";
import { received } from "./action-rows.ts";

const text = fc.constantFrom("", "a", "b", "bucket", "\ud800", "\ufffd");
const resource = fc.record({ uid: text, type: text, account: text });
const rows = fc.array(fc.array(resource, { maxLength: 4 }), { maxLength: 12 });

function valuesOf(column: TextListColumn): (string | undefined)[] {
  if ("dictionary" in column) return column.indices.map((index) => column.dictionary.values[index]);
  const { data, valueOffsets } = column.texts.finish();
  return Array.from({ length: column.texts.rows }, (_, row) => Buffer.from(data.subarray(valueOffsets[row], valueOffsets[row + 1])).toString());
}

test("one resource with two types, two accounts, or half a surrogate pair does not cost the block", () => {
  fc.assert(
    fc.property(rows, (said) => {
      const columns = new ResourceColumns(said.length);
      for (const [row, resources] of said.entries()) {
        const resource_uids = resources.map(({ uid }) => uid);
        const resource_types = resources.map(({ type }) => type);
        const resource_accounts = resources.map(({ account }) => account);
        columns.append(row, received({ resource_uids, resource_types, resource_accounts }).action);
      }
      const expected = said.flat();
      for (const column of columns.columns) {
        const { name, offsets } = column;
        expect(offsets[said.length] ?? 0, name).toBe(expected.length);
        if ("dictionary" in column) expect(new Set(column.dictionary.values).size, name).toBe(column.dictionary.values.length);
        if (name === "resource_uids") expect(valuesOf(column)).toEqual(expected.map(({ uid }) => uid.toWellFormed()));
        if (name === "resource_types") expect(valuesOf(column)).toEqual(expected.map(({ type }) => type.toWellFormed()));
        if (name === "resource_accounts") expect(valuesOf(column)).toEqual(expected.map(({ account }) => account.toWellFormed()));
        expect(valuesOf(column).length, name).toBe(expected.length);
      }
    }),
  );
});
