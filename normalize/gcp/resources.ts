// What a Google Cloud call acted on: full resource names, the one of the entry first, then the others that were checked.
import type { NormalizedAction } from "../../model/identity-action.ts";
import { arrayOf, asObject, asText, isObject, type JsonObject } from "../../model/json.ts";

const mostResources = 10;
/** Object names are at most 1,024 bytes (Cloud Storage), the longest there are. */
const longestName = 2048;
/** Types of the monitored resource that say nothing of it. */
const vagueTypes = new Set(["", "audited_resource", "api", "global"]);

export function applyResources(action: NormalizedAction, record: JsonObject, payload: JsonObject, service: string): void {
  const monitored = asObject(record.resource);
  const type = asText(monitored?.type);
  const account = serviceAccountOf(monitored);
  const name = asText(payload.resourceName);
  const checked = arrayOf(payload, "authorizationInfo").filter(isObject).slice(0, mostResources);
  if (account !== "") {
    add(action, `//iam.googleapis.com/projects/-/serviceAccounts/${account}`, type, projectOfAccount(account));
  } else if (name !== "") {
    const same = checked.find((entry) => asText(entry.resource) === name);
    const checkedType = asText(asObject(same?.resourceAttributes)?.type);
    add(action, fullName(service, name), vagueTypes.has(type) && checkedType !== "" ? checkedType : type, projectOf(name));
  }
  // What VPC Service Controls refused access to, where the entry names only the project.
  for (const refused of arrayOf(asObject(payload.metadata), "resourceNames").slice(0, mostResources)) {
    const other = asText(refused);
    if (other !== "" && other !== name) add(action, fullName(service, other), "", projectOf(other));
  }
  for (const entry of checked) {
    const other = asText(entry.resource);
    // What the resource stands in is checked as well: it is no second resource.
    if (!/^(?:\/\/|projects\/)/.test(other) || other === name || name.startsWith(`${other}/`) || account !== "") continue;
    const attributes = asObject(entry.resourceAttributes);
    const owner = asText(attributes?.service);
    add(action, fullName(owner.endsWith(".googleapis.com") ? owner : service, other), asText(attributes?.type), projectOf(other));
  }
}

function add(action: NormalizedAction, uid: string, type: string, project: string): void {
  const shortUid = uid.length > longestName ? uid.slice(0, longestName) : uid;
  if (action.resource_uids.includes(shortUid) || action.resource_uids.length >= mostResources) return;
  action.resource_uids.push(shortUid);
  action.resource_types.push(type);
  action.resource_accounts.push(project || action.account_uid);
}

function fullName(service: string, name: string): string {
  return name.startsWith("//") || service === "" ? name : `//${service}/${name}`;
}

/** Projects "_" (buckets) and "-" (service accounts) stand for "not named". */
function projectOf(name: string): string {
  const project = /^(?:\/\/[^/]+\/)?projects\/([^/]+)/.exec(name)?.[1] ?? "";
  return project === "_" || project === "-" ? "" : project;
}

/** E-mail of the service account that the entry is about: calls name it by e-mail or by number, its labels hold both. */
export function serviceAccountOf(monitored: JsonObject | undefined): string {
  if (asText(monitored?.type) !== "service_account") return "";
  const email = asText(asObject(monitored?.labels)?.email_id);
  return email.includes("@") ? email : "";
}

function projectOfAccount(email: string): string {
  return /@([^@.]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1] ?? "";
}
