// Every question on both engines: the rows that a small estate answers with, written down in expected/ and reviewed as the spec.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { asOfView } from "../../detect/as-of-view.ts";
import type { Query } from "../../model/query.ts";
import type { Store } from "../../storage/store.ts";
import { dayMs, startMs } from "../storage/action-rows.ts";
import { describeStores } from "../storage/store-profiles.ts";
import {
  account,
  analyst,
  backupRole,
  bucketObject,
  ciBot,
  ciSubject,
  deployRole,
  gcpRunner,
  legacyBot,
  podAccount,
  settle,
  watchedMs,
} from "./estate.ts";
import { plannedMs } from "./stored-deliveries.ts";

const folder = path.join(import.meta.dirname, "../../queries");
const files = readdirSync(folder);
const sqlNames = files.filter((name) => name.endsWith(".sql")).map((name) => name.slice(0, -4));

const definitions = new Map<string, Query<unknown, unknown>>();
for (const name of files.filter((file) => file.endsWith(".ts"))) {
  const exported = Object.values((await import(path.join(folder, name))) as Record<string, unknown>);
  for (const value of exported) {
    if (typeof value !== "object" || value === null || !("sql" in value)) continue;
    const query = value as Query<unknown, unknown>;
    if (definitions.has(query.name)) throw new Error(`two definitions of ${query.name}`);
    definitions.set(query.name, query);
  }
}

/** The windows in which these identities' rows were received: all in one moment. */
function windowsOf(identities: readonly string[]) {
  return { identity_uids: identities, moments_ms: identities.map(() => startMs + 30 * dayMs), step_ms: 3_600_000 };
}

