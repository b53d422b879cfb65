// CloudTrail in a CloudWatch Logs group, handed on by a subscription as a function receives it: batches, gzip inside base64.
import type { JsonObject } from "../../model/json.ts";
import { gzippedText } from "../packing.ts";
import type { Random } from "../random.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

const recordsPerBatch = 40;

export const cloudWatchSubscription: Layout = {
  says: "CloudTrail records by a CloudWatch Logs subscription: a function's input a line, each a batch of log events (base64, gzip)",
  periodMs: 300_000,
  packing: "plain",
  path({ place: { account = "", region = "" } }, startMs, random) {
    const { year, month, day, hour, minute } = pathTime(startMs);
    return `aws/subscriptions/${account}/${region}/${year}/${month}/${day}/${hour}${minute}-${random.uuid()}.json`;
  },
  text(records, { place: { account = "", region = "" } }, random) {
    const batches = Array.from({ length: Math.ceil(records.length / recordsPerBatch) }, (_, number) =>
      records.slice(number * recordsPerBatch, (number + 1) * recordsPerBatch),
    );
    return lines(batches.map((batch) => JSON.stringify({ awslogs: { data: gzippedText(batchOf(batch, account, region, random)) } })));
  },
};

function batchOf(records: readonly string[], account: string, region: string, random: Random): string {
  return JSON.stringify({
    messageType: "DATA_MESSAGE",
    owner: account,
    logGroup: "audit/management-events",
    logStream: `${account}_audit_${region}`,
    subscriptionFilters: ["to-archive"],
    logEvents: records.map((message) => ({
      id: `3${random.digits(55)}`,
      timestamp: Date.parse(String((JSON.parse(message) as JsonObject).eventTime)),
      message,
    })),
  });
}
