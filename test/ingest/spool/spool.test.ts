// What a spool promises: what was appended is read after any crash, nothing else is, and a disk that has no room says so.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listSegments, segmentPath, spoolId } from "../../../ingest/spool/spool-folder.ts";
import { deleteBefore, readSpool, type SpooledMessage, type SpoolPosition } from "../../../ingest/spool/spool-reader.ts";
import { type SpoolLimits, SpoolWriter } from "../../../ingest/spool/spool-writer.ts";
import { TransientError } from "../../../model/errors.ts";

let root = "";
let folders = 0;
let ends = 0;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "machinetrail-spool-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const newFolder = (): string => path.join(root, String(folders++));
const roomy: SpoolLimits = { sizeBytes: 2 ** 30, freeBytes: 0 };

interface ReadAll {
  readonly messages: readonly SpooledMessage[];
  readonly positions: readonly SpoolPosition[];
  readonly gaps: number;
}

/** All that is there: up to a message that is written behind it. */
async function readAll(folder: string, from?: SpoolPosition): Promise<ReadAll> {
  const end = `end ${ends++}`;
  const writer = new SpoolWriter(folder, roomy);
  await writer.append([{ route: end, body: Buffer.alloc(0) }]);
  await writer.close();
  const stop = new AbortController();
  const messages: SpooledMessage[] = [];
  const positions: SpoolPosition[] = [];
  let gaps = 0;
  for await (const read of readSpool(folder, from, stop.signal)) {
    const sent = read.messages.filter(({ route }) => !route.startsWith("end "));
    messages.push(...sent);
    if (sent.length > 0) positions.push(read.position);
    gaps += read.damaged.length;
    if (read.messages.some(({ route }) => route === end)) stop.abort();
  }
  return { messages, positions, gaps };
}

const bodiesOf = ({ messages }: ReadAll): string[] => messages.map(({ body }) => body.toString("latin1"));

async function append(writer: SpoolWriter, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await writer.append([{ route: "ndjson", body: Buffer.from(body, "latin1") }]);
}

/** Bodies that hold what looks like a frame, too. */
const body = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }).map((text) => Buffer.from(text).toString("latin1")),
  fc.constant("MTF1\x10\0\0\0"),
  fc.constant(""),
);
const bodies = fc.array(body, { maxLength: 6 });

describe("a spool", () => {
  test("after a crash that leaves any part of what was not acknowledged, all that was acknowledged is read, in order, and nothing that nobody sent", async () => {
    await fc.assert(
      fc.asyncProperty(bodies, bodies, bodies, fc.nat(), fc.uint8Array({ maxLength: 40 }), async (kept, lost, later, cut, garbage) => {
        const folder = newFolder();
        const before = new SpoolWriter(folder, roomy);
        await append(before, kept);
        const file = segmentPath(folder, 1);
        const keptBytes = kept.length === 0 ? 0 : statSync(file).size;
        await append(before, lost);
        await before.close();
        if (kept.length + lost.length > 0) {
          // What the last write left is any part of it, and perhaps bytes that were there before.
          truncateSync(file, keptBytes + (cut % (statSync(file).size - keptBytes + 1)));
          writeFileSync(file, garbage, { flag: "a" });
        }
        const after = new SpoolWriter(folder, roomy);
        await append(after, later);
        const read = bodiesOf(await readAll(folder));
        await after.close();
        const survived = read.length - later.length;
        expect(survived).toBeGreaterThanOrEqual(kept.length);
        expect(read).toEqual([...[...kept, ...lost].slice(0, survived), ...later]);
      }),
      { numRuns: 60 },
    );
  });

  test("reading goes on from any position it gave, with the rest", async () => {
    const folder = newFolder();
    const writer = new SpoolWriter(folder, { ...roomy, sizeBytes: 80_000 });
    const sent = Array.from({ length: 60 }, (_, index) => String(index).repeat(index * 4));
    await append(writer, sent);
    await writer.close();
    expect((await listSegments(folder)).length).toBeGreaterThan(1);
    const all = await readAll(folder);
    expect(bodiesOf(all)).toEqual(sent);
    let behind = 0;
    for (const position of all.positions) {
      behind += all.messages.slice(behind).findLastIndex(({ at }) => at.segment === position.segment) + 1;
      expect(bodiesOf(await readAll(folder, position))).toEqual(sent.slice(behind));
    }
  });

  test("a byte that was changed on disk takes no message along but the one that it is in, and the gap is told", async () => {
    const folder = newFolder();
    const writer = new SpoolWriter(folder, roomy);
    const sent = ["first", "second", "third"];
    await append(writer, sent);
    await writer.close();
    const next = new SpoolWriter(folder, roomy);
    await append(next, ["last"]);
    await next.close();
    const whole = readFileSync(segmentPath(folder, 1));
    const starts = (await readAll(folder)).messages.map(({ at }) => at.offset);
    for (const [index, start] of starts.slice(0, sent.length).entries()) {
      const end = index + 1 < sent.length ? (starts[index + 1] ?? 0) : whole.length;
      for (const place of [start, start + 5, start + 9, start + 14, start + 20, end - 1]) {
        const copy = newFolder();
        mkdirSync(copy);
        for (const name of readdirSync(folder)) copyFileSync(path.join(folder, name), path.join(copy, name));
        const damaged = Buffer.from(whole);
        damaged[place] = (damaged[place] ?? 0) ^ 0x41;
        writeFileSync(segmentPath(copy, 1), damaged);
        const read = await readAll(copy);
        expect([place, ...bodiesOf(read)]).toEqual([place, ...sent.filter((_, other) => other !== index), "last"]);
        expect(read.gaps).toBe(1);
      }
    }
  });

  test("what a process that was killed had not written to its end is no damage, and is not told", async () => {
    const folder = newFolder();
    const writer = new SpoolWriter(folder, roomy);
    await append(writer, ["first", "unfinished"]);
    await writer.close();
    const file = segmentPath(folder, 1);
    const size = statSync(file).size;
    for (let cut = 1; cut < "unfinished".length + 20; cut += 3) {
      truncateSync(file, size - cut);
      const read = await readAll(folder);
      expect([bodiesOf(read), read.gaps]).toEqual([["first"], 0]);
    }
  });

  test("many at once are all durable, each with its route and time", async () => {
    const folder = newFolder();
    const writer = new SpoolWriter(folder, roomy);
    const before = Date.now();
    await Promise.all(Array.from({ length: 300 }, (_, index) => writer.append([{ route: `route ${index % 3}`, body: Buffer.from(String(index)) }])));
    const { messages } = await readAll(folder);
    await writer.close();
    const numbers = messages.map((message) => Number(message.body.toString())).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 300 }, (_, index) => index));
    expect(new Set(messages.map(({ route }) => route))).toEqual(new Set(["route 0", "route 1", "route 2"]));
    for (const { receivedAtMs } of messages) expect(receivedAtMs).toBeGreaterThanOrEqual(before);
  });

  test("what is stored is deleted but for the newest segment, so that numbers only grow; a position of a folder that was lost counts for nothing", async () => {
    const folder = newFolder();
    const writer = new SpoolWriter(folder, { ...roomy, sizeBytes: 8000 });
    await append(
      writer,
      Array.from({ length: 20 }, () => "x".repeat(300)),
    );
    await writer.close();
    const segments = await listSegments(folder);
    const highest = segments.at(-1)?.number ?? 0;
    await deleteBefore(folder, highest + 1);
    expect((await listSegments(folder)).map(({ number }) => number)).toEqual([highest]);
    const id = await spoolId(folder);
    expect(await spoolId(folder)).toBe(id);
    rmSync(folder, { recursive: true });
    const fresh = new SpoolWriter(folder, roomy);
    await append(fresh, ["new"]);
    await fresh.close();
    expect(await spoolId(folder)).not.toBe(id);
    expect(bodiesOf(await readAll(folder, { segment: highest, offset: 10 }))).toEqual(["new"]);
  });
});

