// What operators are told of each kind of source: a page that says how to set it up, what it cannot see and what it costs, and a way to find it.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { sourceTypes } from "../../../ingest/sources/registry.ts";
import { sources as formats } from "../../../model/identity-action.ts";

const root = path.join(import.meta.dirname, "..", "..", "..");
const folder = path.join(root, "docs", "sources");
const index = readFileSync(path.join(folder, "README.md"), "utf8");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
const page = (name: string): string => readFileSync(path.join(folder, name), "utf8");

describe("documents of sources", () => {
  test.for(sourceTypes.map(({ type }) => type))(
    "%s has a line in the index, and a page that shows its configuration, what it cannot see and its costs",
    (type) => {
      const line = index.split("\n").find((text) => text.startsWith(`| \`${type}\` |`)) ?? "";
      const named = [...line.matchAll(/\]\(([a-z0-9-]+\.md)\)/g)].map(([, name = ""]) => name);
      expect(named.filter((name) => page(name).includes(`type: ${type}\n`))).not.toEqual([]);
      for (const name of named) for (const heading of [/^## .*what it cannot see$/im, /^## Costs$/m]) expect(page(name)).toMatch(heading);
    },
  );

  test("every page is in the index, which the readme names, and every link leads to a page", () => {
    for (const name of pages) expect(index).toContain(`](${name})`);
    for (const [, name = ""] of index.matchAll(/\]\(([a-z0-9-]+\.md)\)/g)) expect(pages).toContain(name);
    expect(readFileSync(path.join(root, "README.md"), "utf8")).toContain("](docs/sources/README.md)");
    for (const format of formats) expect(index).toContain(`\`${format}\``);
  });
});
