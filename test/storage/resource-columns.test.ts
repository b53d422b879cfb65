// The resources of a block: whatever records say of them, no dictionary holds a text twice (the engine refuses such a block
// whole, so one record would hold up all others), and every row gets back what it said.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ResourceColumns } from "../../storage/resource-columns.ts";
import { received } from "./action-rows.ts";

const text = fc.constantFrom("", "a", "b", "bucket", "\ud800", "\ufffd");
const resource = fc.record({ uid: text, type: text, account: text });
const rows = fc.array(fc.array(resource, { maxLength: 4 }), { maxLength: 12 });

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
      for (const { name, dictionary, indices, offsets } of columns.columns) {
        expect(new Set(dictionary.values).size, name).toBe(dictionary.values.length);
        expect(offsets[said.length] ?? 0, name).toBe(expected.length);
        const values = indices.map((index) => dictionary.values[index]);
        if (name === "resource_uids") expect(values).toEqual(expected.map(({ uid }) => uid.toWellFormed()));
        if (name === "resource_types") expect(values).toEqual(expected.map(({ type }) => type.toWellFormed()));
        if (name === "resource_accounts") expect(values).toEqual(expected.map(({ account }) => account.toWellFormed()));
      }
    }),
  );
});
