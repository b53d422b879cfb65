// CloudTrail as documents of Elastic's own integration, exported again: the record as text in event.original.
import type { JsonObject } from "../../model/json.ts";
import { hourMs } from "../calendar.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const elasticDocuments: Layout = {
  says: "an export of Elastic documents, one a line, the CloudTrail record as text in event.original; gzip",
  periodMs: hourMs,
  packing: "gzip",
  path({ place: { account = "", region = "" } }, startMs) {
    const { year, month, day, hour } = pathTime(startMs);
    return `aws/elastic/${account}/${region}/logs-aws.cloudtrail-default-${year}.${month}.${day}-${hour}.ndjson.gz`;
  },
  text: (records, { place: { account = "", region = "" } }) =>
    lines(
      records.map((original) => {
        const { eventTime, eventName } = JSON.parse(original) as JsonObject;
        return JSON.stringify({
          "@timestamp": eventTime ?? "",
          cloud: { provider: "aws", account: { id: account }, region },
          data_stream: { dataset: "aws.cloudtrail", namespace: "default", type: "logs" },
          ecs: { version: "8.17.0" },
          event: { action: eventName ?? "", dataset: "aws.cloudtrail", kind: "event", module: "aws", original },
        });
      }),
    ),
};
