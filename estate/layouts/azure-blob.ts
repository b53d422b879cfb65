// Azure Monitor's archive in a storage account: a blob an hour, JSON lines, of what was received in that hour.
import { hourMs } from "../calendar.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const azureBlob: Layout = {
  says: "diagnostic settings to a storage account: PT1H.json blobs, a record a line",
  periodMs: hourMs,
  packing: "plain",
  path({ place: { log = "", scope = "" } }, startMs) {
    const { year, month, day, hour } = pathTime(startMs);
    return `azure/${log}/${scope}/y=${year}/m=${month}/d=${day}/h=${hour}/m=00/PT1H.json`;
  },
  text: lines,
};
