// The audit webhook of kube-apiserver: an EventList a call. Whatever is not 2xx it sends again, and drops with all its neighbours after a few
// tries, so a record that cannot be read never refuses the others.
import { plainAnswer, plainAnswerSchema } from "../../push/plain-answer.ts";
import { pushRoute } from "../../push/push-route.ts";

export const kubernetesAudit = pushRoute({
  name: "kubernetes-audit",
  summary: "Kubernetes audit webhook.",
  description:
    "An `EventList` of audit.k8s.io, as kube-apiserver posts it with --audit-webhook-config-file; the token of the kubeconfig's user is the ingest token.",
  mediaTypes: ["application/json"],
  bodySchema: {
    type: "object",
    required: ["kind", "items"],
    properties: {
      kind: { type: "string", const: "EventList" },
      apiVersion: { type: "string" },
      items: { type: "array", items: { type: "object", additionalProperties: true } },
    },
  },
  answerSchema: plainAnswerSchema,
  signIn: "bearer",
  answer: plainAnswer,
});
