// Azure and Entra callers to durable identities. The object id names an identity in every one of Microsoft's logs; the app id is
// its alias. Claims as in Microsoft's "Access token claims reference"; xms_mirid is the resource of a managed identity.
import type { WorkloadType } from "../../model/identity-action.ts";
import type { Identity, IdentityRule } from "./rule.ts";

export interface AzureCaller {
  readonly objectId: string;
  readonly appId: string;
  /** What the record calls the caller: an e-mail address, a display name, an id. */
  readonly name: string;
  /** ServicePrincipal, User, ManagedIdentity, as the record says; "" where it does not. */
  readonly principalType: string;
  /** Claim idtyp: app or user. */
  readonly tokenKind: string;
  /** Claim xms_mirid: resource id of the managed identity. */
  readonly managedIdentityResource: string;
  /** Tenant of whoever publishes the application. */
  readonly ownerTenant: string;
}

export const blankAzureCaller: AzureCaller = {
  objectId: "",
  appId: "",
  name: "",
  principalType: "",
  tokenKind: "",
  managedIdentityResource: "",
  ownerTenant: "",
};

const claimsSource = "learn.microsoft.com, Access token claims reference; Azure Activity Log event schema";
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The tenant that Microsoft publishes its services from, and the application ids that it keeps for them; nobody else can have either. */
const microsoftTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
const microsoftAppId = /^[0-9a-f]{8}-0000-0000-c000-000000000000$/i;

