// Entra sign-ins of service principals, managed identities and users, by diagnostic settings, Graph or Log Analytics, to
// authentications. The token that a sign-in issued joins it to what was done with it (claim uti of the Activity Log).
import { blankAction, type CredentialType, type NormalizedAction, type Outcome } from "../../model/identity-action.ts";
import type { JsonObject } from "../../model/json.ts";
import { readAgent } from "../agent.ts";
import { AzureRecord, addressOf, isOtherLog, textIn } from "../azure/azure-record.ts";
import { contentHash } from "../content-hash.ts";
import { azureIdentityRules, blankAzureCaller } from "../identity/azure.ts";
import { applyIdentity, resolveIdentity } from "../identity/rule.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";

export const entraSignin: Normalizer = { format: "entra-signin", recognizes, normalize };

const categories =
  /^(?:(?:Microsoft)?ServicePrincipal|ManagedIdentity|NonInteractiveUser|ADFS)?SignInLogs$|^AAD(?:ServicePrincipal|ManagedIdentity|NonInteractiveUser|FirstPartyToFirstParty)SignInLogs$/i;
const userCategories = /^(?:(?:AAD)?NonInteractiveUser|ADFS)?SignInLogs$/i;

function recognizes(record: JsonObject): boolean {
  if (isOtherLog(record)) return false;
  const category = record.category ?? record.Category ?? record.Type;
  if (typeof category === "string" && categories.test(category)) return true;
  // Graph's signIn resource names no category.
  return "createdDateTime" in record && "appId" in record && ("servicePrincipalId" in record || "userPrincipalName" in record);
}

/** Refusals by a policy, for want of rights or of a proof that is wrong or expired (AADSTS codes); any other failure is no refusal. */
const denials = new Set([
  "50053",
  "50057",
  "50105",
  "50126",
  "53000",
  "53001",
  "53002",
  "53003",
  "530003",
  "65001",
  "70021",
  "700024",
  "700211",
  "700212",
  "700213",
  "7002131",
  "7000112",
  "7000215",
  "7000222",
  "700016",
  "700027",
  "90094",
  "90095",
]);

function normalize(record: JsonObject, context: NormalizeContext): NormalizeResult {
  const fields = new AzureRecord(record);
  const time = fields.timeMs("createddatetime", "time", "timegenerated", "p_event_time");
  if (time === undefined) return { kind: "rejected", reason: "createdDateTime is missing or no valid time" };
  const action = blankAction("azure", "entra-signin");
  action.time = time;
  action.event_uid = fields.text("id") || contentHash(record);
  action.request_uid = fields.text("correlationid");
  // In Log Analytics TenantId is the workspace.
  action.account_uid = fields.text("aadtenantid", "tenantid", "hometenantid") || context.defaultAccount;
  action.region = fields.text("location");
  action.service = "microsoft.aadiam";
  action.action = fields.text("category", "type") || "SignIn";
  action.activity = "auth";
  applyCaller(action, fields);
  applyResource(action, fields);
  applyOutcome(action, fields);
  const isManaged = action.principal_type === "managed-identity";
  applyCredential(action, fields, isManaged);
  const network = context.network(isManaged ? "" : addressOf(fields.text("ipaddress", "calleripaddress")));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  action.user_agent = fields.text("useragent").slice(0, 1024);
  action.agent_family = readAgent(action.user_agent).family;
  return { kind: "event", event: action };
}

function applyCaller(action: NormalizedAction, fields: AzureRecord): void {
  const servicePrincipal = fields.text("serviceprincipalid");
  const isManaged = /managedidentity/i.test(fields.text("category", "type")) || !/^(?:none)?$/i.test(fields.text("managedidentitytype"));
  const isUser = fields.has("userid", "userprincipalname") || userCategories.test(fields.text("category", "type"));
  const resolved = resolveIdentity(
    azureIdentityRules,
    servicePrincipal === ""
      ? {
          ...blankAzureCaller,
          objectId: fields.text("userid"),
          name: fields.text("userprincipalname", "userdisplayname", "identity"),
          principalType: isUser ? "User" : "",
          // The application is what a person used, not another name of the person.
          appId: isUser ? "" : fields.text("appid"),
        }
      : {
          ...blankAzureCaller,
          objectId: servicePrincipal,
          appId: fields.text("appid"),
          name: fields.text("serviceprincipalname", "appdisplayname"),
          principalType: isManaged ? "ManagedIdentity" : "ServicePrincipal",
          ownerTenant: fields.text("appownertenantid"),
        },
  );
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
}

