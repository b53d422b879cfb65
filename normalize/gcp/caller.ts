// The caller of a Google Cloud audit entry, resolved: who is named, and the chain of delegation, whose authorities are
// resolved by the same rules, so that each is the identity it is elsewhere.
import { arrayOf, asObject, asText, isObject, type JsonObject } from "../../model/json.ts";
import { blankGcpCaller, type GcpCaller, gcpIdentityRules } from "../identity/gcp.ts";
import { type Identity, resolveIdentity } from "../identity/rule.ts";
import { memoize } from "../memoize.ts";

type Resolved = { rule: string; identity: Identity } | undefined;

const mostAuthorities = 16;
const longestText = 1024;

export function resolveCaller(payload: JsonObject, service: string, isSystemEvent: boolean, isUnauthenticated: boolean): Resolved {
  const authentication = asObject(payload.authenticationInfo);
  const { delegation, origin } = readDelegation(authentication);
  return resolveNames(
    asText(authentication?.principalEmail).slice(0, longestText),
    asText(authentication?.principalSubject).slice(0, longestText),
    // The token service names the token's own subject, and beside it the principal that it stands for.
    asText(asObject(payload.metadata)?.mapped_principal).slice(0, longestText),
    asText(authentication?.serviceAccountKeyName).slice(0, longestText),
    thirdPartySubject(authentication).slice(0, longestText),
    asText(asObject(authentication?.oauthInfo)?.oauthClientId).slice(0, longestText),
    delegation,
    origin?.workload_type ?? "unknown",
    origin?.session_name ?? "",
    isSystemEvent ? service : "",
    isUnauthenticated,
  );
}

const resolveNames = memoize(
  (
    principalEmail: string,
    principalSubject: string,
    mappedPrincipal: string,
    keyName: string,
    thirdParty: string,
    oauthClientId: string,
    delegation: string,
    originWorkload: GcpCaller["originWorkload"],
    originSession: string,
    systemService: string,
    isUnauthenticated: boolean,
  ): Resolved =>
    resolveIdentity(gcpIdentityRules, {
      principalEmail,
      principalSubject,
      mappedPrincipal,
      keyName,
      thirdPartySubject: thirdParty,
      oauthClientId,
      delegation,
      originWorkload,
      originSession,
      systemService,
      isUnauthenticated,
    }),
);

const resolveAuthority = memoize(
  (principalEmail: string, principalSubject: string, thirdParty: string): Resolved =>
    resolveIdentity(gcpIdentityRules, { ...blankGcpCaller, principalEmail, principalSubject, thirdPartySubject: thirdParty }),
);

/**
 * The chain, nearest first, and its far end, from where the call comes. serviceAccountDelegationInfo is in that order: the
 * principal at the bottom of the list is the one that called (cloud.google.com, Security Command Center, finding "Anomalous
 * Multistep Service Account Delegation"; docs.glean.com, Elevated access, shows such an entry). It may hold empty entries.
 * serviceDelegationHistory.originalPrincipal is the user for whom a service of Google acts with its own account.
 */
function readDelegation(authentication: JsonObject | undefined): { delegation: string; origin: Identity | undefined } {
  const chain: Identity[] = [];
  for (const entry of arrayOf(authentication, "serviceAccountDelegationInfo").slice(0, mostAuthorities)) {
    if (!isObject(entry)) continue;
    const firstParty = asObject(entry.firstPartyPrincipal);
    add(chain, asText(firstParty?.principalEmail), asText(entry.principalSubject) || asText(firstParty?.principalSubject), thirdPartySubject(entry));
  }
  const original = asText(asObject(authentication?.serviceDelegationHistory)?.originalPrincipal);
  if (original !== "") add(chain, original.includes(":") ? "" : original, original, "");
  return { delegation: chain.map(({ identity_uid }) => identity_uid).join("\n"), origin: chain.at(-1) };
}

function add(chain: Identity[], email: string, subject: string, thirdParty: string): void {
  const resolved = resolveAuthority(email.slice(0, longestText), subject.slice(0, longestText), thirdParty.slice(0, longestText));
  if (resolved !== undefined) chain.push(resolved.identity);
}

function thirdPartySubject(object: JsonObject | undefined): string {
  const claims = asObject(asObject(object?.thirdPartyPrincipal)?.thirdPartyClaims);
  return asText(claims?.sub) || asText(claims?.email);
}
