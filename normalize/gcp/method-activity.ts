// What a Google Cloud method does, as a class: by the permissions that were checked, else by the method's name.
import type { Activity } from "../../model/identity-action.ts";
import { arrayOf, asText, isObject, type JsonObject } from "../../model/json.ts";
import { memoize } from "../memoize.ts";

const mostPermissions = 16;

/** A permission as the entry names it and, where it says so, its type (ADMIN_READ, ADMIN_WRITE, DATA_READ, DATA_WRITE). */
export function activityOfCall(service: string, method: string, payload: JsonObject): Activity {
  let permissions = "";
  for (const entry of arrayOf(payload, "authorizationInfo").slice(0, mostPermissions)) {
    if (isObject(entry)) permissions += `${asText(entry.permission).slice(0, 128)}:${asText(entry.permissionType).slice(0, 16)} `;
  }
  return methodActivity(service, method, permissions);
}

/** `permissions`: `permission:type` of each, separated by spaces. Names compare in lower case. */
export const methodActivity: (service: string, method: string, permissions: string) => Activity = memoize(
  (service: string, method: string, permissions: string) => {
    const name = `${service}/${operationOf(method)}`.toLowerCase();
    const byMethod = methodActivities.find(({ pattern }) => pattern.test(name));
    if (byMethod !== undefined) return byMethod.activity;
    const checked = permissions.split(" ").filter((permission) => !permission.startsWith(":") && permission !== "");
    // A call that checks several permissions is what its most telling one says: an instance is created, its disk only used.
    const telling = tellingActivities.filter(({ pattern }) => checked.some((permission) => pattern.test(withoutType(permission))));
    const first = checked[0] ?? "";
    // Many methods are named like the permission they need; entries of refusals often hold no permission.
    const own = tellingActivities.find(({ pattern }) => checked.length === 0 && pattern.test(method.toLowerCase().replace(/^google\./, "")));
    if (own !== undefined) return own.activity;
    return telling[0]?.activity ?? activityOfType(first) ?? activityOfVerb(withoutType(first) || operationOf(method));
  },
  { primary: 1 },
);

interface ActivityPattern {
  readonly activity: Activity;
  readonly pattern: RegExp;
}

/** `*` stands for any text. */
function patterns(table: Readonly<Partial<Record<Activity, readonly string[]>>>): readonly ActivityPattern[] {
  return Object.entries(table).map(([activity, names]) => {
    const alternatives = names.map((name) => name.toLowerCase().split("*").map(escaped).join(".*"));
    return { activity: activity as Activity, pattern: new RegExp(`^(?:${alternatives.join("|")})$`) };
  });
}

function escaped(text: string): string {
  return text.replace(/[.\\/]/g, "\\$&");
}

/** Methods whose entries name no permission, or one that says less than the method: service/operation. */
const methodActivities = patterns({
  "secret-read": ["*/AccessSecretVersion", "parametermanager.googleapis.com/RenderParameterVersion"],
  auth: [
    "login.googleapis.com/*",
    "sts.googleapis.com/*",
    "iamcredentials.googleapis.com/*",
    "iam.googleapis.com/SignBlob",
    "iam.googleapis.com/SignJwt",
    "oslogin.googleapis.com/CheckPolicy",
    "iap.googleapis.com/AuthorizeUser",
  ],
  "data-read": ["cloudkms.googleapis.com/*Decrypt"],
  "data-write": ["cloudkms.googleapis.com/*Encrypt", "cloudkms.googleapis.com/*Sign"],
  admin: [
    "*/SetIamPolicy",
    "*/SetCommonInstanceMetadata",
    "admin.googleapis.com/*",
    ...changingCalls("iam", "logging", "orgpolicy", "accesscontextmanager", "apikeys", "cloudidentity", "cloudkms", "privilegedaccessmanager"),
  ],
});

function changingCalls(...services: readonly string[]): string[] {
  const verbs = [
    "Create",
    "Delete",
    "Update",
    "Patch",
    "Set",
    "Undelete",
    "Upload",
    "Enable",
    "Disable",
    "Modify",
    "Replace",
    "Destroy",
    "Restore",
    "Import",
  ];
  return services.flatMap((service) => verbs.map((verb) => `${service}.googleapis.com/${verb}*`));
}

