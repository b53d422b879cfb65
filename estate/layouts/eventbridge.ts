// CloudTrail by an EventBridge rule, whose target writes each event on a line of its own: the record is the member detail.
import type { JsonObject } from "../../model/json.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const eventBridge: Layout = {
  says: "CloudTrail records by EventBridge, an event a line in files of five minutes, gzip",
  periodMs: 300_000,
  packing: "gzip",
  path({ place: { account = "", region = "" } }, startMs, random) {
    const { year, month, day, hour, minute } = pathTime(startMs);
    return `aws/events/${account}/${region}/${year}/${month}/${day}/${hour}/audit-events-1-${year}-${month}-${day}-${hour}-${minute}-00-${random.uuid()}.gz`;
  },
  text: (records, { place }, random) => lines(records.map((record) => eventBridgeEvent(record, place, random.uuid()))),
};

/** The event around a record, which stands in it unchanged. */
export function eventBridgeEvent(record: string, { account = "", region = "" }: Readonly<Record<string, string>>, id: string): string {
  const { eventSource, eventTime } = JSON.parse(record) as JsonObject;
  const source = `aws.${String(eventSource).split(".")[0]}`;
  const head = { version: "0", id, "detail-type": "AWS API Call via CloudTrail", source, account, time: eventTime ?? "", region, resources: [] };
  return `${JSON.stringify(head).slice(0, -1)},"detail":${record}}`;
}
