// How a person looks around with whatever credential is at hand: who am I, what is there, what may I do. Each cloud shows another part
// of it: Azure's Activity Log holds no reads, so that of the same curiosity only what hands out keys or changes something is seen.
import { awsCall, denied, listObjects, s3Object } from "./calls/aws.ts";
import { azureCall, azureForbidden } from "./calls/azure.ts";
import { gcpCall, permissionDenied, storageObject } from "./calls/gcp.ts";
import { basicUser, forbidden, kubernetesCall, mayI, whatMayI } from "./calls/kubernetes.ts";
import type { Access, AwsAccess, AwsCall, AzureAccess, Call, GcpAccess, GcpCall, KubernetesAccess, KubernetesCall } from "./identity.ts";
import type { Resident } from "./persona.ts";
import type { NonEmpty, Random } from "./random.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Look {
  readonly access: Access;
  readonly call: Call;
}

/**
 * The next thing that somebody looks at: `number` counts from 0, the first ones are those that people begin with. `rights`: what share
 * of what the victim has no use for its rights nevertheless allow.
 */
export function lookAround(access: Access, number: number, victim: Resident, surroundings: Surroundings, rights: number): Look {
  const { random } = surroundings;
  const isRefused = number > 0 && !random.chance(rights);
  if (access.provider === "aws") return { access, call: lookAws(access, number, victim, isRefused, random) };
  if (access.provider === "azure") return { access, call: lookAzure(access, victim, isRefused, surroundings) };
  if (access.provider === "gcp") return { access, call: lookGcp(access, number, isRefused, surroundings) };
  return lookKubernetes(access, number, isRefused, surroundings);
}

const awsQuestions: NonEmpty<AwsCall> = [
  awsCall("s3", "ListBuckets", { request: { Host: "s3.amazonaws.com" } }),
  awsCall("ec2", "DescribeInstances", { request: { maxResults: 1000, instancesSet: {}, filterSet: {} } }),
  awsCall("secretsmanager", "ListSecrets", { request: { maxResults: 100 } }),
  awsCall("lambda", "ListFunctions20150331"),
  awsCall("rds", "DescribeDBInstances"),
  awsCall("dynamodb", "ListTables", { request: { limit: 100 } }),
  awsCall("ec2", "DescribeSecurityGroups", { request: { securityGroupSet: {}, filterSet: {} } }),
  awsCall("logs", "DescribeLogGroups"),
];

const awsIdentityQuestions: NonEmpty<AwsCall> = [
  awsCall("iam", "ListRoles", { region: "us-east-1" }),
  awsCall("iam", "ListUsers", { region: "us-east-1" }),
  awsCall("iam", "GetAccountAuthorizationDetails", { region: "us-east-1" }),
];

function lookAws(access: AwsAccess, number: number, victim: Resident, isRefused: boolean, random: Random): Call {
  if (number === 0) return awsCall("sts", "GetCallerIdentity");
  const reads = victim.recent.flatMap(({ call }) => (call.provider === "aws" && call.name === "GetObject" && call.request ? [call.request] : []));
  const read = random.pick(reads);
  if (typeof read?.bucketName === "string" && typeof read.key === "string" && random.chance(0.3)) {
    const bucket = { name: read.bucketName, account: access.account, region: access.region };
    return random.chance(0.5) ? listObjects(bucket) : s3Object("GetObject", bucket, read.key);
  }
  const call = random.pick(random.chance(0.25) ? awsIdentityQuestions : awsQuestions);
  return isRefused ? denied(call, access.identity.uid) : call;
}

const azureQuestions: NonEmpty<readonly [type: string, operation: string]> = [
  ["Microsoft.Storage/storageAccounts", "listKeys/action"],
  ["Microsoft.Storage/storageAccounts", "listAccountSas/action"],
  ["Microsoft.Web/sites", "config/list/action"],
  ["Microsoft.Compute/virtualMachines", "runCommand/action"],
  ["Microsoft.DocumentDB/databaseAccounts", "listKeys/action"],
  ["Microsoft.ContainerService/managedClusters", "listClusterUserCredential/action"],
];

