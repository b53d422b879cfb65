// The smallest record that every source can carry: one line of a Kubernetes audit log, told apart by its id.

export function auditLine(auditID: string): string {
  const event = {
    ...{
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level: "Metadata",
      auditID,
      stage: "ResponseComplete",
      verb: "get",
      requestURI: "/api/v1/pods",
    },
    user: { username: "system:serviceaccount:ns:app" },
    sourceIPs: ["10.0.0.1"],
    objectRef: { resource: "pods", namespace: "ns", apiVersion: "v1" },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: "2026-11-01T00:00:00.000000Z",
    stageTimestamp: "2026-11-01T00:00:00.000000Z",
  };
  return `${JSON.stringify(event)}\n`;
}
