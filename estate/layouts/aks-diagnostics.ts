// AKS audit logs by diagnostic settings: the Kubernetes event as text in properties.log of an Azure record.
import { azureBlob } from "./azure-blob.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const aksDiagnostics: Layout = {
  ...azureBlob,
  says: "AKS kube-audit by diagnostic settings: PT1H.json blobs, the event as text inside",
  path({ place: { uid = "" } }, startMs) {
    const { year, month, day, hour } = pathTime(startMs);
    return `azure/insights-logs-kube-audit/resourceId=${uid.toUpperCase()}/y=${year}/m=${month}/d=${day}/h=${hour}/m=00/PT1H.json`;
  },
  text: (records, { place: { uid = "" } }) => lines(records.map((record) => envelope(record, uid))),
};

function envelope(record: string, uid: string): string {
  // After all bodies, and nothing behind it can hold the same member: found without reading the record again.
  const member = '"requestReceivedTimestamp":"';
  const start = record.lastIndexOf(member) + member.length;
  const time = record.slice(start, record.indexOf('"', start));
  return JSON.stringify({
    time,
    category: "kube-audit",
    operationName: "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
    resourceId: uid.toUpperCase(),
    properties: { log: record, stream: "stdout", pod: "kube-apiserver-6f9c8" },
    serviceBuild: "na",
  });
}
