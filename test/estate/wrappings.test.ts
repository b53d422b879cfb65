// By which routes an estate's logs come: every layout is some place's, and between them they write every wrapping and packing that
// the reader knows.
import { globSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LayoutId, layouts } from "../../estate/layouts/registry.ts";
import { Random } from "../../estate/random.ts";
import type { Stream } from "../../estate/records/native-record.ts";
import { makeWorld } from "../../estate/world.ts";
import { compressionOf } from "../../ingest/decode/decompress.ts";
import { envelopeNames, unwrap } from "../../ingest/unwrap.ts";
import { isObject, type JsonValue } from "../../model/json.ts";
import { makeEstate, temporaryFolder } from "./round-trip.ts";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface LogFile {
  readonly name: string;
  readonly packing: string;
  readonly text: string;
}

let files: readonly LogFile[];

beforeAll(async () => {
  const estate = path.join(folder, "estate");
  await makeEstate(estate, { startMs: Date.UTC(2026, 9, 28), identities: 600, days: 1, orders: [] });
  files = globSync("logs/**/*", { cwd: estate, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => unpacked(path.join(entry.parentPath, entry.name)));
}, 120_000);

function unpacked(file: string): LogFile {
  const bytes = readFileSync(file);
  const compression = compressionOf(bytes);
  const name = path.relative(folder, file);
  if (compression === "zstd") return { name, packing: "zstd", text: zstdDecompressSync(bytes).toString() };
  if (compression === "none") return { name, packing: "plain", text: bytes.toString() };
  return { name, packing: memberCount(bytes) > 1 ? "gzip-members" : "gzip", text: gunzipSync(bytes).toString() };
}

/** Headers as this estate writes them: no flags, no time, compression level as usual, no system. */
function memberCount(bytes: Buffer): number {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  let count = 0;
  for (let at = bytes.indexOf(header); at >= 0; at = bytes.indexOf(header, at + 1)) count++;
  return count;
}

/** What is around the records of a file, by the names that the reader gives; "line" and "array" where nothing is. */
function wrappingsOf({ text }: LogFile): string[] {
  const whole = parsed(text);
  const documents = whole === undefined ? text.split("\n").filter(Boolean).map(parsed) : [whole];
  return documents.flatMap((document) => {
    if (Array.isArray(document)) return ["array"];
    if (document === undefined || !isObject(document)) return ["no record"];
    const inside = unwrap(document);
    return inside.kind === "native" ? ["line"] : inside.records.flatMap(({ wrappings }) => wrappings);
  });
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

test("every layout is some place's in the world", () => {
  const world = makeWorld(1, Random.ofSeed(1), 0, 1);
  const places = [...world.aws.accounts, ...world.azure.subscriptions, ...world.gcp.projects, ...world.clusters];
  const used = new Set<LayoutId>([...places.map(({ layout }) => layout), world.azure.directoryLayout]);
  expect(Object.keys(layouts).filter((id) => !used.has(id as LayoutId))).toEqual([]);
});

/** Comes by a push only, and lies in no file. */
const pushedOnly = ["Event Grid event"];

test("an estate of default size has files of every wrapping that the reader opens, of records a line and of arrays", () => {
  const found = new Set(files.flatMap(wrappingsOf));
  expect([...envelopeNames, "line", "array"].filter((name) => !found.has(name))).toEqual(pushedOnly);
  expect(found).not.toContain("no record");
});

test("an estate of default size has plain files, gzip of one and of several members, and zstd", () => {
  expect([...new Set(files.map(({ packing }) => packing))].sort()).toEqual(["gzip", "gzip-members", "plain", "zstd"]);
});

test.each(Object.entries(layouts))("%s: no two files of a stream have the same name, whatever the period", (_id, layout) => {
  const stream: Stream = {
    id: "s",
    layout: "azure-blob",
    place: { account: "1", region: "r", log: "l", scope: "s/t", project: "p", cluster: "c", uid: "u" },
    delayMs: 1,
  };
  const starts = Array.from({ length: (2 * 3_600_000) / layout.periodMs }, (_, number) => Date.UTC(2026, 9, 24) + number * layout.periodMs);
  const paths = starts.map((startMs) => layout.path(stream, startMs, Random.ofSeed(1)));
  expect(new Set(paths).size).toBe(paths.length);
});
