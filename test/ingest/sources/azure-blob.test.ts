// The blob source against Azurite: the contract of live sources on append blobs and on others, and what becomes of blobs that grow, are cut,
// written anew or deleted.
import { gzipSync } from "node:zlib";
import { BlobServiceClient, type ContainerClient, ContainerSASPermissions, StorageSharedKeyCredential } from "@azure/storage-blob";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InterningParser } from "../../../ingest/decode/interning-parser.ts";
import type { SourceBatch } from "../../../ingest/source.ts";
import type { SourceContext, SourceGap, SourceState } from "../../../ingest/source-type.ts";
import { azureBlob } from "../../../ingest/sources/azure-blob.ts";
import { listBlobs } from "../../../ingest/sources/azure-blob-listing.ts";
import { blobCursor, isRead, parseBlobPosition, readBlob } from "../../../ingest/sources/azure-blob-reading.ts";
import { ConfigError, PermanentError, TransientError } from "../../../model/errors.ts";
import { type Azurite, azuriteAccount, missingForAzurite, startAzurite } from "../../stand-ins/azurite.ts";
import { installTimeoutMs } from "../../stand-ins/install-once.ts";
import { type Cursors, type LiveSourceFixture, readUntil, sourceContext, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";

const missing = missingForAzurite();
const line = (number: number) => `${JSON.stringify({ time: "2026-11-27T03:00:00Z", operationName: "LIST", number })}\n`;
const numbersOf = (batches: readonly SourceBatch[]) => valuesOf(batches).map(({ number }) => number);
const rejectionsOf = (batches: readonly SourceBatch[]) => batches.flatMap(({ rejected }) => rejected.map(({ reason }) => reason));

/** The layout of diagnostic settings, of `hoursAgo`. */
function hourly(hoursAgo = 0, resource = "SUBSCRIPTIONS/0000"): string {
  const [date = "", time = ""] = new Date(Date.now() - hoursAgo * 3_600_000).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `resourceId=/${resource}/y=${year}/m=${month}/d=${day}/h=${time.slice(0, 2)}/m=00/PT1H.json`;
}

/** Keeps what the source tells. */
function listener() {
  const told: { readonly state: SourceState; readonly detail: string }[] = [];
  const gaps: SourceGap[] = [];
  const observer = {
    onState: (state: SourceState, detail: string) => void told.push({ state, detail }),
    onLag: () => undefined,
    onGap: (gap: SourceGap) => void gaps.push(gap),
  };
  return { told, gaps, context: { observer } };
}

describe.skipIf(missing !== undefined)(missing ?? "Azure Blob Storage", () => {
  let azurite: Azurite;
  let service: BlobServiceClient;
  let made = 0;

  beforeAll(async () => {
    azurite = await startAzurite();
    service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  }, installTimeoutMs);
  afterAll(() => azurite.stop());

  const open = (container: string, more: object = {}, context: Partial<SourceContext> = {}) =>
    azureBlob.open(
      azureBlob.settings.parse({ account: { connection_string: { env: "CONNECTION" } }, containers: [container], poll_seconds: 0.05, ...more }),
      sourceContext({ secret: () => azurite.connectionString, ...context }),
    );

  async function makeContainer(): Promise<ContainerClient> {
    const container = service.getContainerClient(`insights-logs-${++made}`);
    await container.create();
    return container;
  }

  const put = async (container: ContainerClient, name: string, text: string | Buffer) =>
    void (await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text)));
  const append = async (container: ContainerClient, name: string, text: string) => {
    const blob = container.getAppendBlobClient(name);
    await blob.createIfNotExists();
    await blob.appendBlock(text, Buffer.byteLength(text));
  };
  const readAll = (container: ContainerClient, cursors: Cursors, count: number, more: object = {}) =>
    readUntil(open(container.containerName, more), cursors, (batches) => valuesOf(batches).length + rejectionsOf(batches).length >= count);

  async function fixture(publishOne: (container: ContainerClient, message: Buffer, number: number) => Promise<void>): Promise<LiveSourceFixture> {
    const container = await makeContainer();
    let published = 0;
    return {
      open: () => open(container.containerName),
      publish: async (messages) => {
        for (const message of messages) await publishOne(container, message, published++);
      },
      close: async () => void (await container.delete()),
    };
  }

  const ownBlob = (container: ContainerClient, message: Buffer, number: number) => put(container, `exports/${number}.json`, message);
  testLiveSourceContract("a blob for each message", () => fixture(ownBlob));
  // A line that is cut off or packed is no line: what is hostile as a whole gets a blob of its own.
  testLiveSourceContract("lines of an append blob", () =>
    fixture((container, message, number) =>
      message.at(-1) === 125 && message[0] === 123 ? append(container, hourly(), `${message}\n`) : ownBlob(container, message, number),
    ),
  );

  test("a line that is cut off is read once, when it is whole", async () => {
    const container = await makeContainer();
    const name = hourly();
    await append(container, name, line(0) + line(1).slice(0, 20));
    const cursors: Cursors = new Map();
    let isWhole = false;
    const batches = await readUntil(open(container.containerName), cursors, (seen) => {
      if (!isWhole) void append(container, name, line(1).slice(20) + line(2));
      isWhole = true;
      return numbersOf(seen).length >= 3;
    });
    expect(numbersOf(batches)).toEqual([0, 1, 2]);
    expect(rejectionsOf(batches)).toEqual([]);
    await append(container, name, line(3));
    expect(numbersOf(await readAll(container, cursors, 1))).toEqual([3]);
  });

  test("a line that stays cut off is told once the blob is quiet, and read if it is completed after all", async () => {
    const container = await makeContainer();
    const name = hourly();
    await append(container, name, line(0) + line(1).slice(0, 20));
    const cursors: Cursors = new Map();
    const quiet = { quiet_minutes: 0 };
    const cut = await readAll(container, cursors, 2, quiet);
    expect([numbersOf(cut), rejectionsOf(cut)]).toEqual([[0], ["cut off at the end"]]);
    await append(container, name, line(1).slice(20));
    expect(numbersOf(await readAll(container, cursors, 1, quiet))).toEqual([1]);
  });

  test("a blob written anew is read afresh: shorter, longer, and of the same length", async () => {
    const container = await makeContainer();
    const cursors: Cursors = new Map();
    const name = hourly();
    await append(container, name, line(0) + line(1) + line(2));
    expect(numbersOf(await readAll(container, cursors, 3))).toEqual([0, 1, 2]);
    await container.getAppendBlobClient(name).create();
    await append(container, name, line(3));
    expect(numbersOf(await readAll(container, cursors, 1))).toEqual([3]);
    await container.getAppendBlobClient(name).create();
    await append(container, name, line(4) + line(5));
    expect(numbersOf(await readAll(container, cursors, 2))).toEqual([4, 5]);
    await put(container, "exports/same.json", line(6));
    expect(numbersOf(await readAll(container, cursors, 1))).toEqual([6]);
    await put(container, "exports/same.json", line(7));
    expect(numbersOf(await readAll(container, cursors, 1))).toEqual([7]);
  });

  test("however lines are cut into appends, and wherever reading stops between them, each record comes once and in order", async () => {
    const container = await makeContainer();
    const parser = new InterningParser();
    const signal = new AbortController().signal;
    const name = fc.stringMatching(/^[ -~é\u4e2d]{0,40}$/);
    const lines = fc.array(
      name.map((text) => `${JSON.stringify({ operationName: text })}\n`),
      { minLength: 1, maxLength: 12 },
    );
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }), async (texts, cuts) => {
        const bytes = Buffer.from(texts.join(""));
        const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort((a, b) => a - b);
        const client = container.getAppendBlobClient(`run-${++runs}`);
        await client.create();
        let stored: string | undefined;
        let from = 0;
        const seen: unknown[] = [];
        for (const end of ends) {
          if (end > from) await client.appendBlock(bytes.subarray(from, end), end - from);
          from = end;
          const [blob] = await listBlobs(container, `run-${runs}`, 0, Date.now(), signal);
          if (blob === undefined) throw new Error("the blob is not listed");
          const position = stored === undefined ? undefined : parseBlobPosition(stored);
          if (isRead(blob, position, false)) continue;
          const reading = readBlob(blob, position, { client, parser, signal, isOver: false, onLost: () => undefined });
          for await (const { batch, position: next } of reading) {
            expect(batch.rejected).toEqual([]);
            seen.push(...batch.values);
            if (next !== undefined) stored = blobCursor(blob, next).position;
          }
        }
        expect(seen).toEqual(texts.map((text) => JSON.parse(text)));
      }),
      { numRuns: 25 },
    );
  });

  test("a blob that goes away, is archived or changes while others are read: the ones are told as gaps, once, the other is read as it is then", async () => {
    const container = await makeContainer();
    const many = (first: number, count: number) => Array.from({ length: count }, (_, index) => line(first + index)).join("");
    await put(container, "1.json", many(0, 100));
    await put(container, "2.json", line(1000));
    await put(container, "3.json", line(2000));
    await put(container, "4.json", line(3000));
    await container.getBlockBlobClient("4.json").setAccessTier("Archive");
    await put(container, "5.json", line(4000));
    const { gaps, context } = listener();
    const source = open(container.containerName, {}, context);
    const stop = new AbortController();
    const seen: SourceBatch[] = [];
    for await (const batch of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
      // All are listed, and none but the first was asked for.
      if (seen.length === 0) {
        await container.deleteBlob("2.json");
        await put(container, "3.json", line(2001));
        await container.getBlockBlobClient("5.json").setAccessTier("Archive");
      }
      seen.push(batch);
      if (numbersOf(seen).includes(2001)) stop.abort();
    }
    await source.close();
    expect(numbersOf(seen).filter((number) => Number(number) >= 100)).toEqual([2001]);
    const at = (blob: string) => `${container.containerName}/${blob}`;
    expect(gaps).toContainEqual(expect.objectContaining({ partition: at("2.json"), reason: "a blob was deleted before it was read" }));
    for (const archived of [at("4.json"), at("5.json")]) {
      const told = gaps.filter(({ partition }) => partition === archived);
      expect(told).toEqual([expect.objectContaining({ from: "0", reason: expect.stringContaining("archive tier") })]);
    }
  });

  test("an envelope and a packed blob are read whole, and whole again when they change", async () => {
    const container = await makeContainer();
    const cursors: Cursors = new Map();
    const envelope = (numbers: readonly number[]) => `{"records":[${numbers.map((number) => line(number).trim()).join(",")}]}`;
    await put(container, "old/PT1H.json", envelope([0, 1]));
    await put(container, "old/day.json.gz", gzipSync(line(2) + line(3)));
    expect(numbersOf(await readAll(container, cursors, 4)).sort()).toEqual([0, 1, 2, 3]);
    await put(container, "old/PT1H.json", envelope([0, 1, 4]));
    expect(numbersOf(await readAll(container, cursors, 3))).toEqual([0, 1, 4]);
    await put(container, "old/day.json.gz", gzipSync(line(5)).subarray(0, 40));
    const damaged = await readAll(container, cursors, 2);
    expect(rejectionsOf(damaged)).toEqual(["cut off at the end", "the gzip stream is cut off or damaged"]);
  });

  test("a blob of several ranges comes whole, and is taken up in the middle", async () => {
    const container = await makeContainer();
    const records = Array.from({ length: 1500 }, (_, number) => JSON.stringify({ number, padding: "x".repeat(4000) }));
    await put(container, "large.json", `${records.join("\n")}\n`);
    const cursors: Cursors = new Map();
    let durable = 0;
    const first = await readUntil(
      open(container.containerName),
      cursors,
      (seen) => valuesOf(seen).length >= 1400,
      () => ++durable < 10,
    );
    const second = await readUntil(open(container.containerName), cursors, (seen) => numbersOf(seen).includes(1499));
    const numbers = numbersOf(second);
    expect(numbersOf(first).slice(0, 1400)).toEqual(Array.from({ length: 1400 }, (_, number) => number));
    expect(numbers[0]).toBe(9 * 64);
    expect(numbers.at(-1)).toBe(1499);
    expect(numbers).toHaveLength(1500 - 9 * 64);
  });

  test("only days that may still change are listed: of older ones nothing is read, however they are written", async () => {
    const container = await makeContainer();
    await append(container, hourly(24 * 40), line(0));
    await append(container, hourly(24), line(1));
    await append(container, hourly(0, "SUBSCRIPTIONS/0000/RESOURCEGROUPS/G/PROVIDERS/P/V/N"), line(2));
    await append(container, `other/${hourly()}`, line(3));
    expect(numbersOf(await readAll(container, new Map(), 3)).sort()).toEqual([1, 2, 3]);
    expect(numbersOf(await readAll(container, new Map(), 2, { prefix: "resourceId=/" })).sort()).toEqual([1, 2]);
  });

  test("after a stop longer than it looks back, it looks back to where it was", async () => {
    const container = await makeContainer();
    await append(container, hourly(24 * 20), line(0));
    const wasThere = JSON.stringify({ lookedThroughAtMs: Date.now() - 20 * 24 * 3_600_000 });
    const cursors: Cursors = new Map([[`container:${container.containerName}/`, wasThere]]);
    expect(numbersOf(await readAll(container, cursors, 1))).toEqual([0]);
    expect(JSON.parse(cursors.get(`container:${container.containerName}/`) ?? "").lookedThroughAtMs).toBeGreaterThan(Date.now() - 60_000);
  });

  test("a key, a signature: each reads; a wrong or narrow one is a permanent error that does not repeat it", async () => {
    const container = await makeContainer();
    await put(container, "a.json", line(0));
    const signed = new URL(
      await new BlobServiceClient(azurite.accountUrl, new StorageSharedKeyCredential(azuriteAccount.name, azuriteAccount.key))
        .getContainerClient(container.containerName)
        .generateSasUrl({ permissions: ContainerSASPermissions.parse("rl"), expiresOn: new Date(Date.now() + 600_000) }),
    ).search;
    const by = (account: object, secret: string) => open(container.containerName, { account }, { secret: () => secret });
    const read = (account: object, secret: string) => readUntil(by(account, secret), new Map(), (seen) => valuesOf(seen).length > 0);
    const url = azurite.accountUrl;
    expect(numbersOf(await read({ url, key: { env: "KEY" } }, azuriteAccount.key))).toEqual([0]);
    expect(numbersOf(await read({ url, sas: { env: "SAS" } }, signed))).toEqual([0]);
    const wrongKey = Buffer.from("hunter2").toString("base64");
    for (const [account, secret] of [
      [{ url, key: { env: "KEY" } }, wrongKey],
      [{ url, sas: { env: "SAS" } }, signed.replace(/sig=[^&]{4}/, "sig=AAAA")],
      [{ connection_string: { env: "CONNECTION" } }, "AccountKey=hunter2"],
    ] as const) {
      const refused = read(account, secret);
      await expect(refused).rejects.toThrow(PermanentError);
      await expect(refused).rejects.not.toThrow(/hunter2|aHVudGVyMg/);
    }
  });

  test("a container that is not there is told; where others are, they are read meanwhile", async () => {
    const container = await makeContainer();
    await put(container, "a.json", line(0));
    await expect(readUntil(open("none-such"), new Map(), () => false)).rejects.toThrow(PermanentError);
    const { told, context } = listener();
    const source = open(container.containerName, { containers: ["none-such", container.containerName] }, context);
    let isLate = false;
    const batches = await readUntil(source, new Map(), (seen) => {
      if (!isLate) void put(container, "b.json", line(1));
      isLate = true;
      return numbersOf(seen).length >= 2;
    });
    expect(numbersOf(batches)).toEqual([0, 1]);
    expect(told).toContainEqual({ state: "failing", detail: expect.stringContaining("none-such") });
  });

  test("an account that does not answer is a transient error, told as failing", async () => {
    const { told, context } = listener();
    const nobody = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:9/a;";
    await expect(readUntil(open("logs", {}, { ...context, secret: () => nobody }), new Map(), () => false)).rejects.toThrow(TransientError);
    expect(told.at(-1)).toEqual({ state: "failing", detail: "the storage account does not answer" });
  });
});

test("a secret that cannot be had is told in the words of whoever looked for it", async () => {
  const secret = () => {
    throw new ConfigError("the file of 'account.key' cannot be read");
  };
  const given = azureBlob.settings.parse({ account: { url: "https://a.blob.core.windows.net", key: { env: "KEY" } }, containers: ["logs"] });
  const { told, context } = listener();
  const read = readUntil(azureBlob.open(given, sourceContext({ ...context, secret })), new Map(), () => false);
  await expect(read).rejects.toThrow(ConfigError);
  expect(told.at(-1)).toEqual({ state: "failing", detail: "the file of 'account.key' cannot be read" });
});

test("a key or signature is sent without encryption to this machine alone", () => {
  const parse = (url: string) => azureBlob.settings.safeParse({ account: { url, key: { env: "KEY" } }, containers: ["logs"] }).success;
  expect(["https://a.blob.core.windows.net", "http://127.0.0.1:10000/a", "http://localhost/a"].map(parse)).toEqual([true, true, true]);
  expect(["http://a.blob.core.windows.net", "http://localhost.example/a", "https://a.example/?sig=x"].map(parse)).toEqual([false, false, false]);
});