describe("no room", () => {
  test("a segment that is there and cannot be looked at is not passed over", async () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(segmentPath(folder, 2), "");
    symlinkSync(segmentPath(folder, 1), segmentPath(folder, 1));
    await expect(listSegments(folder)).rejects.toThrow("ELOOP");
  });

  test("a spool that is full refuses, says when to come again, and takes more once something was stored", async () => {
    const folder = newFolder();
    const writer = new SpoolWriter(folder, { sizeBytes: 4000, freeBytes: 0 });
    const message = "x".repeat(400);
    await append(
      writer,
      Array.from({ length: 8 }, () => message),
    );
    const refused = await append(writer, [message, message]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TransientError);
    expect(refused).toMatchObject({ message: "the spool is full", retryAfterMs: expect.any(Number) });
    await deleteBefore(folder, Number.MAX_SAFE_INTEGER);
    await append(writer, [message]);
    await writer.close();
    expect(bodiesOf(await readAll(folder)).every((body) => body === message)).toBe(true);
  });

  test("a disk on which too little is free refuses before it is full", async () => {
    const writer = new SpoolWriter(newFolder(), { sizeBytes: 2 ** 30, freeBytes: Number.MAX_SAFE_INTEGER });
    await expect(append(writer, ["x"])).rejects.toThrow("the spool is full");
  });

  test("a disk that refuses in the middle of a write loses nothing that was acknowledged, and what was refused may come again", async () => {
    const folder = newFolder();
    const script = `
      import { SpoolWriter } from ${JSON.stringify(path.resolve("ingest/spool/spool-writer.ts"))};
      process.on("SIGXFSZ", () => undefined);
      const writer = new SpoolWriter(${JSON.stringify(folder)}, { sizeBytes: 2 ** 30, freeBytes: 0 });
      const accepted = [];
      let refusal = "";
      for (let index = 0; index < 40 && refusal === ""; index++)
        await writer.append([{ route: "ndjson", body: Buffer.from(String(index).padEnd(1000, ".")) }]).then(() => accepted.push(index), (error) => { refusal = error.name + ": " + error.message; });
      console.log(JSON.stringify({ accepted, refusal }));`;
    const command = `ulimit -f 16; exec '${process.execPath}' --input-type=module -e "$SCRIPT"`;
    const output = execFileSync("sh", ["-c", command], {
      env: { ...process.env, SCRIPT: script },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { accepted, refusal } = JSON.parse(output);
    expect(refusal).toBe("TransientError: the spool cannot be written (EFBIG)");
    expect(accepted.length).toBeGreaterThan(1);
    const after = new SpoolWriter(folder, roomy);
    await append(after, [String(accepted.length)]);
    await after.close();
    expect(bodiesOf(await readAll(folder)).map((body) => Number.parseInt(body, 10))).toEqual([...accepted, accepted.length]);
  });
});
