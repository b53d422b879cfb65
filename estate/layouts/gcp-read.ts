// What `gcloud logging read --format=json` writes: one array, the newest entry first.
import { hourMs } from "../calendar.ts";
import { type Layout, pathTime } from "./layout.ts";

export const gcpRead: Layout = {
  says: "gcloud logging read, every hour: a JSON array of LogEntries, the newest first",
  periodMs: hourMs,
  packing: "plain",
  path({ place: { project = "", log = "" } }, startMs) {
    const { year, month, day, hour } = pathTime(startMs + hourMs);
    return `gcp/read/${project}/${log}/${year}-${month}-${day}T${hour}.json`;
  },
  text: (records) => `[\n${[...records].reverse().join(",\n")}\n]\n`,
};
