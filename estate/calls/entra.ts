// Changes of the directory that give an application one more way to sign in: a secret, a certificate, a trusted repository. What the
// entry names is what the sign-ins name afterwards.
import type { AzureApplication } from "../credentials/azure.ts";
import type { EntraAuditCall } from "../identity.ts";
import type { Random } from "../random.ts";

interface KeyEntry {
  readonly id: string;
  readonly kind: "client-secret" | "client-certificate";
  /** What whoever adds it calls it. */
  readonly label: string;
}

/** The directory's entry of a secret or certificate added to a service principal, beside the one that it had (absent: one unknown here). */
export function addCredential(random: Random, application: AzureApplication, added: KeyEntry, before?: KeyEntry): EntraAuditCall {
  const had = before ?? { id: random.uuid(), kind: "client-secret", label: application.name };
  const call = keyChange("Add service principal credentials", application, [had], [added, had]);
  return { ...call, issues: { uid: added.id, to: application.uid } };
}

/** The entry of one taken away, where another stays. */
export function removeCredential(application: AzureApplication, removed: KeyEntry, stays: KeyEntry): EntraAuditCall {
  return keyChange("Remove service principal credentials", application, [stays, removed], [stays]);
}

function keyChange(operation: string, application: AzureApplication, before: readonly KeyEntry[], after: readonly KeyEntry[]): EntraAuditCall {
  return {
    provider: "azure",
    log: "audit",
    operation,
    category: "ApplicationManagement",
    targets: [
      {
        id: application.objectId,
        displayName: application.name,
        type: "ServicePrincipal",
        modifiedProperties: [
          { displayName: "KeyDescription", oldValue: describe(before), newValue: describe(after) },
          { displayName: "Included Updated Properties", oldValue: null, newValue: '"KeyDescription"' },
          { displayName: "TargetId.ServicePrincipalNames", oldValue: null, newValue: `"${application.appId}"` },
        ],
        administrativeUnits: [],
      },
    ],
  };
}

function describe(keys: readonly KeyEntry[]): string {
  return JSON.stringify(
    keys.map(({ id, kind, label }) => {
      const type = kind === "client-secret" ? "Password" : "AsymmetricX509Cert";
      return `[KeyIdentifier=${id},KeyType=${type},KeyUsage=Verify,DisplayName=${label}]`;
    }),
  );
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