/** For each question what it is asked; every name must be here. */
const questions: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  "baseline-activity": { backup: { identity_uid: backupRole, since_ms: startMs + dayMs }, nobody: { identity_uid: "nobody" } },
  "baseline-credentials": {
    shared: { identity_uid: legacyBot },
    sessions: { identity_uid: backupRole },
    lately: { identity_uid: legacyBot, from_ms: startMs + dayMs },
    none: { identity_uid: analyst },
  },
  "baseline-peers": { bot: { identity_uid: legacyBot }, backup: { identity_uid: backupRole, least: 0 }, nobody: { identity_uid: "nobody" } },
  "baseline-values": {
    backup: { identity_uid: backupRole, dimensions: ["action", "denied_action", "resource", "slot"], since_ms: startMs + dayMs },
    two_months: { identity_uid: legacyBot, dimensions: ["action", "credential"], since_ms: startMs + 30 * dayMs },
    changed: { identity_uid: backupRole, dimensions: ["action"], since_ms: startMs + dayMs, order: "change", limit: 1 },
    lately: { identity_uid: backupRole, dimensions: ["action"], seen_from_ms: startMs + dayMs + 4 * 3_600_000 },
  },
  "completions-of": {
    runner: { identity_uid: gcpRunner },
    later: { identity_uid: gcpRunner, from_ms: startMs + 60 * dayMs },
    none: { identity_uid: backupRole },
  },
  "contract-events": {
    actions: { identity_uid: backupRole, dimension: "action", values: ["s3:GetObject", "s3:DeleteObject", "s3:PutObject"] },
    resources: { identity_uid: backupRole, dimension: "resource", values: ["arn:aws:s3:::shop-data/orders/*"], from_ms: startMs + dayMs },
    hours: { identity_uid: backupRole, dimension: "slot", values: ["3", "27"] },
    credential_types: { identity_uid: legacyBot, dimension: "credential_type", values: ["access-key"] },
    another: { identity_uid: backupRole, dimension: "workload", values: ["x"] },
  },
  "checkpoint-heads": { this: { version: "v1" }, other: { version: "v2" } },
  "checkpoint-identities": { last: { version: "v1", bucket: 7, numbers: [1, 2] }, other: { version: "v1", bucket: 8, numbers: [1, 2] } },
  "cursor-read": { known: { source_id: "files", partitions: ["head-1", "head-2"] }, other: { source_id: "kafka", partitions: ["head-1"] } },
  "source-gaps": {
    all: { since_ms: watchedMs, now_ms: watchedMs + 4 * dayMs },
    before: { since_ms: watchedMs, now_ms: watchedMs + dayMs },
    nothing: { since_ms: 0, now_ms: watchedMs },
  },
  "source-rejections": { last_day: { since_ms: watchedMs, from_ms: watchedMs + 3 * dayMs, now_ms: watchedMs + 4 * dayMs } },
  "source-clocks": {
    ahead: { from_ms: startMs + 29 * dayMs, now_ms: startMs + 31 * dayMs, least_records: 2, least_ahead_ms: -100 * dayMs },
    none: { from_ms: startMs + 29 * dayMs, now_ms: startMs + 31 * dayMs, least_records: 2, least_ahead_ms: 1 },
  },
  "source-logging-changes": {
    all: { from_ms: startMs + 29 * dayMs, now_ms: startMs + 31 * dayMs, calls: "^s3:" },
    none: { from_ms: startMs + 29 * dayMs, now_ms: startMs + 31 * dayMs, calls: "^cloudtrail:" },
  },
  "source-wrong-times": {
    old: { from_ms: startMs + 29 * dayMs, now_ms: startMs + 31 * dayMs, oldest_ms: startMs + dayMs, most_ahead_ms: dayMs },
    ahead: { from_ms: startMs + 29 * dayMs, now_ms: startMs + 31 * dayMs, oldest_ms: 0, most_ahead_ms: -29.5 * dayMs },
    none: { from_ms: startMs + 29 * dayMs, now_ms: startMs + 31 * dayMs, oldest_ms: 0, most_ahead_ms: 100 * dayMs },
  },
  "lease-claims": {
    held: { name: "held", lease_ms: 30_000 },
    given_back: { name: "given back", lease_ms: 30_000 },
    run_out: { name: "run out", lease_ms: 30_000 },
    claimed_by_two: { name: "claimed by two", lease_ms: 30_000 },
    never: { name: "never", lease_ms: 30_000 },
  },
  "deliveries-due": {
    planned: { sink_ids: ["pager"], now_ms: plannedMs, fence: 1, limit: 10 },
    before: { sink_ids: ["siem", "chat"], now_ms: plannedMs, fence: 7, limit: 10 },
    leased_by_somebody_before: { sink_ids: ["siem", "chat"], now_ms: plannedMs, fence: 8, limit: 10 },
    one_each: { sink_ids: ["siem", "chat", "pager"], now_ms: plannedMs + dayMs, fence: 7, limit: 1 },
  },
  "deliveries-list": {
    all: {},
    sink: { sink: "siem" },
    state: { states: ["folded"], limit: 1 },
    finding: { finding_uid: "a000000000000001" },
    flood: { folded_into: "flood-1" },
    none: { uid_prefix: "zz" },
  },
  "delivery-receipts": {
    chat: { incident_uids: ["a000000000000001", "a000000000000002"], sink_id: "chat" },
    siem: { incident_uids: ["a000000000000001"], sink_id: "siem" },
  },
  "finding-decisions": { several: { finding_uid: "a000000000000002" }, same_moment: { finding_uid: "b000000000000004" }, none: { finding_uid: "c" } },
  "findings-by-day": { all: {}, first_day: { until_ms: startMs + 41 * dayMs - 1 } },
  "findings-list": {
    all: { now_ms: startMs + 47 * dayMs },
    undecided: { now_ms: startMs + 45 * dayMs, states: ["open", "acknowledged", "confirmed"] },
    muted: { now_ms: startMs + 45 * dayMs, states: ["muted"] },
    before_anybody_decided: { now_ms: startMs + 41 * dayMs, states: ["open"] },
    severe: { now_ms: 0, severities: ["medium", "high", "critical"] },
    risk: { now_ms: 0, min_risk: 35, limit: 1 },
    budget: { now_ms: 0, budget: 10, uid_prefix: "a000000000000001" },
    provider: { now_ms: 0, provider: "gcp" },
    detector: { now_ms: 0, detector: "new-agent" },
    search: { now_ms: 0, search: "DEPLOY", since_ms: startMs + 39 * dayMs, until_ms: startMs + 40 * dayMs },
    since: { now_ms: 0, since_ms: startMs + 40 * dayMs },
    one: { now_ms: 0, finding_uids: ["b000000000000003"], configuration: "c0" },
    none: { now_ms: 0, uid_prefix: "c" },
  },
  "findings-near": { typo: { text: "a00000000000003" }, part: { text: "b00x" }, nothing: { text: "ffffffff" } },
  "findings-to-tell": {
    several: { now_ms: startMs + 45 * dayMs, finding_uids: ["a000000000000001", "a000000000000002", "b000000000000003"] },
    before_anybody_decided: { now_ms: startMs + 40 * dayMs, finding_uids: ["a000000000000002"] },
    none: { now_ms: 0, finding_uids: ["c"] },
  },
  "folded-findings": {
    flood: { folded_into: "flood-1" },
    digest: { sink_id: "chat", from_ms: plannedMs, to_ms: plannedMs + dayMs },
    another_day: { sink_id: "chat", from_ms: plannedMs + dayMs, to_ms: plannedMs + 2 * dayMs },
  },
  "incidents-of": {
    both: { identity_uids: [deployRole, gcpRunner], since_ms: startMs + 39 * dayMs },
    later: { identity_uids: [deployRole], since_ms: startMs + 41 * dayMs },
  },
  "identities-by-type": { all: {} },
  "identities-list": {
    all: {},
    machines: { machines_only: true, order: "name" },
    search: { search: "BOT" },
    provider: { provider: "kubernetes" },
    type: { principal_type: "iam-user" },
    workload: { workload_type: "human" },
    page: { order: "name", limit: 2, offset: 1 },
    none: { search: "100%_nothing" },
  },
  "identity-activity": {
    backup: { identity_uid: backupRole },
    period: { identity_uid: backupRole, from_ms: startMs + dayMs, to_ms: startMs + dayMs + 4 * 3_600_000 },
  },
  "identity-candidates": { typo: { text: "bakcup" }, part: { text: "example-org" }, nothing: { text: "zzzzzzzzzz" } },
  "identity-credentials": { shared: { identity_uid: ciBot }, issued: { identity_uid: backupRole }, none: { identity_uid: analyst } },
  "identity-facts": {
    uid: { identity: deployRole },
    name: { identity: "backup" },
    alias: { identity: "AROAEXAMPLEDEPLOY" },
    hidden: { identity: legacyBot },
    nothing: { identity: "" },
  },
  "identity-hours": {
    all: { from_ms: startMs, to_ms: startMs + 30 * dayMs, step_ms: 3_600_000 },
    received_later: { from_ms: startMs + 30 * dayMs, to_ms: startMs + 60 * dayMs, step_ms: 3_600_000 },
  },
  "identity-page": { backup: { identity_uid: backupRole, limit: 3 }, before: { identity_uid: backupRole, to_ms: startMs + dayMs, limit: 2 } },
  "identity-summary": { backup: { identity_uid: backupRole }, two_months: { identity_uid: legacyBot, dimensions: ["action"], limit: 1 } },
  "identity-timeline": {
    backup: { identity_uid: backupRole },
    runner: { identity_uid: gcpRunner },
    stages: { identity_uid: podAccount },
    period: { identity_uid: backupRole, from_ms: startMs + dayMs, to_ms: startMs + dayMs + 4 * 3_600_000 },
    filtered: { identity_uid: backupRole, action: "DeleteObject", service: "s3", outcome: "denied" },
    newest: { identity_uid: backupRole, limit: 1 },
  },
  "lineage-down": { ci: { identity_uids: [ciSubject] }, deploy: { identity_uids: [deployRole] }, runner: { identity_uids: [gcpRunner] } },
  "lineage-up": { backup: { identity_uids: [backupRole] }, both: { identity_uids: [backupRole, deployRole] } },
  "open-findings": {
    chat: { incident_uids: ["a000000000000001", "a000000000000002"], sink_id: "chat", now_ms: startMs + 45 * dayMs },
    before_it_was_decided: { incident_uids: ["a000000000000001", "b000000000000003"], sink_id: "siem", now_ms: startMs + 40 * dayMs },
    decided: { incident_uids: ["a000000000000001", "b000000000000003"], sink_id: "siem", now_ms: startMs + 45 * dayMs },
    folded: { incident_uids: ["b000000000000003", "b000000000000004"], sink_id: "chat", now_ms: startMs + 40 * dayMs },
  },
  "quarantine-by-reason": { all: {} },
  "reception-bounds": { all: {} },
  "reception-clock": { all: {} },
  "reception-counts": { all: { from_ms: startMs, to_ms: startMs + 40 * dayMs } },
  "schema-version": { all: {} },
  "shared-credentials": { all: {} },
  "sink-health": { all: {} },
  "static-keys-in-use": { all: {}, since: { used_since_ms: startMs + 39 * dayMs } },
  "store-totals": { all: {} },
  "teaching-decisions": { all: { until_ms: startMs + 50 * dayMs }, by_then: { until_ms: startMs + 43 * dayMs } },
  "told-severities": {
    sent: { sink_ids: ["chat", "pager"], incident_uids: ["a000000000000001", "a000000000000002", "b000000000000003"] },
    folded: { sink_ids: ["chat"], incident_uids: ["b000000000000003"] },
  },
  "unplanned-decisions": { all: {}, first: { limit: 1 } },
  "unplanned-findings": { all: { now_ms: startMs + 45 * dayMs }, first: { now_ms: startMs + 47 * dayMs, limit: 1 } },
  "who-assumed-whom": { all: {} },
  "who-credential": {
    issued: { credential_uid: "ASIABACKUP1" },
    stated: { credential_uid: "ASIADEPLOY1" },
    shared: { credential_uid: "AKIASHARED" },
    unknown: { credential_uid: "AKIANOBODY" },
  },
  "who-resource": {
    object: { resource_uid: bucketObject },
    period: { resource_uid: bucketObject, from_ms: startMs + dayMs },
    replaced_stage: { resource_uid: "core/pods/shop/" },
    prefix_is_not_enough: { resource_uid: "arn:aws:s3:::shop-data" },
  },
  "who-resource-like": {
    prefix: { pattern: "arn:aws:s3:::shop-data/%" },
    suffix: { pattern: "%instance/i-0example" },
    literal: { pattern: "%shop\\_data%" },
  },
  "window-events": {
    one: { ...windowsOf([backupRole]), telling: [] },
    telling: { ...windowsOf([backupRole]), telling: ["s3:DeleteObject"], limit: 2 },
    two: { ...windowsOf([backupRole, gcpRunner]), telling: [], limit: 1 },
    another_hour: { ...windowsOf([backupRole]), moments_ms: [startMs], telling: [] },
  },
};

