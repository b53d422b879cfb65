// Calls that issue a credential: where their record holds its id, of what kind it is, and for which identity.
import type { CredentialType, NormalizedAction } from "../../model/identity-action.ts";
import { isObject, type JsonObject, type JsonValue, objectOf, textOf } from "../../model/json.ts";
import { isRoleArn, partitionOfRegion, readAssumedRole } from "./arn.ts";

export interface Issue {
  readonly type: CredentialType;
  /** Where the id stands in the record. */
  readonly uid: readonly string[];
  /** For whom, as that identity names itself later; "" where the record does not say. */
  target(record: JsonObject, action: NormalizedAction): string;
}

const role = (record: JsonObject): string => {
  const requested = textOf(objectOf(record, "requestParameters"), "roleArn");
  if (isRoleArn(requested)) return requested;
  return readAssumedRole(textAt(record, ["responseElements", "assumedRoleUser", "arn"]))?.roleArn ?? "";
};

const user = (record: JsonObject, action: NormalizedAction): string => userTarget(record, action);

const session = { type: "sts-session", uid: ["responseElements", "credentials", "accessKeyId"] } as const;

/** By eventSource and eventName. */
export const issues: ReadonlyMap<string, Issue> = new Map<string, Issue>([
  ["sts.amazonaws.com AssumeRole", { ...session, target: role }],
  ["sts.amazonaws.com AssumeRoleWithSAML", { ...session, target: role }],
  ["sts.amazonaws.com AssumeRoleWithWebIdentity", { ...session, target: role }],
  ["sts.amazonaws.com AssumeRoot", { ...session, target: rootTarget }],
  ["sts.amazonaws.com GetSessionToken", { ...session, target: (_record, action) => action.identity_uid }],
  ["sts.amazonaws.com GetFederationToken", { ...session, target: federatedTarget }],
  ["eks-auth.amazonaws.com AssumeRoleForPodIdentity", { ...session, target: role }],
  [
    "rolesanywhere.amazonaws.com CreateSession",
    { type: "sts-session", uid: ["responseElements", "credentialSet", "0", "credentials", "accessKeyId"], target: role },
  ],
  ["sso.amazonaws.com GetRoleCredentials", { type: "sts-session", uid: ["responseElements", "roleCredentials", "accessKeyId"], target: () => "" }],
  ["cognito-identity.amazonaws.com GetCredentialsForIdentity", { ...session, target: () => "" }],
  [
    "sso-oauth.amazonaws.com CreateTokenWithIAM",
    { type: "access-token", uid: ["additionalEventData", "identitycenter:CredentialId"], target: identityCenterTarget },
  ],
  [
    "sso.amazonaws.com CreateToken",
    { type: "access-token", uid: ["additionalEventData", "identitycenter:CredentialId"], target: identityCenterTarget },
  ],
  ["iam.amazonaws.com CreateAccessKey", { type: "access-key", uid: ["responseElements", "accessKey", "accessKeyId"], target: user }],
  [
    "iam.amazonaws.com CreateServiceSpecificCredential",
    { type: "password", uid: ["responseElements", "serviceSpecificCredential", "serviceSpecificCredentialId"], target: user },
  ],
  [
    "iam.amazonaws.com UploadSigningCertificate",
    { type: "client-certificate", uid: ["responseElements", "certificate", "certificateId"], target: user },
  ],
  ["iam.amazonaws.com UploadSSHPublicKey", { type: "unknown", uid: ["responseElements", "sSHPublicKey", "sSHPublicKeyId"], target: user }],
  ["iot.amazonaws.com CreateKeysAndCertificate", { type: "client-certificate", uid: ["responseElements", "certificateId"], target: () => "" }],
]);

const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

/** Writes what was issued, and for whom, onto the action. Who is meant is stated even where the call was refused. */
export function applyIssuedCredential(action: NormalizedAction, record: JsonObject, eventSource: string): void {
  // Every call of the table is of one of these classes, and few records are.
  if (action.activity !== "auth" && action.activity !== "admin") return;
  const issue = issues.get(`${eventSource} ${action.action}`);
  if (issue === undefined) {
    if (action.service === "iam" && action.activity === "admin") action.target_identity_uid = changedIdentity(record, action);
    return;
  }
  action.target_identity_uid = issue.target(record, action);
  if (action.outcome !== "success") return;
  const uid = textAt(record, issue.uid);
  if (uid === "" || uid === hidden) return;
  action.issued_credential_uid = uid;
  action.issued_credential_type = issue.type;
}

/** The text at the end of a path of keys and, in lists, indices; "" where there is none. */
function textAt(record: JsonObject, path: readonly string[]): string {
  let value: JsonValue | undefined = record;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return typeof value === "string" ? value : "";
}

/** The user of a key: by the answer, else the request; a user who names nobody means itself. */
function userTarget(record: JsonObject, action: NormalizedAction): string {
  const answer = objectOf(record, "responseElements");
  for (const key of answer === undefined ? [] : Object.keys(answer)) {
    const name = textOf(objectOf(answer, key), "userName");
    if (name !== "") return userNamed(name, action);
  }
  const asked = textOf(objectOf(record, "requestParameters"), "userName");
  if (asked !== "") return userNamed(asked, action);
  return action.principal_type === "iam-user" ? action.identity_uid : "";
}

/** The caller's own ARN where the name is its own: only that one has the path. */
function userNamed(name: string, action: NormalizedAction): string {
  if (action.principal_type === "iam-user" && action.identity_name === name) return action.identity_uid;
  return `arn:${partitionOfRegion(action.region)}:iam::${action.account_uid}:user/${name}`;
}

function rootTarget(record: JsonObject, action: NormalizedAction): string {
  const target = textOf(objectOf(record, "requestParameters"), "targetPrincipal");
  if (/^\d{12}$/.test(target)) return `arn:${partitionOfRegion(action.region)}:iam::${target}:root`;
  return target.startsWith("arn:") ? target : "";
}

function federatedTarget(record: JsonObject, action: NormalizedAction): string {
  const answered = textAt(record, ["responseElements", "federatedUser", "arn"]);
  if (answered !== "") return answered;
  const name = textOf(objectOf(record, "requestParameters"), "name");
  return name === "" ? "" : `arn:${partitionOfRegion(action.region)}:sts::${action.account_uid}:federated-user/${name}`;
}

function identityCenterTarget(record: JsonObject): string {
  const userId = textAt(record, ["additionalEventData", "identitystore:UserId"]);
  return userId === "" ? "" : `arn:aws:identitystore:::user/${userId}`;
}

/** The user or role that an IAM change is about; "" for policies, groups and providers. */
function changedIdentity(record: JsonObject, action: NormalizedAction): string {
  const created = textAt(record, ["responseElements", "role", "arn"]) || textAt(record, ["responseElements", "user", "arn"]);
  if (created !== "") return created;
  const request = objectOf(record, "requestParameters");
  const roleName = textOf(request, "roleName");
  if (roleName !== "") return `arn:${partitionOfRegion(action.region)}:iam::${action.account_uid}:role/${roleName}`;
  const userName = textOf(request, "userName");
  return userName === "" ? "" : userNamed(userName, action);
}
