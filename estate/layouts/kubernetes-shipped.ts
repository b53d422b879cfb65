// Audit events that a log shipper took from the nodes of a managed cluster and marked with the cluster's name; gzip.
import { hourMs } from "../calendar.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const kubernetesShipped: Layout = {
  says: "audit events by a log shipper, which adds the member cluster; hourly, gzip with several members",
  periodMs: hourMs,
  packing: "gzip-members",
  path({ place: { cluster = "" } }, startMs, random) {
    const { year, month, day, hour } = pathTime(startMs);
    return `kubernetes/${cluster}/${year}/${month}/${day}/${hour}-${random.word(8)}.log.gz`;
  },
  text: (records, { place: { cluster = "" } }) => lines(records.map((record) => `${record.slice(0, -1)},"cluster":${JSON.stringify(cluster)}}`)),
};
