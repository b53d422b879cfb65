// Google Cloud calls that many machines make, with the monitored resource and the permission as audit entries show them.
import type { GcpCall } from "../identity.ts";

type Rest = Partial<Omit<GcpCall, "provider" | "service" | "method" | "project">>;

/** gcpCall("compute.googleapis.com", "v1.compute.instances.list", project, {...}): what is not said is made from the names. */
export function gcpCall(service: string, method: string, project: string, rest: Rest = {}): GcpCall {
  return {
    provider: "gcp",
    service,
    method,
    project,
    resourceName: `projects/${project}`,
    resource: { type: "audited_resource", labels: { service, method, project_id: project } },
    permission: `${service.split(".")[0]}.${method.split(".").slice(-2).join(".")}`,
    isAdminActivity: false,
    ...rest,
  };
}

/** storage.objects.get, .create, .list, .delete */
export function storageObject(verb: "get" | "create" | "list" | "delete", project: string, bucket: string, object: string): GcpCall {
  const resourceName = verb === "list" ? `projects/_/buckets/${bucket}` : `projects/_/buckets/${bucket}/objects/${object}`;
  return gcpCall("storage.googleapis.com", `storage.objects.${verb}`, project, {
    resourceName,
    resource: { type: "gcs_bucket", labels: { bucket_name: bucket, location: "europe-west1", project_id: project } },
    permission: `storage.objects.${verb}`,
    location: "europe-west1",
  });
}

/** A query: its start as a Data Access entry. */
export function bigQueryJob(project: string, location: string, jobId: string): GcpCall {
  return gcpCall("bigquery.googleapis.com", "google.cloud.bigquery.v2.JobService.InsertJob", project, {
    resourceName: `projects/${project}/jobs/${jobId}`,
    resource: { type: "bigquery_project", labels: { project_id: project, location } },
    permission: "bigquery.jobs.create",
    location,
  });
}
