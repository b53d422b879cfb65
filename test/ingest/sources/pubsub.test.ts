// The Pub/Sub source against Google's own fake: the contract of live sources, exactly-once delivery, and what a broken service looks like.
import { PubSub } from "@google-cloud/pubsub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SourceContext, SourceState } from "../../../ingest/source-type.ts";
import { pubSub } from "../../../ingest/sources/pubsub.ts";
import { PermanentError } from "../../../model/errors.ts";
import { installTimeoutMs } from "../../stand-ins/install-once.ts";
import { missingForPubSubFake, type PubSubFake, startPubSubFake } from "../../stand-ins/pubsub-fake.ts";
import { type Cursors, type LiveSourceFixture, readUntil, sourceContext, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";

const missing = missingForPubSubFake();
const project = "test-project";

const settingsFor = (endpoint: string, subscription: string, more: object = {}) =>
  pubSub.settings.parse({ project, subscription, endpoint, ...more });
const openAt = (endpoint: string, subscription: string, context: Partial<SourceContext> = {}) =>
  pubSub.open(settingsFor(endpoint, subscription), sourceContext(context));
const clientOf = (endpoint: string) =>
  new PubSub({ projectId: project, apiEndpoint: endpoint, emulatorMode: true, credentials: { client_email: "nobody", private_key: "none" } });
const message = (number: number) => Buffer.from(JSON.stringify({ insertId: `entry-${number}`, number }));

interface Told {
  readonly state: SourceState;
  readonly detail: string;
}

/** Remembers what the source told, and waits for it. */
function listener() {
  const told: Told[] = [];
  let wake: () => void = () => undefined;
  return {
    told,
    context: {
      observer: {
        onState: (state: SourceState, detail: string) => {
          told.push({ state, detail });
          wake();
        },
        onLag: () => undefined,
        onGap: () => undefined,
      },
    },
    until: async (state: SourceState) => {
      while (told.at(-1)?.state !== state) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

describe.skipIf(missing !== undefined)(missing ?? "Google Pub/Sub", () => {
  let fake: PubSubFake;
  let made = 0;

  beforeAll(async () => {
    fake = await startPubSubFake();
  }, installTimeoutMs);
  afterAll(() => fake.kill());

  async function makeSubscription(options: object = {}): Promise<LiveSourceFixture & { readonly subscription: string }> {
    const client = clientOf(fake.endpoint);
    const subscription = `subscription-${++made}`;
    const [topic] = await client.createTopic(`topic-${made}`);
    await topic.createSubscription(subscription, options);
    return {
      subscription,
      open: () => openAt(fake.endpoint, subscription),
      publish: async (messages) => {
        await Promise.all(messages.map((data) => topic.publishMessage({ data })));
      },
      close: () => client.close(),
    };
  }

  testLiveSourceContract("Pub/Sub", () => makeSubscription());

  test("with exactly-once delivery, what was acknowledged is gone for the service by the time that the acknowledgement ends", async () => {
    const { open, publish, close } = await makeSubscription({ enableExactlyOnceDelivery: true });
    await publish(Array.from({ length: 150 }, (_, number) => message(number)));
    const first = await readUntil(open(), new Map(), (batches) => valuesOf(batches).length >= 150);
    await publish([message(150)]);
    const second = await readUntil(open(), new Map(), (batches) => valuesOf(batches).length > 0);
    expect(valuesOf(first)).toHaveLength(150);
    expect(valuesOf(second).map(({ number }) => number)).toEqual([150]);
    await close();
  });

  test("what was read before an abort may be acknowledged until the source is closed, and does not come again", async () => {
    const { open, publish, close } = await makeSubscription();
    await publish([message(0)]);
    const source = open();
    const stop = new AbortController();
    const acknowledgements: (() => Promise<void>)[] = [];
    for await (const { ack } of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
      acknowledgements.push(ack);
      stop.abort();
    }
    for (const ack of acknowledgements) await ack();
    await source.close();
    await publish([message(1)]);
    expect(valuesOf(await readUntil(open(), new Map(), (batches) => batches.length > 0)).map(({ number }) => number)).toEqual([1]);
    await close();
  });

  test("no more messages are held than may be outstanding, however many wait", async () => {
    const { subscription, publish, close } = await makeSubscription();
    await publish(Array.from({ length: 50 }, (_, number) => message(number)));
    const source = pubSub.open(settingsFor(fake.endpoint, subscription, { max_outstanding_messages: 5 }), sourceContext());
    const sizes: number[] = [];
    const cursors: Cursors = new Map();
    const batches = await readUntil(
      source,
      cursors,
      (seen) => {
        sizes.push(seen.at(-1)?.values.length ?? 0);
        return new Set(valuesOf(seen).map(({ number }) => number)).size === 50;
      },
      () => true,
    );
    expect(valuesOf(batches).length).toBeGreaterThanOrEqual(50);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
    await close();
  });

  test("a service that dies is told as failing, and reading goes on once it is back", async () => {
    const own = await startPubSubFake();
    const makeQueue = async () => {
      const client = clientOf(own.endpoint);
      const [topic] = await client.createTopic("topic");
      await topic.createSubscription("subscription");
      return { publish: (number: number) => topic.publishMessage({ data: message(number) }), close: () => client.close() };
    };
    const before = await makeQueue();
    await before.publish(0);
    const { context, told, until } = listener();
    const stop = new AbortController();
    const seen: unknown[] = [];
    let back: { fake: PubSubFake; queue: Awaited<ReturnType<typeof makeQueue>> } | undefined;
    const comeBack = async () => {
      await own.kill();
      await until("failing");
      const fake = await startPubSubFake({ endpoint: own.endpoint });
      back = { fake, queue: await makeQueue() };
      await back.queue.publish(1);
    };
    let coming: Promise<void> | undefined;
    while (!seen.includes(1)) {
      // As the supervisor does: the fake forgets its subscriptions, so that for a moment there may be none.
      const source = openAt(own.endpoint, "subscription", context);
      try {
        for await (const { values, ack } of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
          seen.push(...values.map(({ number }) => number));
          await ack();
          coming ??= comeBack();
          if (seen.includes(1)) stop.abort();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(PermanentError);
        await coming;
      }
      await source.close();
    }
    await coming;
    expect(seen).toEqual([0, 1]);
    expect(told.map(({ state }) => state)).toEqual(expect.arrayContaining(["connecting", "ready", "failing"]));
    await before.close();
    await back?.queue.close();
    await back?.fake.kill();
  });

  test("a subscription that is not there is a permanent error that names it, and is told as failing", async () => {
    const { context, told } = listener();
    const read = readUntil(openAt(fake.endpoint, "none-such", context), new Map(), () => false);
    await expect(read).rejects.toThrow(PermanentError);
    await expect(read).rejects.toThrow(/projects\/test-project\/subscriptions\/none-such is not there/);
    expect(told.at(-1)).toMatchObject({ state: "failing", detail: expect.stringContaining("none-such") });
  });

  test("a permission that is denied is a permanent error that says which one to grant", async () => {
    const refusing = await startPubSubFake({ refuse: true });
    const { context, told } = listener();
    const read = readUntil(openAt(refusing.endpoint, "subscription", context), new Map(), () => false);
    await expect(read).rejects.toThrow(PermanentError);
    await expect(read).rejects.toThrow(/permission denied; grant roles\/pubsub\.subscriber/);
    expect(told.map(({ state }) => state)).toEqual(["connecting", "failing"]);
    await refusing.kill();
  });
});

test("a key that is none is refused without being repeated", async () => {
  const given = pubSub.settings.parse({ project, subscription: "subscription", credentials: { env: "KEY" } });
  const source = pubSub.open(given, sourceContext({ secret: () => "-----BEGIN hunter2" }));
  const read = readUntil(source, new Map(), () => false);
  await expect(read).rejects.toThrow(PermanentError);
  await expect(read).rejects.not.toThrow(/hunter2/);
});
