// Real records: how many of them become events, and how many callers an identity. Skipped where the samples are not there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { identityActionSchema } from "../../../model/identity-action.ts";
import { isObject, type JsonObject, objectOf, textOf } from "../../../model/json.ts";
import { awsCloudtrail } from "../../../normalize/formats/aws-cloudtrail.ts";
import { createNetworkClassifier } from "../../../normalize/network.ts";
import type { NormalizeContext } from "../../../normalize/normalizer.ts";

const samples = path.join(import.meta.dirname, "../../../../shared/samples");
const nativeFolder = path.join(samples, "aws");
const labelledFile = path.join(samples, "labelled/aws.jsonl");
const context: NormalizeContext = { defaultAccount: "", clusterOfIssuer: () => undefined, network: createNetworkClassifier([]) };
const eventSchema = identityActionSchema.omit({ received_at: true });

interface Tally {
  readonly file: string;
  records: number;
  recognized: number;
  events: number;
  ignored: number;
  rejected: number;
  namingACaller: number;
  resolved: number;
  withResources: number;
}

function readRecords(file: string): JsonObject[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as JsonObject);
}

/** Some test records of other projects have "..." in place of every value: they name nobody. */
function namesACaller(record: JsonObject): boolean {
  const user = objectOf(record, "userIdentity");
  const type = textOf(user, "type");
  if (type === "...") return false;
  return ["arn", "principalId", "invokedBy"].some((key) => textOf(user, key) !== "");
}

function tally(file: string, records: readonly JsonObject[]): Tally {
  const counts: Tally = { file, records: 0, recognized: 0, events: 0, ignored: 0, rejected: 0, namingACaller: 0, resolved: 0, withResources: 0 };
  for (const record of records) {
    counts.records++;
    if (awsCloudtrail.recognizes(record)) counts.recognized++;
    const result = awsCloudtrail.normalize(record, context);
    if (result.kind === "ignored") counts.ignored++;
    if (result.kind === "rejected") counts.rejected++;
    if (result.kind !== "event") continue;
    eventSchema.parse(result.event);
    counts.events++;
    if (result.event.resource_uids.length > 0) counts.withResources++;
    if (!namesACaller(record)) continue;
    counts.namingACaller++;
    if (result.event.principal_type !== "unknown") counts.resolved++;
  }
  return counts;
}

function sum(tallies: readonly Tally[], field: Exclude<keyof Tally, "file">): number {
  return tallies.reduce((total, counts) => total + counts[field], 0);
}

describe.skipIf(!existsSync(nativeFolder))(`native records (${existsSync(nativeFolder) ? "read" : "missing"}: ../shared/samples/aws)`, () => {
  const files = existsSync(nativeFolder) ? readdirSync(nativeFolder).filter((name) => name.endsWith(".jsonl")) : [];
  const tallies = files.map((name) => tally(name, readRecords(path.join(nativeFolder, name))));

  test("every record is recognized, and at least 99 % are events", () => {
    expect(sum(tallies, "recognized"), JSON.stringify(tallies, null, 1)).toBe(sum(tallies, "records"));
    expect(sum(tallies, "events") / sum(tallies, "records"), JSON.stringify(tallies, null, 1)).toBeGreaterThanOrEqual(0.99);
  });

  test("at least 98 % of the events that name a caller have an identity of known type", () => {
    expect(sum(tallies, "resolved") / sum(tallies, "namingACaller"), JSON.stringify(tallies, null, 1)).toBeGreaterThanOrEqual(0.98);
  });
});

describe.skipIf(!existsSync(labelledFile))(
  `labelled records (${existsSync(labelledFile) ? "read" : "missing"}: ../shared/samples/labelled/aws.jsonl)`,
  () => {
    test("records of detection rules, some cut down to a few fields: each that names a caller is somebody", () => {
      const records = readRecords(labelledFile).flatMap(({ record }) => (isObject(record) ? [record] : []));
      const counts = tally("labelled/aws.jsonl", records);
      expect(counts.events / counts.records, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.95);
      expect(counts.resolved / counts.namingACaller, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.98);
    });
  },
);
