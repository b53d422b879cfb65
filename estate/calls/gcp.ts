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

/** A query: one operation, which its job describes. */
export function bigQueryJob(project: string, location: string, jobId: string): GcpCall {
  const jobName = `projects/${project}/jobs/${jobId}`;
  return gcpCall("bigquery.googleapis.com", "google.cloud.bigquery.v2.JobService.InsertJob", project, {
    resourceName: jobName,
    resource: { type: "bigquery_project", labels: { project_id: project, location } },
    permission: "bigquery.jobs.create",
    location,
    metadata: {
      "@type": "type.googleapis.com/google.cloud.audit.BigQueryAuditMetadata",
      jobInsertion: {
        job: {
          jobName,
          jobConfig: {
            type: "QUERY",
            queryConfig: {
              query: `SELECT * FROM \`${project}.staging.rows\` WHERE day = @day`,
              destinationTable: `projects/${project}/datasets/_results/tables/anon_${jobId}`,
              createDisposition: "CREATE_IF_NEEDED",
              writeDisposition: "WRITE_TRUNCATE",
              priority: "QUERY_INTERACTIVE",
              statementType: "SELECT",
            },
          },
          jobStatus: { jobState: "RUNNING" },
          jobStats: { queryStats: {} },
        },
        reason: "JOB_INSERT_REQUEST",
      },
    },
  });
}

/** Contents of a secret. */
export function accessSecret({ id, number }: Project, secret: string, version = "latest"): GcpCall {
  const method = "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion";
  const request = {
    "@type": "type.googleapis.com/google.cloud.secretmanager.v1.AccessSecretVersionRequest",
    name: `projects/${id}/secrets/${secret}/versions/${version}`,
  };
  return gcpCall("secretmanager.googleapis.com", method, id, {
    resourceName: `projects/${number}/secrets/${secret}/versions/${version}`,
    permission: "secretmanager.versions.access",
    request,
  });
}

/** RunQuery, BatchGetDocuments, Commit: what a service does with its documents. */
export function firestore(operation: "RunQuery" | "BatchGetDocuments" | "Commit", project: string): GcpCall {
  const isWrite = operation === "Commit";
  return gcpCall("firestore.googleapis.com", `google.firestore.v1.Firestore.${operation}`, project, {
    resourceName: `projects/${project}/databases/(default)`,
    resource: { type: "datastore_database", labels: { database_id: "(default)", project_id: project } },
    permission: `datastore.entities.${isWrite ? "update" : operation === "RunQuery" ? "list" : "get"}`,
  });
}

/** A request to a model of Google's. */
export function generateContent(project: string, location: string, model: string): GcpCall {
  return gcpCall("aiplatform.googleapis.com", "google.cloud.aiplatform.v1.PredictionService.GenerateContent", project, {
    resourceName: `projects/${project}/locations/${location}/publishers/google/models/${model}`,
    permission: "aiplatform.endpoints.predict",
    location,
  });
}

/** Rows of a table, as a query's job reads or writes them. */
export function bigQueryTable(operation: "tableDataRead" | "tableDataChange", project: string, dataset: string, table: string): GcpCall {
  const resourceName = `projects/${project}/datasets/${dataset}/tables/${table}`;
  const permission = operation === "tableDataRead" ? "bigquery.tables.getData" : "bigquery.tables.updateData";
  return gcpCall("bigquery.googleapis.com", "google.cloud.bigquery.v2.JobService.InsertJob", project, {
    resourceName,
    resource: { type: "bigquery_dataset", labels: { project_id: project, dataset_id: dataset } },
    permission,
    metadata: { "@type": "type.googleapis.com/google.cloud.audit.BigQueryAuditMetadata", [operation]: { reason: "JOB" } },
  });
}

/** Docker's requests to a registry: Docker-HeadManifest, Docker-GetManifest, Docker-PutManifest. */
export function dockerImage(
  verb: "HeadManifest" | "GetManifest" | "PutManifest",
  { id, region }: Project,
  repository: string,
  image: string,
): GcpCall {
  const isUpload = verb === "PutManifest";
  return gcpCall("artifactregistry.googleapis.com", `Docker-${verb}`, id, {
    resourceName: `projects/${id}/locations/${region}/repositories/${repository}/dockerImages/${image}`,
    permission: `artifactregistry.repositories.${isUpload ? "uploadArtifacts" : "downloadArtifacts"}`,
    location: region,
  });
}

/** A new revision of a Cloud Run service. */
export function replaceService({ id, region }: Project, service: string): GcpCall {
  return gcpCall("run.googleapis.com", "google.cloud.run.v1.Services.ReplaceService", id, {
    resourceName: `namespaces/${id}/services/${service}`,
    resource: {
      type: "cloud_run_revision",
      labels: { configuration_name: "", location: region, project_id: id, revision_name: "", service_name: service },
    },
    permission: "run.services.update",
    isAdminActivity: true,
    location: region,
  });
}

/** Policy of a project: read by whoever checks, set by few. */
export function projectPolicy(verb: "GetIamPolicy" | "SetIamPolicy", project: string): GcpCall {
  const isRead = verb === "GetIamPolicy";
  const policy = { version: 1, etag: "BwYtMq3KxVo=", bindings: [{ role: "roles/viewer", members: ["group:operators@example.com"] }] };
  return gcpCall("cloudresourcemanager.googleapis.com", verb, project, {
    resource: { type: "project", labels: { project_id: project } },
    permission: `resourcemanager.projects.${isRead ? "getIamPolicy" : "setIamPolicy"}`,
    isAdminActivity: !isRead,
    request: isRead ? { resource: project } : { policy, resource: project },
    ...(isRead ? {} : { response: { "@type": "type.googleapis.com/google.iam.v1.Policy", ...policy } }),
  });
}

/** v1.compute.instances.list; `name` is the rest of the resource's name: zones/europe-west1-b/instances/web-1. */
export function compute(kind: string, verb: string, { id, region }: Project, name: string, resource: GcpCall["resource"]): GcpCall {
  const isRead = verb === "get" || verb === "list" || verb === "aggregatedList";
  return gcpCall("compute.googleapis.com", `v1.compute.${kind}.${verb}`, id, {
    resourceName: `projects/${id}/${name}`,
    resource,
    permission: `compute.${kind}.${verb === "insert" ? "create" : verb === "patch" ? "update" : verb === "aggregatedList" ? "list" : verb}`,
    isAdminActivity: !isRead,
    location: region,
  });
}

/** What IAM refuses. */
export function permissionDenied(call: GcpCall): GcpCall {
  return { ...call, failure: { code: "7", message: `Permission '${call.permission}' denied on resource (or it may not exist).` } };
}

interface Project {
  readonly id: string;
  readonly number: string;
  readonly region: string;
}
