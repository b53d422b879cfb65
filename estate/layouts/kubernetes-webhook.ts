// kube-apiserver's audit webhook: EventList bodies as a receiver keeps them, who writes the sender's cluster into each event. The
// API server leaves kind and apiVersion out of an EventList's items.
import { hourMs } from "../calendar.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

const eventsPerBody = 100;
const ownKind = '{"kind":"Event","apiVersion":"audit.k8s.io/v1",';

export const kubernetesWebhook: Layout = {
  says: "the API server's audit webhook: an EventList a line, its receiver adds the member cluster to each event; hourly, gzip",
  periodMs: hourMs,
  packing: "gzip",
  path({ place: { cluster = "" } }, startMs, random) {
    const { year, month, day, hour } = pathTime(startMs);
    return `kubernetes/${cluster}/webhook/${year}-${month}-${day}/${hour}-${random.word(8)}.ndjson.gz`;
  },
  text(records, { place: { cluster = "" } }) {
    const items = records.map((record) => {
      const bare = record.startsWith(ownKind) ? `{${record.slice(ownKind.length)}` : record;
      return `${bare.slice(0, -1)},"cluster":${JSON.stringify(cluster)}}`;
    });
    const bodies = Array.from({ length: Math.ceil(items.length / eventsPerBody) }, (_, body) => {
      const own = items.slice(body * eventsPerBody, (body + 1) * eventsPerBody).join(",");
      return `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${own}]}`;
    });
    return lines(bodies);
  },
};
