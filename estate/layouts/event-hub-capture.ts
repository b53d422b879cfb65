// Azure Monitor to an event hub: an event holds {"records": [...]}; a consumer writes the events down as they come.
import { type Layout, lines, pathTime } from "./layout.ts";

const recordsPerEvent = 25;

export const eventHubCapture: Layout = {
  says: 'diagnostic settings to an event hub, its events written down one a line: {"records": [...]}; zstd',
  periodMs: 900_000,
  packing: "zstd",
  path({ place: { log = "", scope = "" } }, startMs, random) {
    const { year, month, day, hour, minute } = pathTime(startMs);
    return `azure/event-hub/${log}/${scope.split("/").at(-1)}/${year}/${month}/${day}/${hour}/${minute}-${random.integer(0, 3)}.json.zst`;
  },
  text: (records) =>
    lines(
      Array.from({ length: Math.ceil(records.length / recordsPerEvent) }, (_, event) => {
        return `{"records": [${records.slice(event * recordsPerEvent, (event + 1) * recordsPerEvent).join(", ")}]}`;
      }),
    ),
};