/** Asked through a view of the store as of a moment: here one after everything. */
const throughView: ReadonlySet<string> = new Set([
  "identity-activity",
  "identity-hours",
  "reception-bounds",
  "reception-clock",
  "reception-counts",
  "window-events",
]);

/** Answered row by row as they lie, each version that is not merged away yet: only once all are merged is the answer one. */
const asRowsLie = "identity-page";
const mergedNames = sqlNames.filter((name) => name !== asRowsLie);

function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

test("every .sql has exactly one definition, and every definition its .sql and a case here", () => {
  expect(sqlNames.length).toBeGreaterThan(15);
  expect([...definitions.keys()].sort()).toEqual([...sqlNames].sort());
  expect(Object.keys(questions).sort()).toEqual([...sqlNames].sort());
});

describe("the SQL of a question", () => {
  test.each(sqlNames)("%s says what is asked and by whom, and takes every value as a parameter", (name) => {
    const sql = readFileSync(path.join(folder, `${name}.sql`), "utf8");
    expect(sql).toMatch(/^-- .+\?.* [Aa]sked (by|hop by hop by|when) /s);
    expect(sql.split("\n")[0]).toMatch(/^-- /);
    expect(sql).not.toMatch(/JSON\w*\(\s*raw/i);
    // Of several values that would be whichever the engine meets first: the same store would answer in two ways.
    expect(sql).not.toMatch(/\bany(?:Last|Heavy)?\(/i);
    const parameters = new Set([...sql.matchAll(/\{(\w+):[A-Z]\w*(?:\(\w+\))?\}/g)].map(([, parameter]) => parameter));
    expect([...sql.matchAll(/[{}]/g)].length).toBe(2 * [...sql.matchAll(/\{\w+:[A-Z]\w*(?:\(\w+\))?\}/g)].length);
    const schema = definitions.get(name)?.parameters;
    expect(schema).toBeInstanceOf(z.ZodObject);
    expect(Object.keys((schema as unknown as z.ZodObject).shape).sort()).toEqual([...parameters].sort());
  });
});

describeStores("the questions", (profile) => {
  let store: Store;
  beforeAll(async () => {
    store = await profile.fresh();
    await settle(store);
  });
  afterAll(() => store.close());

  const ask = async (name: string) => {
    const query = definitions.get(name);
    if (query === undefined) throw new Error(`no definition of ${name}`);
    const lines: string[] = [];
    for (const [asked, parameters] of Object.entries(questions[name] ?? {})) {
      const askedOf = throughView.has(name) ? asOfView(store, startMs + 400 * dayMs) : store;
      lines.push(JSON.stringify({ asked }), ...(await askedOf.query(query, parameters)).map((row) => JSON.stringify(row, withoutBigInts)));
    }
    return `${lines.join("\n")}\n`;
  };

  const expectAsWritten = async (name: string) =>
    expect(await ask(name)).toMatchFileSnapshot(path.join(import.meta.dirname, "expected", `${name}.ndjson`));

  test.each(mergedNames)("%s answers as written down", expectAsWritten);

  test("merging the parts changes no answer", async () => {
    const before = await Promise.all(mergedNames.map(async (name) => [name, await ask(name)]));
    await store.compact();
    expect(await Promise.all(mergedNames.map(async (name) => [name, await ask(name)]))).toEqual(before);
    await expectAsWritten(asRowsLie);
  });

  test("the account of an identity is one in whose log it stands", async () => {
    const text = Buffer.from(await store.queryText("SELECT DISTINCT account_uid FROM identities WHERE provider = 'aws'", "JSONEachRow")).toString();
    expect(text).toBe(`{"account_uid":"${account}"}\n`);
  });
});