/** What runs on the resource that a managed identity belongs to. */
const workloadByResource: readonly (readonly [type: RegExp, workload: WorkloadType])[] = [
  [/\/microsoft\.containerservice\//, "k8s-pod"],
  [/\/microsoft\.(?:machinelearningservices|cognitiveservices)\//, "ai-agent"],
];

export const azureIdentityRules: readonly IdentityRule<AzureCaller>[] = [
  {
    id: "azure-managed-identity",
    says: "A managed identity: its object id; the resource it belongs to is recorded as the workload.",
    source: claimsSource,
    when: (caller) => caller.managedIdentityResource !== "" || (/managedidentity/i.test(caller.principalType) && isNamed(caller)),
    identity: (caller) => {
      const resource = caller.managedIdentityResource.toLowerCase();
      return {
        ...named({ ...caller, name: caller.name || resource }),
        identity_name: resource.split("/").at(-1) || caller.name || caller.objectId,
        principal_type: "managed-identity",
        workload_uid: resource,
        workload_type: workloadByResource.find(([type]) => type.test(resource))?.[1] ?? "unknown",
      };
    },
    examples: [
      {
        caller: {
          ...blankAzureCaller,
          objectId: "AAAA0000-0000-4000-8000-000000000001",
          appId: "bbbb0000-0000-4000-8000-000000000001",
          managedIdentityResource: "/subscriptions/s1/resourcegroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1",
        },
        is: {
          identity_uid: "aaaa0000-0000-4000-8000-000000000001",
          identity_alias: "bbbb0000-0000-4000-8000-000000000001",
          identity_name: "vm-1",
          principal_type: "managed-identity",
          workload_uid: "/subscriptions/s1/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm-1",
        },
      },
    ],
  },
  {
    id: "azure-platform",
    says: "A part of Azure or Entra itself, which the record names by a word in place of an id.",
    source: "learn.microsoft.com, Activity Log, callers of platform events",
    when: ({ objectId, appId, name, principalType }) =>
      objectId === "" &&
      appId === "" &&
      // A person may be called azure-admin@….
      !(name.includes("@") || /user/i.test(principalType)) &&
      /^(?:Microsoft\b|Azure\b|Windows Azure\b|MS-|Device Registration Service$)/i.test(name),
    identity: ({ name }) => ({ identity_uid: name, identity_name: name, principal_type: "service-principal", workload_type: "provider-service" }),
    examples: [
      { caller: { ...blankAzureCaller, name: "Microsoft.Insights" }, is: { identity_uid: "Microsoft.Insights", workload_type: "provider-service" } },
    ],
  },
  {
    id: "azure-microsoft-application",
    says: "An application of Microsoft's own, by its publisher's tenant or a reserved application id, never by its name: its object id in the tenant.",
    source: "learn.microsoft.com, Verify first-party Microsoft applications in sign-in reports; appOwnerTenantId of service principal sign-ins",
    when: ({ objectId, appId, name, principalType, tokenKind, ownerTenant }) =>
      (objectId !== "" || appId !== "") &&
      (ownerTenant.toLowerCase() === microsoftTenant || microsoftAppId.test(appId)) &&
      // Microsoft's applications act for people too.
      !(tokenKind === "user" || /user/i.test(principalType) || (tokenKind !== "app" && name.includes("@"))),
    identity: (caller) => ({ ...named(caller), principal_type: "service-principal", workload_type: "provider-service" }),
    examples: [
      {
        caller: {
          ...blankAzureCaller,
          objectId: "aaaa0000-0000-4000-8000-000000000005",
          appId: "00000003-0000-0000-c000-000000000000",
          name: "Microsoft Graph",
          tokenKind: "app",
        },
        is: { identity_uid: "aaaa0000-0000-4000-8000-000000000005", principal_type: "service-principal", workload_type: "provider-service" },
      },
      {
        caller: {
          ...blankAzureCaller,
          objectId: "aaaa0000-0000-4000-8000-000000000006",
          appId: "bbbb0000-0000-4000-8000-000000000006",
          principalType: "ServicePrincipal",
          ownerTenant: microsoftTenant,
        },
        is: { identity_uid: "aaaa0000-0000-4000-8000-000000000006", workload_type: "provider-service" },
      },
    ],
  },
  {
    id: "azure-service-principal",
    says: "A service principal: its object id, with the application's id as alias.",
    source: claimsSource,
    when: (caller) =>
      isNamed(caller) &&
      (/serviceprincipal|application/i.test(caller.principalType) ||
        caller.tokenKind === "app" ||
        (caller.objectId === "" && caller.appId !== "" && !caller.name.includes("@"))),
    identity: (caller) => ({ ...named(caller), principal_type: "service-principal" }),
    examples: [
      {
        caller: {
          ...blankAzureCaller,
          objectId: "aaaa0000-0000-4000-8000-000000000002",
          appId: "bbbb0000-0000-4000-8000-000000000002",
          name: "deployer",
          tokenKind: "app",
        },
        is: { identity_uid: "aaaa0000-0000-4000-8000-000000000002", identity_name: "deployer", principal_type: "service-principal" },
      },
    ],
  },
  {
    id: "azure-user",
    says: "A person: the user's object id, or the sign-in name where the record holds no id.",
    source: claimsSource,
    when: (caller) =>
      isNamed({ ...caller, appId: "" }) &&
      (/user/i.test(caller.principalType) ||
        caller.tokenKind === "user" ||
        caller.name.includes("@") ||
        (caller.objectId !== "" && caller.name !== "" && !guid.test(caller.name))),
    // The application of a person's token is what the person used, not another name of the person.
    identity: (caller) => ({ ...named({ ...caller, appId: "" }), principal_type: "user", workload_type: "human", is_machine: false }),
    examples: [
      {
        caller: { ...blankAzureCaller, name: "analyst@example.com" },
        is: { identity_uid: "analyst@example.com", principal_type: "user", is_machine: false },
      },
      {
        caller: {
          ...blankAzureCaller,
          objectId: "aaaa0000-0000-4000-8000-000000000003",
          appId: "bbbb0000-0000-4000-8000-000000000003",
          name: "analyst@example.com",
        },
        is: { identity_uid: "aaaa0000-0000-4000-8000-000000000003", identity_name: "analyst@example.com", principal_type: "user" },
      },
    ],
  },
  {
    id: "azure-object-id",
    says: "An object id alone: Azure writes only the id where an application called, and the sign-in name where a person did.",
    source: "learn.microsoft.com, Activity Log event schema, property caller",
    when: ({ objectId, name }) => objectId !== "" || guid.test(name),
    identity: (caller) => ({ ...named(caller), principal_type: "service-principal" }),
    examples: [
      {
        caller: { ...blankAzureCaller, name: "AAAA0000-0000-4000-8000-000000000004" },
        is: { identity_uid: "aaaa0000-0000-4000-8000-000000000004", principal_type: "service-principal" },
      },
    ],
  },
  {
    id: "azure-service-principal-name",
    says: "Any other word: where Azure writes no e-mail address and no id as caller, it writes a service principal's name.",
    source: "learn.microsoft.com, Activity Log event schema, property caller (UPN or SPN claim, whichever is there)",
    when: isNamed,
    identity: (caller) => ({ ...named(caller), principal_type: "service-principal" }),
    examples: [
      {
        caller: { ...blankAzureCaller, name: "https://deploy-bot.example.com" },
        is: { identity_uid: "https://deploy-bot.example.com", principal_type: "service-principal" },
      },
    ],
  },
];

/** A kind alone is nobody. */
function isNamed({ objectId, appId, name }: AzureCaller): boolean {
  return objectId !== "" || appId !== "" || name !== "";
}

function named({ objectId, appId, name }: AzureCaller): Pick<Identity, "identity_uid" | "identity_name" | "identity_alias"> {
  const uid = objectId || name || appId;
  return {
    // Ids and sign-in names are the same in any case; a word that names a part of Azure is kept as it is written.
    identity_uid: guid.test(uid) || uid.includes("@") ? uid.toLowerCase() : uid,
    identity_name: name || uid,
    ...(appId !== "" && { identity_alias: appId.toLowerCase() }),
  };
}