function lookAzure(access: AzureAccess, victim: Resident, isRefused: boolean, surroundings: Surroundings): Call {
  const subscription = surroundings.subscriptionOf(victim, access.identity.account);
  const [type, operation] = surroundings.random.pick(azureQuestions);
  const call = azureCall(`${type}/${operation}`, surroundings.azureResource(subscription, type));
  return isRefused ? azureForbidden(call, access.objectId) : call;
}

/** Method, permission, and the service that is asked. */
const gcpQuestions: NonEmpty<readonly [service: string, method: string, permission: string]> = [
  ["cloudresourcemanager.googleapis.com", "GetIamPolicy", "resourcemanager.projects.getIamPolicy"],
  ["storage.googleapis.com", "storage.buckets.list", "storage.buckets.list"],
  ["iam.googleapis.com", "google.iam.admin.v1.ListServiceAccounts", "iam.serviceAccounts.list"],
  ["compute.googleapis.com", "v1.compute.instances.aggregatedList", "compute.instances.list"],
  ["secretmanager.googleapis.com", "google.cloud.secretmanager.v1.SecretManagerService.ListSecrets", "secretmanager.secrets.list"],
  ["serviceusage.googleapis.com", "google.api.serviceusage.v1.ServiceUsage.ListServices", "serviceusage.services.list"],
  ["run.googleapis.com", "google.cloud.run.v1.Services.ListServices", "run.services.list"],
];

function lookGcp(access: GcpAccess, number: number, isRefused: boolean, surroundings: Surroundings): GcpCall {
  const { random } = surroundings;
  const project = access.identity.account;
  if (random.chance(0.3)) {
    const bucket = surroundings.bucket(project);
    const call = storageObject(random.chance(0.5) ? "list" : "get", project, bucket, surroundings.storedObject(bucket));
    return isRefused ? permissionDenied(call) : call;
  }
  const [service, method, permission] = number === 0 ? gcpQuestions[0] : random.pick(gcpQuestions);
  const call = gcpCall(service, method, project, { permission, resource: { type: "project", labels: { project_id: project } } });
  return isRefused ? permissionDenied(call) : call;
}

const kubernetesQuestions = ["pods", "services", "configmaps", "secrets", "apps/deployments", "events", "serviceaccounts", "batch/cronjobs"] as const;

function lookKubernetes(access: KubernetesAccess, number: number, isRefused: boolean, surroundings: Surroundings): Look {
  const { random } = surroundings;
  const { namespace: own } = accountOf(access);
  if (number === 0) return { access: { ...access, allowedBy: basicUser }, call: whatMayI(own) };
  if (random.chance(0.15)) {
    const call = mayI(random.pick(["get", "list", "create"]), random.pick(["secrets", "pods", "rolebindings"]), own, random.chance(0.4));
    return { access: { ...access, allowedBy: basicUser }, call };
  }
  const namespace = random.chance(0.5) ? own : surroundings.namespace(access.cluster);
  const call = kubernetesCall("list", random.pick(kubernetesQuestions), { namespace, query: "limit=500" });
  return { access, call: isRefused && namespace !== own ? refusedTo(access, call) : call };
}

/** Namespace and name of a service account, from its user name. */
export function accountOf({ identity }: KubernetesAccess): { readonly namespace: string; readonly name: string } {
  const [namespace = "default", name = "default"] = identity.uid.split(":").slice(-2);
  return { namespace, name };
}

export function refusedTo(access: KubernetesAccess, call: KubernetesCall): KubernetesCall {
  const { namespace, name } = accountOf(access);
  return forbidden(call, `system:serviceaccount:${namespace}:${name}`);
}
