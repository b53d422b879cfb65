// The walk over a record's bytes from outside: its numbers, what it calls harmless against what the redactor says, and slots that two texts share.
import { spawnSync } from "node:child_process";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InterningParser } from "../../../ingest/decode/interning-parser.ts";
import { newRecordWalk, type RecordWalk, walkNumbers } from "../../../ingest/decode/record-walk.ts";
import type { JsonObject } from "../../../model/json.ts";
import { createRedactionKey } from "../../../normalize/redaction/redaction-key.ts";
import { Redactor } from "../../../normalize/redaction/redactor.ts";
import { secretEndings } from "../../../normalize/redaction/secret-names.ts";
import { tokenShapes } from "../../../normalize/redaction/secret-shapes.ts";
import { parserOf } from "../../../pipeline/record-reader.ts";

test("the host and the walk mean the same places and numbers", () => {
  const exported = newRecordWalk() as unknown as Record<string, { value: number }>;
  const ofWalk = Object.fromEntries(Object.keys(walkNumbers).map((name) => [name, exported[name]?.value]));
  expect(ofWalk).toEqual(walkNumbers);
});

test("the longest record and the sixteen bytes behind it are in memory", () => {
  const { recordAt, longestRecordBytes } = walkNumbers;
  expect(newRecordWalk().memory.buffer.byteLength).toBeGreaterThanOrEqual(recordAt + longestRecordBytes + 16);
});

test("where a process may reserve too little address space, it says what to do", () => {
  const module = path.join(import.meta.dirname, "../../../ingest/decode/record-walk.ts");
  const program = `const { newRecordWalk } = await import(${JSON.stringify(module)}); Array.from({ length: 20 }, () => newRecordWalk());`;
  const limited = spawnSync("sh", ["-c", 'ulimit -v 40000000 && exec "$0" --input-type=module -e "$1"', process.execPath, program], {
    encoding: "utf8",
  });
  expect(limited.stderr).toMatch(/ConfigError: no address space to read records with; .*ulimit -v/);
});

describe("what the walk calls harmless, the redactor leaves as it is", () => {
  const redactor = new Redactor(createRedactionKey());
  const secrets = ["password=hunter2hunter2", "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", '{"password":"hunter2hunter2"}'];
  const part = fc.oneof(
    fc
      .constantFrom(...tokenShapes)
      .chain(({ prefix }) => fc.constantFrom("a1B2c3D4e5", "0123456789abcdef").map((more) => `${prefix}${more.repeat(6)}`)),
    fc.constantFrom(...secrets.slice(0, 2), ...secrets.map((secret) => Buffer.from(secret).toString("base64"))),
    fc.constantFrom(...secretEndings.map(({ plain }) => plain), ...tokenShapes.map(({ prefix }) => prefix)),
    fc.constantFrom(
      "https://",
      "user:pa55@",
      "AKIA",
      "ASIA2EXAMPLE",
      "basic ",
      "Bearer ",
      "-----BEGIN",
      "mysql -u root -p",
      "sig=",
      "&code=",
      "--password",
    ),
    fc.constantFrom(
      "loadbalancing",
      "region",
      "connection-string",
      "Signature",
      "user.data",
      "s",
      "1",
      "12",
      "value",
      "base64",
      "role/",
      "arn:aws:iam::1:",
    ),
    fc.constantFrom(":", "=", " ", "/", "-", "_", ".", '\\"', "\\u0041", "é", "{", "[", "\\n", "%", "@"),
    fc.string({ unit: fc.constantFrom(..."abcXYZ0189+/="), maxLength: 40 }),
    fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text).slice(1, -1)),
    fc.string({ maxLength: 30 }).map((text) => Buffer.from(text).toString("base64")),
  );
  const text = fc.array(part, { maxLength: 5 }).map((parts) => `"${parts.join("")}"`);
  const key = fc.oneof(
    fc.constantFrom(
      "name",
      "value",
      "key",
      "type",
      "kind",
      "keyName",
      "env",
      "password",
      "data",
      "objectRef",
      "Token",
      "secrets",
      "environmentVariables",
    ),
    fc.constantFrom("a", "resources", "ARN", "requestID", "items"),
    text.map((quoted) => quoted.slice(1, -1)),
  );
  const { value } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
    value: fc.oneof(
      { weight: 4, arbitrary: text },
      fc.constantFrom("1", "null", "true", '"Secret"', '"SecureString"', '"-pwd"', '"[1]"'),
      tie("object"),
      tie("array"),
    ),
    object: fc
      .array(fc.tuple(key, tie("value")), { maxLength: 4 })
      .map((members) => `{${members.map(([name, inner]) => `"${name}":${inner}`).join(",")}}`),
    array: fc.array(tie("value"), { maxLength: 4 }).map((elements) => `[${elements.join(", ")}]`),
  }));
  const record = fc
    .array(fc.tuple(key, value), { minLength: 1, maxLength: 5 })
    .map((members) => `{${members.map(([name, inner], index) => `"${index === 0 ? name : `${index}`}":${inner}`).join(",")}}`);

  test("in texts, keys and pairs of both, however often they come", () => {
    const parser = parserOf(redactor);
    let vouchedFor = 0;
    fc.assert(
      fc.property(record, (line) => {
        const bytes = Buffer.from(line);
        const parsed = parser.parse(bytes, 0, bytes.length);
        if (parsed?.fresh === undefined) return;
        for (const [name, member] of Object.entries(parsed.value)) {
          if (parsed.fresh.includes(name)) continue;
          vouchedFor++;
          const alone: JsonObject = { [name]: member };
          expect(redactor.redact(alone)).toBe(alone);
        }
      }),
      { numRuns: 20_000 },
    );
    expect(vouchedFor).toBeGreaterThan(10_000);
  });

  test("and it vouches for what records are made of", () => {
    const parser = parserOf(redactor);
    const harmless =
      '{"requestID":"146bf087-dc83-404a-a448-800226926bef","resources":[{"type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:eu-west-1:111122223333:function:orders"}],' +
      '"requestParameters":{"name":"orders","nextToken":"oWKqQ8NlTDn92L+kbGSB6KQYcxzPsGeDCEG8wNahRIp6xieT98XAwri616d5","items":[1,null,{"key":"exports/2026"}]}}';
    const bytes = Buffer.from(harmless);
    // The first time its keys are judged.
    for (let time = 0; time < 3; time++) parser.parse(bytes, 0, bytes.length);
    const other = Buffer.from(harmless.replace("146bf087", "246bf087").replace("oWKq", "pXLr"));
    expect(parser.parse(other, 0, other.length)?.fresh).toEqual([]);
  });
});

