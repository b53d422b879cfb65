// Which files of the folder of real audit records say what a record looks like. Many public ones are cut down to what a rule reads,
// or changed by hand: what stands in those is real, what is missing says nothing.
import { isObject, type JsonObject, objectOf } from "../../model/json.ts";

export interface SampleFile {
  /** Below the samples' folder. */
  readonly path: string;
  /** whole: as its log writes it. cut: fields are missing, taken out or not yet invented. left out: not of the shape that is compared. */
  readonly standing: "whole" | "cut" | "left out";
  readonly why: string;
  /** The record as its log wrote it, out of what the file holds. */
  readonly restore?: (line: JsonObject) => JsonObject | undefined;
}

export const sampleFiles: readonly SampleFile[] = [
  { path: "aws/opensearch_catalog-samples-large.jsonl", standing: "whole", why: "event version 1.08, one account, five minutes of 2021" },
  {
    path: "aws/otrf-ec2_proxy.jsonl",
    standing: "cut",
    why: "event versions 1.05 and 1.07, so that later members are missing; Logstash's time is put back",
    restore: fromLogstash,
  },
  { path: "aws/c7n-cwe.jsonl", standing: "cut", why: "event versions 1.03 to 1.08, so that later members are missing" },
  { path: "aws/traildiscover.jsonl", standing: "cut", why: "event versions 1.08 to 1.11; callers overwritten by hand, sessions of most removed" },
  { path: "aws/streamalert.jsonl", standing: "left out", why: "shapes of before 2018, redacted by hand" },
  { path: "labelled/aws.jsonl", standing: "cut", why: "cut down to what a rule reads", restore: fromLabelled },
  { path: "azure/c7n-azure.jsonl", standing: "left out", why: "five members of the REST form" },
  { path: "azure/otrf-aad.jsonl", standing: "left out", why: "Log Analytics' columns, objects as text" },
  { path: "labelled/azure-activity.jsonl", standing: "cut", why: "cut down or written by hand; most have no caller", restore: fromLabelled },
  { path: "labelled/entra-signin.jsonl", standing: "cut", why: "cut down; a shipper's small letters", restore: fromLabelled },
  { path: "gcp/c7n-gcp.jsonl", standing: "whole", why: "2018 to 2019; some without agent" },
  { path: "gcp/gsa.jsonl", standing: "whole", why: "2022 to 2024" },
  { path: "gcp/google_cloudevents.jsonl", standing: "whole", why: "2020 to 2021" },
  { path: "gcp/khi.jsonl", standing: "whole", why: "GKE, 2024; some callers removed" },
  { path: "labelled/gcp.jsonl", standing: "cut", why: "cut down to what a rule reads", restore: fromLabelled },
  { path: "kubernetes/kube-apiserver-1.36.jsonl", standing: "whole", why: "a kube-apiserver of 2026; its start makes most of the objects" },
  { path: "kubernetes/kube-apiserver-1.36-webhook-bodies.jsonl", standing: "left out", why: "the same server's events once more" },
  { path: "kubernetes/audit2rbac.jsonl", standing: "left out", why: "audit.k8s.io/v1beta1, gone since Kubernetes 1.24" },
  { path: "labelled/kubernetes.jsonl", standing: "cut", why: "cut down to what a rule reads", restore: fromLabelled },
];

function fromLogstash({ "@timestamp": eventTime = "", "@version": _, ...record }: JsonObject): JsonObject {
  return { ...record, eventTime };
}

/** {rule, expected, record}; what a shipper added to the record begins with p_, and it spelled @ and / out in names. */
function fromLabelled(line: JsonObject): JsonObject | undefined {
  const record = objectOf(line, "record");
  if (record === undefined) return undefined;
  return renamed(Object.fromEntries(Object.entries(record).filter(([name]) => !name.startsWith("p_"))));
}

function renamed(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [nameOf(name), isObject(value) ? renamed(value) : value]));
}

/** at_sign_type: @type; authentication_kubernetes_io_slash_pod-name: authentication.kubernetes.io/pod-name. */
function nameOf(name: string): string {
  const [domain = "", rest] = name.split("_slash_");
  return rest === undefined ? name.replace("at_sign_", "@") : `${domain.replaceAll("_", ".")}/${rest}`;
}
