// Changes of the directory that give an application one more way to sign in: a secret, a certificate, a trusted repository. What the
// entry names is what the sign-ins name afterwards.
import type { AzureApplication } from "../credentials/azure.ts";
import type { EntraAuditCall } from "../identity.ts";
import type { Random } from "../random.ts";

interface AddedCredential {
  readonly id: string;
  readonly kind: "client-secret" | "client-certificate";
  /** What whoever adds it calls it. */
  readonly label: string;
}

/** The directory's entry of a secret or certificate added to a service principal, beside the one that it had. */
export function addCredential(random: Random, application: AzureApplication, { id, kind, label }: AddedCredential): EntraAuditCall {
  const isSecret = kind === "client-secret";
  const describe = (keyId: string, name: string, type: string, usage: string): string =>
    `[KeyIdentifier=${keyId},KeyType=${type},KeyUsage=${usage},DisplayName=${name}]`;
  const before = describe(random.uuid(), application.name, "Password", "Verify");
  const added = describe(id, label, isSecret ? "Password" : "AsymmetricX509Cert", "Verify");
  return {
    provider: "azure",
    log: "audit",
    operation: "Add service principal credentials",
    category: "ApplicationManagement",
    targets: [
      {
        id: application.objectId,
        displayName: application.name,
        type: "ServicePrincipal",
        modifiedProperties: [
          { displayName: "KeyDescription", oldValue: JSON.stringify([before]), newValue: JSON.stringify([added, before]) },
          { displayName: "Included Updated Properties", oldValue: null, newValue: '"KeyDescription"' },
          { displayName: "TargetId.ServicePrincipalNames", oldValue: null, newValue: `"${application.appId}"` },
        ],
        administrativeUnits: [],
      },
    ],
    issues: { uid: id, to: application.uid },
  };
}

interface AddedTrust {
  readonly id: string;
  readonly name: string;
  /** repo:exampleorg/deploy:ref:refs/heads/main */
  readonly subject: string;
  /** Object id of the application, which is not its service principal's. */
  readonly applicationObjectId: string;
}

/** The directory's entry of a repository's workflows trusted by an application. */
export function addFederatedTrust(application: AzureApplication, { id, name, subject, applicationObjectId }: AddedTrust): EntraAuditCall {
  const trust = {
    Name: name,
    Issuer: "https://token.actions.githubusercontent.com",
    Subject: subject,
    Id: id,
    Audiences: ["api://AzureADTokenExchange"],
    EncodingVersion: 2,
    TrustedIssuer: null,
  };
  return {
    provider: "azure",
    log: "audit",
    operation: "Update application",
    category: "ApplicationManagement",
    targets: [
      {
        id: applicationObjectId,
        displayName: application.name,
        type: "Application",
        modifiedProperties: [
          { displayName: "FederatedIdentityCredentials", oldValue: "[]", newValue: JSON.stringify([trust]) },
          { displayName: "Included Updated Properties", oldValue: null, newValue: '"FederatedIdentityCredentials"' },
        ],
        administrativeUnits: [],
      },
    ],
    issues: { uid: id, to: applicationObjectId },
  };
}