/** Permissions that tell what is at stake, the most telling class first (cloud.google.com, IAM permissions reference). */
const tellingActivities = patterns({
  "secret-read": ["secretmanager.versions.access", "parametermanager.parameterVersions.render"],
  auth: [
    "iam.serviceAccounts.getAccessToken",
    "iam.serviceAccounts.getOpenIdToken",
    "iam.serviceAccounts.implicitDelegation",
    "iam.serviceAccounts.signBlob",
    "iam.serviceAccounts.signJwt",
    "sts.*",
    "container.clusters.getCredentials",
    "cloudsql.instances.login",
    "compute.instances.osLogin",
    "compute.instances.osAdminLogin",
  ],
  admin: [
    "*.setIamPolicy",
    ...changes("iam.serviceAccounts", "iam.serviceAccountKeys", "iam.roles", "iam.denypolicies", "iam.policybindings"),
    ...changes("iam.workloadIdentityPools", "iam.workloadIdentityPoolProviders", "iam.workforcePools", "iam.workforcePoolProviders"),
    "iam.serviceAccounts.enable",
    "iam.serviceAccounts.disable",
    "iam.serviceAccountKeys.enable",
    "iam.serviceAccountKeys.disable",
    ...changes("logging.sinks", "logging.exclusions", "logging.buckets", "logging.settings", "logging.views", "logging.logMetrics"),
    ...changes("cloudkms.cryptoKeys", "cloudkms.cryptoKeyVersions", "cloudkms.keyRings", "cloudkms.importJobs"),
    "cloudkms.cryptoKeyVersions.destroy",
    "cloudkms.cryptoKeyVersions.restore",
    ...changes("storage.hmacKeys", "serviceusage.apiKeys", "apikeys.keys", "cloudsql.users", "cloudsql.sslCerts"),
    ...changes("accesscontextmanager.*", "resourcemanager.tagValueBindings", "privilegedaccessmanager.*", "securitycenter.*"),
    "orgpolicy.policy.set",
    ...changes("orgpolicy.*"),
    "compute.projects.setCommonInstanceMetadata",
    "compute.instances.setServiceAccount",
    "resourcemanager.projects.createBillingAssignment",
    "resourcemanager.projects.deleteBillingAssignment",
  ],
  "data-write": [
    "storage.objects.create",
    "storage.objects.update",
    "storage.objects.delete",
    "bigquery.tables.updateData",
    "datastore.entities.create",
    "datastore.entities.update",
    "datastore.entities.delete",
    "spanner.databases.write",
    "bigtable.tables.mutateRows",
    "pubsub.topics.publish",
    "cloudkms.cryptoKeyVersions.useToEncrypt",
    "cloudkms.cryptoKeyVersions.useToSign",
    "artifactregistry.repositories.uploadArtifacts",
    "monitoring.timeSeries.create",
    "logging.logEntries.create",
    "cloudsql.instances.import",
    "aiplatform.endpoints.predict",
  ],
  "data-read": [
    "storage.objects.get",
    "storage.objects.list",
    "bigquery.tables.getData",
    "bigquery.tables.export",
    "datastore.entities.get",
    "datastore.entities.list",
    "spanner.databases.select",
    "spanner.databases.read",
    "bigtable.tables.readRows",
    "pubsub.subscriptions.consume",
    "cloudkms.cryptoKeyVersions.useToDecrypt*",
    "artifactregistry.repositories.downloadArtifacts",
    "logging.logEntries.list",
    "logging.privateLogEntries.list",
    "cloudsql.instances.export",
    "cloudsql.instances.connect",
  ],
});

function changes(...resources: readonly string[]): string[] {
  return resources.flatMap((resource) => ["create", "update", "delete", "undelete", "patch", "set"].map((verb) => `${resource}.${verb}`));
}

function withoutType(permission: string): string {
  return (permission.split(":")[0] ?? "").toLowerCase();
}

function activityOfType(permission: string): Activity | undefined {
  const type = permission.split(":")[1];
  if (type === "DATA_READ") return "data-read";
  if (type === "DATA_WRITE") return "data-write";
  return type === "ADMIN_READ" ? "read" : type === "ADMIN_WRITE" ? "write" : undefined;
}

/** `google.logging.v2.ConfigServiceV2.CreateSink` and `storage.objects.get` to the last part, which names what is done. */
function operationOf(method: string): string {
  return method.slice(method.lastIndexOf(".") + 1).slice(0, 128);
}

const readVerb = /^(?:get|list|search|read|describe|aggregated|query|lookup|watch|test|check|batchget|count|fetch|export|view|poll|wait|analyze)/;

function activityOfVerb(name: string): Activity {
  return readVerb.test(operationOf(name).toLowerCase()) ? "read" : "write";
}