/** Which credential proved the identity, and which token it got for it. */
function applyCredential(action: NormalizedAction, fields: AzureRecord, isManaged: boolean): void {
  const federated = fields.text("federatedcredentialid");
  const thumbprint = fields.text("serviceprincipalcredentialthumbprint");
  const key = fields.text("serviceprincipalcredentialkeyid");
  const kind = credentialKind(fields.text("clientcredentialtype"), federated, thumbprint, key, isManaged);
  // A certificate by its key id, since that is all an audit of its adding names. What applications that share it have in common is
  // its thumbprint; their key ids differ. Questions about shared certificates read it from here: see shared-credentials.sql.
  action.credential_uid = (federated || key || thumbprint).toLowerCase();
  if (thumbprint !== "") action.authorization_basis = `certificate with thumbprint ${thumbprint.slice(0, 128).toLowerCase()}`;
  action.credential_type = kind;
  if (kind === "federated-credential" || (isManaged && kind !== "unknown")) action.credential_lifetime = "short-lived";
  else if (kind === "client-secret" || kind === "client-certificate") action.credential_lifetime = "static";
  // A refused sign-in has a token identifier too, and no token.
  if (action.outcome !== "success") return;
  action.issued_credential_uid = fields.text("uniquetokenidentifier");
  if (action.issued_credential_uid === "") return;
  action.issued_credential_type = "access-token";
  action.target_identity_uid = action.identity_uid;
}

/** Graph's clientCredentialType where stated, else what the ids show. Azure itself holds and renews a managed identity's certificate. */
function credentialKind(stated: string, federated: string, thumbprint: string, key: string, isManaged: boolean): CredentialType {
  if (federated !== "" || /^federated/i.test(stated)) return "federated-credential";
  if (thumbprint !== "" || /certificate|assertion/i.test(stated)) return "client-certificate";
  if (isManaged) return key === "" ? "unknown" : "client-certificate";
  return key !== "" || /secret/i.test(stated) ? "client-secret" : "unknown";
}

/** The service principal of what was signed in to; Graph's signIn names only its application. */
function applyResource(action: NormalizedAction, fields: AzureRecord): void {
  const servicePrincipal = fields.text("resourceserviceprincipalid");
  // The record's own resourceId, by diagnostic settings, is the log's: the resource's stands in its properties.
  const application = [fields.text("resourceidentity"), textIn(fields.object("properties"), "resourceId"), fields.text("resourceid")].find(
    (id) => id !== "" && !id.startsWith("/"),
  );
  const resource = servicePrincipal || application || fields.text("resourcedisplayname");
  if (resource === "") return;
  action.resource_uids = [resource.toLowerCase()];
  action.resource_types = [servicePrincipal === "" ? "application" : "service-principal"];
  action.resource_accounts = [fields.text("resourcetenantid")];
}

function applyOutcome(action: NormalizedAction, fields: AzureRecord): void {
  const status = fields.object("status");
  const code = textIn(status, "errorCode") || fields.text("resulttype");
  action.outcome = outcomeOf(code, fields.text("resultsignature"));
  if (action.outcome === "success" || action.outcome === "unknown") return;
  action.error_code = code;
  action.error_message = textIn(status, "failureReason") || fields.text("resultdescription");
}

function outcomeOf(code: string, signature: string): Outcome {
  if (code === "0" || /^success/i.test(code)) return "success";
  if (code === "") return /^success/i.test(signature) ? "success" : "unknown";
  return denials.has(code) ? "denied" : "failure";
}
