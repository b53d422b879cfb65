// People of the tenant: they sign in through a browser, and the tool that they use renews its token without them.
import type { AzureAccess, Credential, EntraSigninCall, Identity } from "../identity.ts";
import type { Random } from "../random.ts";
import { type AzureOrigin, type EntraResource, resourceManager } from "./azure.ts";
import { Way } from "./way.ts";

export interface AzurePerson extends Identity {
  readonly objectId: string;
  /** Sign-in name. */
  readonly upn: string;
}

export function azurePerson(random: Random, tenant: string, upn: string): AzurePerson {
  const objectId = random.uuid();
  const facts = { provider: "azure", account: tenant, principalType: "user", workloadType: "human", isMachine: false } as const;
  return { ...facts, uid: objectId, objectId, upn, name: upn };
}

/** What a person uses; application ids as Microsoft publishes them. */
export const azureTools = {
  portal: { name: "Azure Portal", appId: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c" },
  commandLine: { name: "Microsoft Azure CLI", appId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46" },
} as const;

/** About one session in six asks for the person; for the others the tool's refresh token is enough. */
const interactiveShare = 0.17;

export function personSession(
  random: Random,
  person: AzurePerson,
  tool: (typeof azureTools)[keyof typeof azureTools],
  origin: AzureOrigin,
  resource: EntraResource = resourceManager,
): Way<AzureAccess> {
  return new Way(random, person, "person", (atMs, emitter, session) => {
    const tokenId = session.base64Url(22);
    const isInteractive = session.chance(interactiveShare);
    const none: Credential = { uid: "", type: "unknown", lifetime: "short-lived", issuedAtMs: 0 };
    const caller: AzureAccess = {
      provider: "azure",
      identity: person,
      credential: none,
      ...origin,
      delegation: [],
      statedIssuer: "",
      objectId: person.objectId,
      appId: tool.appId,
      upn: person.upn,
      managedResource: "",
      tokenId: "",
    };
    const issuedAtMs = atMs - (isInteractive ? 9_000 : 900);
    const call: EntraSigninCall = {
      provider: "azure",
      log: "signin",
      category: isInteractive ? "SignInLogs" : "NonInteractiveUserSignInLogs",
      resource,
      properties: {
        appDisplayName: tool.name,
        isInteractive,
        clientAppUsed: isInteractive ? "Browser" : "Mobile Apps and Desktop clients",
        incomingTokenType: isInteractive ? "none" : "refreshToken",
        authenticationRequirement: "multiFactorAuthentication",
        conditionalAccessStatus: "success",
      },
      issues: { uid: tokenId, to: person.uid },
    };
    emitter.azure(issuedAtMs, caller, call);
    const token: Credential = { uid: tokenId, type: "access-token", lifetime: "short-lived", issuedAtMs };
    return { access: { ...caller, credential: token, tokenId }, lastsMs: session.integer(62, 88) * 60_000 };
  });
}
