// What waits between the broker and the reader: bounded, in order, and nothing of a consumer that is gone.
import { expect, test } from "vitest";
import { fetchedBytes, ReadAhead } from "../../../ingest/sources/kafka-read-ahead.ts";

const item = (name: string, sizeBytes: number, isOver = () => false) => ({ name, sizeBytes, isOver });

/** Whether it has resolved by the next turn of the event loop. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

test("nothing more is fetched while as much waits as may, and the order stays", async () => {
  const readAhead = new ReadAhead<ReturnType<typeof item>>(10);
  expect(await isDone(readAhead.push(item("a", 4)))).toBe(true);
  const full = readAhead.push(item("b", 6));
  expect(await isDone(full)).toBe(false);
  expect((await readAhead.next())?.name).toBe("a");
  expect(await isDone(full)).toBe(true);
  expect((await readAhead.next())?.name).toBe("b");
});

test("a reader that waits gets the next one as it comes, and nothing after the end", async () => {
  const readAhead = new ReadAhead<ReturnType<typeof item>>(10);
  const waiting = readAhead.next();
  await readAhead.push(item("a", 1));
  expect((await waiting)?.name).toBe("a");
  const last = readAhead.next();
  readAhead.close();
  expect(await last).toBeUndefined();
  expect(await isDone(readAhead.push(item("b", 1)))).toBe(false);
  expect(await readAhead.next()).toBeUndefined();
});

test("what a consumer fetched that was given up is passed over, since another fetches it again", async () => {
  const readAhead = new ReadAhead<ReturnType<typeof item>>(10);
  let isOver = false;
  void readAhead.push(item("a", 8, () => isOver));
  const full = readAhead.push(item("b", 4));
  isOver = true;
  expect((await readAhead.next())?.name).toBe("b");
  expect(await isDone(full)).toBe(true);
});

test("what a consumer fetched that was given up makes room as soon as the next one fetches, though nobody reads", async () => {
  const readAhead = new ReadAhead<ReturnType<typeof item>>(10);
  let isOver = false;
  void readAhead.push(item("a", 1));
  const full = readAhead.push(item("b", 9, () => isOver));
  expect(await isDone(full)).toBe(false);
  isOver = true;
  expect(await isDone(readAhead.push(item("b again", 8)))).toBe(true);
  expect(await isDone(full)).toBe(true);
  expect([(await readAhead.next())?.name, (await readAhead.next())?.name]).toEqual(["a", "b again"]);
});

test("a message counts with its key, and with what it takes beside its bytes", () => {
  expect(fetchedBytes([{ key: Buffer.alloc(100), value: null }])).toBe(612);
  expect(
    fetchedBytes([
      { key: null, value: Buffer.alloc(1000) },
      { key: null, value: null },
    ]),
  ).toBe(2024);
});
