// What several identity rules read out of a caller: role, session, recorded delegation, and whether a person shows.
import type { Identity } from "../identity/rule.ts";
import { isRoleArn, readAssumedRole } from "./arn.ts";
import type { AwsCaller } from "./caller.ts";

/** Unique ids of roles (AROA) and users (AIDA). */
export const uniqueId = /^A(?:ROA|IDA)[0-9A-Z*]/;

export function hiddenText(text: string): boolean {
  return text === "" || text.startsWith("HIDDEN_DUE_TO_SECURITY_REASONS");
}

/** The role of a role session: from the issuer (with its path), else the session's ARN, else account and name. "" for other callers. */
export function roleArnOf(caller: AwsCaller): string {
  if (isRoleArn(caller.issuerArn)) return caller.issuerArn;
  const session = readAssumedRole(caller.arn);
  if (session !== undefined) return session.roleArn;
  if (caller.type !== "AssumedRole" && caller.type !== "Role") return "";
  if (isRoleArn(caller.arn)) return caller.arn;
  const name = caller.issuerUserName || caller.userName;
  if (caller.accountId === "" || hiddenText(name)) return "";
  return `arn:${caller.partition || "aws"}:iam::${caller.accountId}:role/${name}`;
}

export function sessionNameOf(caller: AwsCaller): string {
  const fromArn = readAssumedRole(caller.arn)?.sessionName ?? "";
  const colon = caller.principalId.indexOf(":");
  return fromArn !== "" || colon < 0 ? fromArn : caller.principalId.slice(colon + 1);
}

export function beforeColon(text: string): string {
  const colon = text.indexOf(":");
  return colon < 0 ? text : text.slice(0, colon);
}

/** The chain that the record states, nearest to the caller first. A source identity is free text: its prefix keeps it from passing as an id. */
export function delegationOf(caller: AwsCaller): readonly string[] {
  const chain: string[] = [];
  if (isActingService(caller)) chain.push(caller.invokedBy);
  if (caller.delegateAccountId !== "") chain.push(`aws-account/${caller.delegateAccountId}`);
  if (caller.onBehalfOfUserId !== "") chain.push(identityCenterUser(caller.onBehalfOfUserId));
  if (caller.sourceIdentity !== "") chain.push(`source-identity:${caller.sourceIdentity}`);
  return chain;
}

export function identityCenterUser(userId: string): string {
  return `arn:aws:identitystore:::user/${userId}`;
}

/** A console sign-in or a second factor is what a person does. */
export function person(caller: AwsCaller): Partial<Identity> {
  return caller.isConsole === "" && caller.hasMfa === "" ? {} : { workload_type: "human", is_machine: false };
}

/** A service that made the request with the caller's rights: not the console (a person is behind it), not "AWS Internal" (no name). */
function isActingService(caller: AwsCaller): boolean {
  return caller.serviceName === "" && caller.invokedBy.includes(".amazonaws.com") && caller.invokedBy !== "signin.amazonaws.com";
}
