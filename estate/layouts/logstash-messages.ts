// Azure's records as Logstash took them from an event hub and wrote them on: the record as text in message.
import type { JsonObject } from "../../model/json.ts";
import { hourMs } from "../calendar.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const logstashMessages: Layout = {
  says: "Logstash events, one a line, the Azure record as text in message; gzip",
  periodMs: hourMs,
  packing: "gzip",
  path({ place: { log = "", scope = "" } }, startMs) {
    const { year, month, day, hour } = pathTime(startMs);
    return `azure/logstash/${log}/${scope.split("/").at(-1)?.toLowerCase()}/${year}.${month}.${day}-${hour}.ndjson.gz`;
  },
  text: (records) =>
    lines(
      records.map((message) => {
        const { time } = JSON.parse(message) as JsonObject;
        return JSON.stringify({ "@timestamp": time ?? "", "@version": "1", message, type: "azure_event_hub", tags: ["audit"] });
      }),
    ),
};
