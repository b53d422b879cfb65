// The promise that a crash needs no cleverness: the same events in any order, in any batches, any number of times, and every
// table reads the same, to the digit.
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { activities, type NormalizedAction, outcomes } from "../../model/identity-action.ts";
import type { Store } from "../../storage/store.ts";
import { timeText } from "../../storage/time-text.ts";
import { blockOf, dayMs, type ReceivedAction, received, recordsOf, startMs } from "./action-rows.ts";
import { describeStores, type StoreProfile } from "./store-profiles.ts";
import { tableDigest } from "./table-digest.ts";

const runs = { embedded: 14, server: 4 } as const;

/** Few values of each kind, so that identities, credentials, hours and event ids meet each other. */
const actionArbitrary = fc.record({
  event_uid: fc.integer({ min: 0, max: 30 }).map((id) => `event-${id}`),
  event_rank: fc.integer({ min: 0, max: 3 }),
  minute: fc.integer({ min: 0, max: 60 * 24 * 45 }),
  identity: fc.integer({ min: 0, max: 4 }),
  credential: fc.integer({ min: 0, max: 5 }),
  issued: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
  issuer: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
  delegation: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  action: fc.constantFrom("GetObject", "PutObject", "AssumeRole"),
  activity: fc.constantFrom(...activities),
  outcome: fc.constantFrom(...outcomes),
  resources: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  workload: fc.constantFrom("ci-pipeline", "lambda-function", "unknown"),
  principal: fc.constantFrom("iam-role", "iam-user", "unknown"),
  is_machine: fc.boolean(),
});

type ActionSeed = typeof actionArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const identityUid = (index: number) => `arn:aws:iam::111122223333:role/role-${index}`;
const orEmpty = (index: number | undefined, text: (index: number) => string) => (index === undefined ? "" : text(index));

/** Time and identity follow from the event id, as they do in the providers' logs: stages of one event share them. */
function actionOf(seed: ActionSeed, byEvent: Map<string, ActionSeed>): NormalizedAction {
  const shared = byEvent.get(seed.event_uid) ?? seed;
  byEvent.set(seed.event_uid, shared);
  const resources = seed.resources.map((index) => `arn:aws:s3:::bucket-${index}`);
  return received({
    time: startMs + shared.minute * 60_000,
    event_uid: seed.event_uid,
    event_rank: seed.event_rank,
    identity_uid: identityUid(shared.identity),
    identity_name: `role-${shared.identity}`,
    identity_rule: "assumed-role",
    principal_type: seed.principal,
    workload_type: seed.workload,
    is_machine: seed.is_machine,
    account_uid: "111122223333",
    credential_uid: `ASIA-${seed.credential}`,
    credential_type: "sts-session",
    credential_lifetime: seed.credential === 0 ? "unknown" : "short-lived",
    issuer_uid: orEmpty(seed.issuer, identityUid),
    delegation: seed.delegation.map(identityUid),
    issued_credential_uid: orEmpty(seed.issued, (index) => `ASIA-${index}`),
    issued_credential_type: seed.issued === undefined ? "none" : "sts-session",
    target_identity_uid: orEmpty(seed.issued, identityUid),
    service: "s3",
    action: seed.action,
    activity: seed.activity,
    outcome: seed.outcome,
    resource_uids: resources,
    resource_types: resources.map(() => "bucket"),
    resource_accounts: resources.map(() => ""),
    resource_patterns: resources,
    resource_scopes: resources,
    src_network: "private",
    agent_family: "aws-cli/2",
  }).action;
}

/** One delivery: an order of all events (by sorting on random keys), and how many rows each block takes. */
const deliveryArbitrary = fc.record({ keys: fc.array(fc.nat(), { minLength: 1, maxLength: 60 }), blockRows: fc.integer({ min: 8, max: 60 }) });

function shuffled<Item>(items: readonly Item[], keys: readonly number[]): Item[] {
  const keyed = items.map((item, index) => ({ item, key: (keys[index % keys.length] ?? 0) ^ Math.imul(index, 0x9e3779b1) }));
  return keyed.sort((left, right) => left.key - right.key).map(({ item }) => item);
}

async function deliver(store: Store, rows: readonly ReceivedAction[], blockRows: number): Promise<void> {
  for (let first = 0; first < rows.length; first += blockRows) {
    const block = rows.slice(first, first + blockRows);
    await store.insertRecords(await recordsOf(block));
    await store.insertActions(await blockOf(block));
  }
}

async function deliverSmall(store: Store, keys: readonly number[]): Promise<void> {
  const numbers = shuffled([0, 1, 2, 3, 4], keys);
  await store.insertRows(
    "completions",
    numbers.map((id) => ({ event_uid: `event-${id}`, completed_at: timeText(startMs + id), outcome: "success", error_code: "", error_message: "" })),
  );
  await store.insertRows(
    "quarantine",
    numbers.map((id) => ({
      source_id: "files",
      origin: "a.json",
      position: id,
      reason: "not JSON",
      received_at: timeText(startMs),
      version: 5,
      raw: `{${id}`,
    })),
  );
  const cursors = numbers.map((id) => ({ source_id: "files", partition: "a", position: `${id}`, updated_at: timeText(startMs + id) }));
  await store.insertRows("cursors", cursors.slice(0, 2));
  await store.insertRows("cursors", cursors.slice(2));
}

describeStores("replay", (profile: StoreProfile) => {
  const open: Store[] = [];
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
  });

  async function stateAfter(
    deliveries: readonly { keys: number[]; blockRows: number }[],
    actions: readonly NormalizedAction[],
    isCompacted: boolean,
  ) {
    const store = await profile.fresh();
    open.push(store);
    for (const [round, { keys, blockRows }] of deliveries.entries()) {
      const rows = actions.map((action, index) => ({ ...received(action, startMs + (round + 50) * dayMs), raw: `{"version":${index}}` }));
      await deliver(store, shuffled(rows, keys), blockRows);
      await deliverSmall(store, keys);
    }
    if (isCompacted) await store.compact();
    const digest = await tableDigest(store);
    await store.close();
    return digest;
  }

  test(`${runs[profile.engine]} sets of events, delivered one to five times in other orders and batches, leave the same state`, async () => {
    const property = fc.asyncProperty(
      fc.array(actionArbitrary, { minLength: 1, maxLength: 50 }),
      fc.array(deliveryArbitrary, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (seeds, deliveries, isCompacted) => {
        const byEvent = new Map<string, ActionSeed>();
        // Of two records with one event id and one rank, only their bytes and reception decide: here each rank comes once.
        const distinct = new Map(seeds.map((seed) => [`${seed.event_uid} ${seed.event_rank}`, seed]));
        const actions = [...distinct.values()].map((seed) => actionOf(seed, byEvent));
        const once = await stateAfter([{ keys: [0], blockRows: 1_000 }], actions, false);
        expect(await stateAfter(deliveries, actions, isCompacted)).toEqual(once);
      },
    );
    await fc.assert(property, { numRuns: runs[profile.engine], endOnFailure: true });
  });
});
