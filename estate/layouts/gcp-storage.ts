// Cloud Logging's sink to a bucket: a file an hour and log, a LogEntry a line.
import { hourMs } from "../calendar.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const gcpStorage: Layout = {
  says: "Cloud Logging sink to a bucket: hourly files, a LogEntry a line",
  periodMs: hourMs,
  packing: "plain",
  path({ place: { project = "", log = "" } }, startMs) {
    const { year, month, day, hour } = pathTime(startMs);
    return `gcp/${project}-audit/cloudaudit.googleapis.com/${log}/${year}/${month}/${day}/${hour}:00:00_${hour}:59:59_S0.json`;
  },
  text: lines,
};
