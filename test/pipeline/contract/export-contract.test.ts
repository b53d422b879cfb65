// Contracts made of a store: they allow all that it holds, whatever the names in it are, and the same store gives the same text.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Query } from "../../../model/query.ts";
import { checkContract } from "../../../pipeline/contract/check-contract.ts";
import { parseContract } from "../../../pipeline/contract/contract-file.ts";
import { contractOf, contractText, mostPatterns, patternsOf, yamlText } from "../../../pipeline/contract/export-contract.ts";
import { identitiesList } from "../../../queries/identities-list.ts";
import { identityFacts } from "../../../queries/identity-facts.ts";
import { fitsWildcard } from "../../../runtime/wildcard.ts";
import type { Store } from "../../../storage/store.ts";
import { legacyBot, settle } from "../../queries/estate.ts";
import { blockOf, dayMs, received, startMs } from "../../storage/action-rows.ts";
import { describeStores } from "../../storage/store-profiles.ts";

const everything = { fromMs: 0, limit: 1000 };
const hostile = "cluster/\u202e\u001b[31m#: - *&!|>'\"%@`{}[],?\\\u0000x: y\n- z";

describeStores("a contract of each identity", (profile) => {
  let store: Store;
  beforeAll(async () => {
    store = await profile.fresh();
    await settle(store);
    const everywhere = { identity_name: hostile, service: hostile, action: hostile, agent_family: hostile, region: hostile, src_network: hostile };
    const things = { resource_uids: [hostile], resource_patterns: [hostile, `${hostile}/*`], resource_scopes: [hostile, hostile] };
    await store.insertActions(
      await blockOf([
        received({ ...everywhere, ...things, event_uid: "hostile-1", identity_uid: hostile, issuer_uid: hostile }),
        received({
          ...everywhere,
          event_uid: "hostile-2",
          identity_uid: hostile,
          credential_uid: hostile,
          target_identity_uid: hostile,
          credential_lifetime: "static",
        }),
      ]),
    );
  });
  afterAll(() => store.close());

  const contractFor = async (identity: string) => {
    const [known] = await store.query(identityFacts, { identity });
    if (known === undefined) throw new Error(`no ${identity}`);
    return contractOf(store, known);
  };

  test("finds nothing outside of it right away, and is the same at each export", async () => {
    const identities = (await store.query(identitiesList, {})).map(({ identity_uid }) => identity_uid);
    expect(identities.length).toBeGreaterThan(6);
    for (const identity of identities) {
      const contract = parseContract(await contractFor(identity), "own.yaml");
      expect(contract.identity).toBe(identity);
      expect(await checkContract(store, contract, everything), identity).toEqual({ outside: [], total: 0, notCompared: [], isSeen: true });
    }
    expect(await contractFor(legacyBot)).toBe(await contractFor(legacyBot));
  });

  test("whose entry is taken out finds that entry with its actions, counted once however often they were delivered", async () => {
    const text = await contractFor(legacyBot);
    const without = parseContract(text.replace("    - s3:ListBucket\n", "").replace("  actions:\n", "  actions: []\n"), "own.yaml");
    const { outside, total } = await checkContract(store, without, everything);
    const [first] = outside;
    expect([total, first?.section, first?.value, first?.events]).toEqual([1, "actions", "s3:ListBucket", 3]);
    expect([first?.lastMs, first?.lastEventUid]).toEqual([startMs + 40 * dayMs, "aws-9"]);
    const lately = await checkContract(store, without, { ...everything, fromMs: startMs + 10 * dayMs });
    expect(lately.outside[0]?.events).toBe(1);
    expect(await checkContract(store, without, { ...everything, fromMs: startMs + 50 * dayMs })).toEqual({
      outside: [],
      total: 0,
      notCompared: [],
      isSeen: false,
    });
  });

  test("that allows nothing finds each section, also with many long values and values that no question takes", async () => {
    const allow = {
      actions: [],
      resources: [],
      agents: [],
      networks: [],
      regions: [],
      credential_types: [],
      static_credentials: [],
      issuers: [],
      targets: [],
    };
    const { outside, total } = await checkContract(
      store,
      { contract: 1, identity: hostile, allow: { ...allow, hours: { working_days: [], weekends: [] } } },
      everything,
    );
    expect(total).toBe(outside.length);
    expect(new Set(outside.map(({ section }) => section))).toEqual(new Set([...Object.keys(allow), "hours"]));
    for (const { section, events, value } of outside) expect([section, value, events]).not.toContain(0);
  });
});

test("a section of more values than are read is said, unless everything is allowed: what was not read may be outside", async () => {
  const row = { dimension: "resource", value: "known", days: 1, days_before: 0, first_seen_ms: startMs, last_seen_ms: startMs, total: 100_001 };
  const endless = {
    query: async <Parameters, Row>({ name, row: schema }: Query<Parameters, Row>) => (name === "baseline-values" ? [schema.parse(row)] : []),
  };
  const check = (resources: readonly string[]) =>
    checkContract(endless, { contract: 1, identity: "x", allow: { resources: [...resources] } }, everything);
  expect(await check(["known"])).toMatchObject({ total: 0, notCompared: ["resources"] });
  expect(await check(["*"])).toMatchObject({ total: 0, notCompared: [] });
});

describe("texts", () => {
  test("of any kind are read back by any reader as they were, on one line that acts on no terminal", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("true", "null", "~", "1e3", "0x10", "- a", "a: b", "# a", "*", hostile),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const written = yamlText(text);
        expect(written).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(parse(`key:\n  - ${written} # on one day only\n`)).toEqual({ key: [text] });
      }),
      { numRuns: 150 },
    );
  });

  test("too many values become patterns that each of them fits, in order", () => {
    const values = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "/", ":", "*") }), { minLength: mostPatterns, maxLength: 3 * mostPatterns });
    fc.assert(
      fc.property(values, (given) => {
        const patterns = patternsOf(given);
        expect(patterns.length).toBeLessThanOrEqual(mostPatterns);
        expect(patterns).toEqual(patternsOf(given.toReversed()));
        for (const value of given) expect(patterns.some((pattern) => fitsWildcard(pattern, value))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("more values than are read become one pattern, and a rare one says so", () => {
    const seen = (value: string, days: number) => ({ value, days, firstMs: startMs, lastMs: startMs });
    const none = { accounts: [], regions: [], networks: [], agents: [], credential_types: [], static_credentials: [], issuers: [], targets: [] };
    const text = contractText({
      ...{ identityUid: "x", purpose: "x works", activeDays: 3, firstMs: startMs, lastMs: startMs },
      observed: {
        cut: new Set(["resources"]),
        slots: [],
        sections: { ...none, actions: [seen("s3:Get", 1), seen("s3:Put", 2)], resources: [seen("r", 1)] },
      },
    });
    expect(text).toContain("    - s3:Get # on one day only\n    - s3:Put\n");
    expect(parseContract(text, "x").allow).toEqual({
      ...none,
      actions: ["s3:Get", "s3:Put"],
      resources: ["*"],
      hours: { working_days: [], weekends: [] },
    });
  });
});
