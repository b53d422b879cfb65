// Cloud Logging's sink to a topic, whose subscription pushes: a request's body a line, the LogEntry in base64.
import type { JsonObject } from "../../model/json.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const pubsubPush: Layout = {
  says: "Cloud Logging sink to Pub/Sub with a push subscription: a request's body a line, the LogEntry in base64; gzip",
  periodMs: 300_000,
  packing: "gzip",
  path({ place: { project = "", log = "" } }, startMs, random) {
    const { year, month, day, hour, minute } = pathTime(startMs);
    return `gcp/push/${project}/${log}/${year}/${month}/${day}/${hour}${minute}-${random.word(6)}.ndjson.gz`;
  },
  text: (records, { place: { project = "" } }, random) =>
    lines(
      records.map((record) => {
        const { timestamp, receiveTimestamp } = JSON.parse(record) as JsonObject;
        const messageId = random.digits(17);
        const publishTime = receiveTimestamp ?? "";
        const attributes = { "logging.googleapis.com/timestamp": timestamp ?? "" };
        const message = { attributes, data: Buffer.from(record).toString("base64"), messageId, message_id: messageId, publishTime };
        return JSON.stringify({ message, subscription: `projects/${project}/subscriptions/audit-push` });
      }),
    ),
};
