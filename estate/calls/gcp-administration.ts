// Google Cloud calls that change who may do what and what is logged of it: keys, policies, log sinks.
import type { JsonObject } from "../../model/json.ts";
import type { GcpAccount } from "../credentials/gcp.ts";
import type { GcpCall } from "../identity.ts";
import { gcpCall } from "./gcp.ts";

/** A project's policy set anew: its bindings, its audit configuration, or both. */
export function setProjectPolicy(project: string, policy: JsonObject): GcpCall {
  return gcpCall("cloudresourcemanager.googleapis.com", "SetIamPolicy", project, {
    resource: { type: "project", labels: { project_id: project } },
    permission: "resourcemanager.projects.setIamPolicy",
    isAdminActivity: true,
    request: { "@type": "type.googleapis.com/google.iam.v1.SetIamPolicyRequest", resource: project, policy },
    response: { "@type": "type.googleapis.com/google.iam.v1.Policy", ...policy },
  });
}

/** A log sink updated or deleted. */
export function changeSink(verb: "Update" | "Delete", project: string, sink: string, request: JsonObject = {}): GcpCall {
  const name = `projects/${project}/sinks/${sink}`;
  return gcpCall("logging.googleapis.com", `google.logging.v2.ConfigServiceV2.${verb}Sink`, project, {
    resourceName: name,
    resource: { type: "logging_sink", labels: { destination: "", name: sink, project_id: project } },
    permission: `logging.sinks.${verb.toLowerCase()}`,
    isAdminActivity: true,
    request: { "@type": `type.googleapis.com/google.logging.v2.${verb}SinkRequest`, sinkName: name, ...request },
  });
}

/** A key of an account, made by whoever calls. */
export function createAccountKey(account: GcpAccount, keyId: string, atMs: number): GcpCall {
  return {
    provider: "gcp",
    service: "iam.googleapis.com",
    method: "google.iam.admin.v1.CreateServiceAccountKey",
    project: account.account,
    resourceName: `projects/-/serviceAccounts/${account.uniqueId}`,
    resource: { type: "service_account", labels: { email_id: account.email, project_id: account.account, unique_id: account.uniqueId } },
    permission: "iam.serviceAccountKeys.create",
    isAdminActivity: true,
    request: {
      "@type": "type.googleapis.com/google.iam.admin.v1.CreateServiceAccountKeyRequest",
      name: `projects/${account.account}/serviceAccounts/${account.email}`,
      private_key_type: 2,
    },
    response: {
      "@type": "type.googleapis.com/google.iam.admin.v1.ServiceAccountKey",
      key_algorithm: 2,
      key_origin: 2,
      key_type: 1,
      name: `projects/${account.account}/serviceAccounts/${account.email}/keys/${keyId}`,
      private_key_type: 2,
      valid_after_time: { seconds: Math.floor(atMs / 1000) },
      valid_before_time: { seconds: 253_402_300_799 },
    },
    issues: { uid: keyId, to: account.uid },
  };
}

export function deleteAccountKey({ account, email, uniqueId }: GcpAccount, keyId: string): GcpCall {
  return gcpCall("iam.googleapis.com", "google.iam.admin.v1.DeleteServiceAccountKey", account, {
    resourceName: `projects/-/serviceAccounts/${uniqueId}/keys/${keyId}`,
    resource: { type: "service_account", labels: { email_id: email, project_id: account, unique_id: uniqueId } },
    permission: "iam.serviceAccountKeys.delete",
    isAdminActivity: true,
    request: {
      "@type": "type.googleapis.com/google.iam.admin.v1.DeleteServiceAccountKeyRequest",
      name: `projects/${account}/serviceAccounts/${email}/keys/${keyId}`,
    },
  });
}
