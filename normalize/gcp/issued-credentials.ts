// Google Cloud calls that issue a credential: of what kind it is, where the entry holds its id, and for whom. Access tokens
// have no id in any log; keys have.
import type { CredentialType, NormalizedAction } from "../../model/identity-action.ts";
import { asObject, asText, type JsonObject } from "../../model/json.ts";
import { serviceAccountOf } from "./resources.ts";

interface Issue {
  readonly type: CredentialType;
  /** Id of what was issued; "" where the entry holds none. */
  uid(payload: JsonObject): string;
}

const token: Issue = { type: "access-token", uid: () => "" };
const accountKey: Issue = { type: "service-account-key", uid: ({ response }) => keyIdOf(asText(asObject(response)?.name)) };

const apiKey: Issue = { type: "access-key", uid: accountKey.uid };
const hmacKey: Issue = { type: "access-key", uid: ({ response }) => asText(asObject(asObject(response)?.metadata)?.accessId) };

/** By service and method, or the last part of it. */
const issues: ReadonlyMap<string, Issue> = new Map([
  ["iamcredentials.googleapis.com/GenerateAccessToken", token],
  ["iamcredentials.googleapis.com/GenerateIdToken", token],
  ["iamcredentials.googleapis.com/SignBlob", token],
  ["iamcredentials.googleapis.com/SignJwt", token],
  ["iam.googleapis.com/SignBlob", token],
  ["iam.googleapis.com/SignJwt", token],
  ["sts.googleapis.com/ExchangeToken", token],
  ["iam.googleapis.com/CreateServiceAccountKey", accountKey],
  ["iam.googleapis.com/UploadServiceAccountKey", accountKey],
  ["apikeys.googleapis.com/CreateKey", apiKey],
  ["storage.googleapis.com/storage.hmacKeys.create", hmacKey],
]);

export function applyIssuedCredential(action: NormalizedAction, record: JsonObject, payload: JsonObject): void {
  const { service, action: method } = action;
  const operation = method.slice(method.lastIndexOf(".") + 1);
  const issue = issues.get(`${service}/${operation}`) ?? issues.get(`${service}/${method}`);
  if (issue === undefined && action.activity !== "admin") return;
  // Whoever exchanges a token gets one for itself.
  action.target_identity_uid = operation === "ExchangeToken" ? action.identity_uid : targetAccount(record, payload);
  if (issue === undefined || action.outcome !== "success") return;
  action.issued_credential_type = issue.type;
  action.issued_credential_uid = issue.uid(payload);
}

/** `…/serviceAccounts/E-MAIL/keys/ID` and `…/locations/global/keys/ID` to the id. */
function keyIdOf(keyName: string): string {
  return keyName.split("/keys/")[1] ?? "";
}

/** The service account's e-mail: from the labels, else from the names in request, answer and resource; "" where only its number stands. */
function targetAccount(record: JsonObject, payload: JsonObject): string {
  const labelled = serviceAccountOf(asObject(record.resource));
  if (labelled !== "") return labelled;
  const request = asObject(payload.request);
  const response = asObject(payload.response);
  const names = [asText(payload.resourceName), asText(request?.name), asText(response?.name), asText(request?.resource)];
  for (const name of names) {
    const email = /\/serviceAccounts\/([^/:]+@[^/:]+)/.exec(name)?.[1];
    if (email !== undefined) return email;
  }
  return asText(request?.serviceAccountEmail) || asText(asObject(response?.metadata)?.serviceAccountEmail);
}
