// The output formats, on one answer with hostile values: tables are harmless and fit, JSON is exact, CSV runs no formula.
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { guardCsv, parseCsv, renderCsv } from "../../cli/output/csv.ts";
import { renderJson } from "../../cli/output/json.ts";
import { renderNdjson } from "../../cli/output/ndjson.ts";
import { renderAnswer } from "../../cli/output/render.ts";
import type { Answer, Section } from "../../cli/output/section.ts";
import { renderTable } from "../../cli/output/table.ts";
import { widthOf } from "../../cli/output/terminal-text.ts";

const nowMs = Date.UTC(2026, 10, 24);
const options = { width: 100, isColored: false, nowMs };
const hostile = "=cmd|' /C calc'!A0\u001b[2J\u202e";

const identities: Section = {
  id: "identities",
  title: "Identities",
  columns: [
    { key: "name", title: "name", kind: "text" },
    { key: "actions", title: "actions", kind: "count" },
    { key: "last_seen_ms", title: "last seen", kind: "age" },
    { key: "uid", title: "identity", kind: "id" },
    { key: "tags", title: "tags", kind: "list" },
  ],
  rows: [
    {
      name: "github-deploy",
      actions: 12_345,
      last_seen_ms: Date.UTC(2026, 10, 12, 8, 17, 3),
      uid: "arn:aws:iam::111122223333:role/github-deploy",
      tags: [],
      hidden: true,
    },
    { name: hostile, actions: 1, last_seen_ms: 0, uid: "部署机器人/".repeat(12), tags: ["a", "b,c"], hidden: false },
  ],
  whenEmpty: "No identity.",
};
const empty: Section = { ...identities, id: "nothing", title: "Nothing", rows: [] };
const one: Answer = { main: "identities", sections: [identities] };
const two: Answer = { main: "identities", sections: [identities, empty] };

describe("table", () => {
  test("looks like this", () => {
    expect(renderTable(two, options)).toMatchInlineSnapshot(`
      "Identities
      name                          actions  last seen   identity                                   tags
      github-deploy                  12,345  2026-11-12  arn:aws:iam::111…23333:role/github-deploy
      =cmd|' /C calc'!A0\\x1b[2J\\u…        1              部署机器人/部署…/部署机器人/部署机器人/    a, b,c

      Nothing
      No identity.
      "
    `);
  });

  test.each([100, 80, 60, 40, 24])("fits %i columns", (width) => {
    for (const line of renderTable(two, { ...options, width }).split("\n")) expect(widthOf(line), line).toBeLessThanOrEqual(width);
  });

  test("holds values in full where the output is no terminal", () => {
    expect(renderTable(one, { ...options, width: Number.POSITIVE_INFINITY })).toContain("部署机器人/".repeat(12));
  });

  test("holds no control character but its own line breaks, and colour only where it is wanted", () => {
    expect(renderTable(one, options)).not.toMatch(/[^\P{C}\n]/u);
    expect(renderTable(one, { ...options, isColored: true })).toContain("\u001b[1m");
  });
});

describe("json", () => {
  test("is the rows, exactly, with every key", () => {
    expect(JSON.parse(renderJson(one))).toEqual(identities.rows);
    expect(JSON.parse(renderJson(two))).toEqual({ identities: identities.rows, nothing: [] });
  });

  test("one line a row in ndjson, naming the table where there are several", () => {
    const parse = (text: string): unknown[] =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
    expect(parse(renderNdjson(one))).toEqual(identities.rows);
    expect(parse(renderNdjson(two))).toEqual(identities.rows.map((row) => ({ section: "identities", ...row })));
  });
});

describe("csv", () => {
  test("puts an apostrophe before what a spreadsheet would run, and changes nothing else", () => {
    const [header, first, second] = parseCsv(renderCsv(one));
    expect(header?.map(({ value }) => value)).toEqual(["name", "actions", "last_seen_ms", "uid", "tags", "hidden"]);
    expect(first?.map(({ value }) => value)).toEqual([
      "github-deploy",
      "12345",
      "1794471423000",
      "arn:aws:iam::111122223333:role/github-deploy",
      "[]",
      "true",
    ]);
    expect(second?.[0]?.value).toBe(`'${hostile}`);
    expect(second?.[4]?.value).toBe('["a","b,c"]');
  });

  test("an answer without rows still has its header", () => {
    expect(renderCsv({ main: "nothing", sections: [empty] })).toBe("name,actions,last_seen_ms,uid,tags\n");
  });

  test.each([
    ['"=1+1",-5\n', '"\'=1+1",-5\n'],
    ['"a","+x","-y","@z"\n', '"a","\'+x","\'-y","\'@z"\n'],
    ['"say ""=1"" now",3\n', '"say ""=1"" now",3\n'],
    ['"","=x"\n', '"","\'=x"\n'],
    ['"""=1"""\n', '"""=1"""\n'],
  ])("CSV that the store wrote is guarded in place: %s", (csv, guarded) => {
    expect(Buffer.from(guardCsv(Buffer.from(csv))).toString()).toBe(guarded);
  });

  test("CSV that the store wrote is read back: texts, numbers, quotes and line breaks inside", () => {
    expect(parseCsv('"a","b"\n"x ""y""\nz",18446744073709551615\n')).toEqual([
      [
        { value: "a", isQuoted: true },
        { value: "b", isQuoted: true },
      ],
      [
        { value: 'x "y"\nz', isQuoted: true },
        { value: "18446744073709551615", isQuoted: false },
      ],
    ]);
  });
});

describe("arrow", () => {
  test("holds the main table with times, lists and numbers as such", async () => {
    const table = tableFromIPC((await renderAnswer(two, "arrow", options)) as Uint8Array);
    expect(Object.fromEntries(table.schema.fields.map((field) => [field.name, String(field.type)]))).toMatchObject({
      name: "Utf8",
      actions: "Float64",
      last_seen_ms: "Timestamp<MILLISECOND, UTC>",
      hidden: "Bool",
    });
    expect(table.numRows).toBe(2);
    expect(table.get(1)?.name).toBe(hostile);
  });

  test("an answer without rows is a valid stream", async () => {
    const table = tableFromIPC((await renderAnswer({ main: "nothing", sections: [empty] }, "arrow", options)) as Uint8Array);
    expect([table.numRows, table.schema.fields.length]).toEqual([0, 5]);
  });
});
