// CloudTrail by EventBridge to a topic and from there to a queue: the message's body holds a notification, which holds the event.
import type { JsonObject } from "../../model/json.ts";
import { eventBridgeEvent } from "./eventbridge.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const sqsQueue: Layout = {
  says: "messages that a consumer took from an SQS queue: an SNS notification inside, an EventBridge event inside that; zstd",
  periodMs: 900_000,
  packing: "zstd",
  path({ place: { account = "", region = "" } }, startMs, random) {
    const { year, month, day, hour, minute } = pathTime(startMs);
    return `aws/queue/${account}/${region}/${year}/${month}/${day}/${hour}${minute}-${random.word(8)}.ndjson.zst`;
  },
  text: (records, { place }, random) =>
    lines(
      records.map((record) => {
        const { account = "", region = "" } = place;
        const topic = `arn:aws:sns:${region}:${account}:audit-events`;
        const notification = {
          Type: "Notification",
          MessageId: random.uuid(),
          TopicArn: topic,
          Message: eventBridgeEvent(record, place, random.uuid()),
          Timestamp: (JSON.parse(record) as JsonObject).eventTime ?? "",
          SignatureVersion: "1",
        };
        const body = JSON.stringify(notification);
        return JSON.stringify({ messageId: random.uuid(), body, attributes: { ApproximateReceiveCount: "1" } });
      }),
    ),
};