/** Writes a record of one member where the walk looks for it. */
function place(walk: RecordWalk, line: string): number {
  const length = Buffer.from(walk.memory.buffer).write(line, walkNumbers.recordAt, "latin1");
  return walk.walk(length);
}

/** The slot that the text of member `name` is kept in. */
function slotOf(walk: RecordWalk, name: string, text: string): number {
  const line = `{"${name}":"${text}"}`;
  if (place(walk, line) === walkNumbers.isUnknownMember) {
    walk.addMember(true);
    place(walk, line);
  }
  const slot = walk.keepText(0);
  // Found again, so that the member does not count as one that never repeats.
  place(walk, line);
  return slot;
}

test("a text that takes the slot of another within one record leaves both as they are", () => {
  const walk = newRecordWalk();
  slotOf(walk, "first", "x");
  const wanted = slotOf(walk, "second", "kept before");
  let number = 0;
  while (slotOf(walk, "first", `text ${number}`) !== wanted) number++;

  const parser = new InterningParser();
  const read = (line: string) => parser.parse(Buffer.from(line), 0, line.length)?.value;
  // Members in the same order, so that the slots are the same.
  read('{"first":"x","second":"kept before"}');
  const record = `{"first":"text ${number}","second":"kept before"}`;
  for (let time = 0; time < 3; time++) expect(read(record)).toEqual({ first: `text ${number}`, second: "kept before" });
});

test.each([
  ["in small records, of which each name is learned at once", 600, 20],
  ["in large ones, of which some are learned at a time", 12, 900],
])("names and keys that fill the walk's tables give what JSON.parse gives, %s", (_, records, names) => {
  const parser = parserOf(new Redactor(createRedactionKey()));
  for (let record = 0; record < records; record++) {
    const members = Array.from({ length: names }, (_, index) => `name-${record}-${index}`).map((name) => [name, { [`key-${name}`]: name }]);
    const value = { same: "x", ...Object.fromEntries(members) };
    const bytes = Buffer.from(JSON.stringify(value));
    for (let time = 0; time < 3; time++) expect(parser.parse(bytes, 0, bytes.length)?.value).toEqual(value);
  }
});
