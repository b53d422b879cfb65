// What `aws cloudtrail lookup-events` answers: pages of at most fifty, the newest first, each record as text inside. It knows
// management events only; an account's contents' events go another way.
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

const recordsPerPage = 50;

export const lookupEvents: Layout = {
  says: "CloudTrail's LookupEvents, asked every quarter of an hour: a page of answers a line, the record as text in CloudTrailEvent",
  periodMs: 900_000,
  packing: "plain",
  path({ place: { account = "", region = "" } }, startMs) {
    const { year, month, day, hour, minute } = pathTime(startMs + 900_000);
    return `aws/lookup-events/${account}/${region}/${year}-${month}-${day}/${hour}${minute}.json`;
  },
  text(records, _stream, random) {
    const entries = records
      .map((text) => ({ text, record: JSON.parse(text) as JsonObject }))
      .sort((left, right) => (String(left.record.eventTime) < String(right.record.eventTime) ? 1 : -1));
    const pages = Array.from({ length: Math.ceil(entries.length / recordsPerPage) }, (_, page) => {
      const Events = entries.slice(page * recordsPerPage, (page + 1) * recordsPerPage).map(({ text, record }) => entryOf(text, record));
      return (page + 1) * recordsPerPage < entries.length ? { Events, NextToken: random.base64(60) } : { Events };
    });
    return lines(pages.map((page) => JSON.stringify(page)));
  },
};

function entryOf(text: string, record: JsonObject): JsonObject {
  const caller = isObject(record.userIdentity) ? record.userIdentity : {};
  const principal = String(caller.principalId ?? "");
  const resources: readonly JsonValue[] = Array.isArray(record.resources) ? record.resources : [];
  return {
    EventId: record.eventID ?? "",
    EventName: record.eventName ?? "",
    ReadOnly: String(record.readOnly),
    ...(caller.accessKeyId === undefined ? {} : { AccessKeyId: caller.accessKeyId }),
    EventTime: record.eventTime ?? "",
    EventSource: record.eventSource ?? "",
    Username: caller.userName ?? principal.split(":")[1] ?? "",
    Resources: resources.filter(isObject).map(({ type, ARN }) => ({ ResourceType: type ?? "", ResourceName: ARN ?? "" })),
    CloudTrailEvent: text,
  };
}
