// A caller that was met before is not resolved anew: that must never show in an action, nor may one caller pass for another.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../model/json.ts";
import { awsCloudtrail } from "../../../normalize/formats/aws-cloudtrail.ts";
import { createNetworkClassifier } from "../../../normalize/network.ts";
import type { NormalizeResult } from "../../../normalize/normalizer.ts";

const folder = new URL("../golden/aws-cloudtrail/", import.meta.url);
const context = { defaultAccount: "", clusterOfIssuer: () => undefined, network: createNetworkClassifier([]) };
const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"));

function readRecord(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8")) as JsonObject;
}

function eventOf(result: NormalizeResult) {
  return result.kind === "event" ? result.event : result;
}

const changes: readonly (readonly [string, JsonObject[string]])[] = [
  ["sourceIPAddress", "198.51.100.77"],
  ["userAgent", "kubectl/v1.36.0"],
  ["awsRegion", "cn-north-1"],
  ["recipientAccountId", "999988887777"],
  ["eventType", "AwsConsoleSignIn"],
  ["sessionCredentialFromConsole", "true"],
];

describe.each(names)("%s", (name) => {
  test("gives the same action however often its caller was met", () => {
    const record = readRecord(name);
    const first = eventOf(awsCloudtrail.normalize(readRecord(name), context));
    for (let time = 0; time < 4; time++) expect(eventOf(awsCloudtrail.normalize(record, context))).toEqual(first);
  });

  test("with another address, agent, region, account or console session is what it is when read alone", () => {
    const record = readRecord(name);
    for (let time = 0; time < 3; time++) awsCloudtrail.normalize(record, context);
    for (const [member, value] of changes) {
      const changed = { ...record, [member]: value };
      const alone = { ...readRecord(name), [member]: value };
      expect(eventOf(awsCloudtrail.normalize(changed, context)), member).toEqual(eventOf(awsCloudtrail.normalize(alone, context)));
    }
  });
});
