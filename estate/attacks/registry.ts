// All attacks, and the standard set: which of them, how often and how large, for `--attacks standard`.
import type { Attack } from "../attack.ts";
import { azureDestruction } from "./azure-destruction.ts";
import { azureDiagnosticsTampering } from "./azure-diagnostics-tampering.ts";
import { azureFederatedTrustAbuse } from "./azure-federated-trust-abuse.ts";
import { azureManagedIdentityAbuse } from "./azure-managed-identity-abuse.ts";
import { azureServicePrincipalSecret } from "./azure-service-principal-secret.ts";
import { azureVaultEnumeration } from "./azure-vault-enumeration.ts";
import { dormantIdentityReturns } from "./dormant-identity-returns.ts";
import { gcpAuditConfigTampering } from "./gcp-audit-config-tampering.ts";
import { gcpDataExfiltration } from "./gcp-data-exfiltration.ts";
import { gcpImpersonationChain } from "./gcp-impersonation-chain.ts";
import { gcpKeyCreation } from "./gcp-key-creation.ts";
import { gcpStolenKey } from "./gcp-stolen-key.ts";
import { humanAtMachineCredential } from "./human-at-machine-credential.ts";
import { kubernetesDestruction } from "./kubernetes-destruction.ts";
import { kubernetesRbacEscalation } from "./kubernetes-rbac-escalation.ts";
import { kubernetesSecretSweep } from "./kubernetes-secret-sweep.ts";
import { kubernetesTokenTheft } from "./kubernetes-token-theft.ts";
import { machineCredentialShared } from "./machine-credential-shared.ts";
import { stolenStaticKey } from "./stolen-static-key.ts";

export const attacks: readonly Attack[] = [
  azureDestruction,
  azureDiagnosticsTampering,
  azureFederatedTrustAbuse,
  azureManagedIdentityAbuse,
  azureServicePrincipalSecret,
  azureVaultEnumeration,
  dormantIdentityReturns,
  gcpAuditConfigTampering,
  gcpDataExfiltration,
  gcpImpersonationChain,
  gcpKeyCreation,
  gcpStolenKey,
  humanAtMachineCredential,
  kubernetesDestruction,
  kubernetesRbacEscalation,
  kubernetesSecretSweep,
  kubernetesTokenTheft,
  machineCredentialShared,
  stolenStaticKey,
];

export interface AttackOrder {
  /** Id of an attack. */
  readonly attack: string;
  /** Members that differ from the defaults. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** When it begins; absent: the seed picks a moment of the second half. */
  readonly startMs?: number;
}

/** At several sizes, down to a handful of events. */
export const standardAttacks: readonly AttackOrder[] = [
  { attack: "stolen-static-key", parameters: {} },
  { attack: "stolen-static-key", parameters: { objects: 3, hours: 1, mimics: "agent" } },
  { attack: "stolen-static-key", parameters: { objects: 1500, hours: 30, mimics: "agent-and-region" } },
  { attack: "kubernetes-token-theft", parameters: {} },
  { attack: "kubernetes-token-theft", parameters: { requests: 4, hours: 1, from: "another-pod", mimics: "agent" } },
  { attack: "kubernetes-rbac-escalation", parameters: {} },
  { attack: "kubernetes-rbac-escalation", parameters: { requests: 5, scope: "namespace", mimics: "agent-and-network", inVictimsHours: true } },
  { attack: "kubernetes-secret-sweep", parameters: {} },
  { attack: "kubernetes-secret-sweep", parameters: { secrets: 60, hours: 240, allowed: 1, inVictimsHours: true } },
  { attack: "kubernetes-destruction", parameters: {} },
  { attack: "kubernetes-destruction", parameters: { deletions: 6, mimics: "agent-and-network" } },
  { attack: "gcp-impersonation-chain", parameters: {} },
  { attack: "gcp-impersonation-chain", parameters: { hops: 1, calls: 3, mimics: "agent-and-network" } },
  { attack: "gcp-impersonation-chain", parameters: { hops: 4, calls: 300, hours: 30 } },
  { attack: "gcp-stolen-key", parameters: {} },
  { attack: "gcp-stolen-key", parameters: { calls: 4, rights: 1, mimics: "agent" } },
  { attack: "gcp-key-creation", parameters: {} },
  { attack: "gcp-key-creation", parameters: { calls: 4, hours: 12, waitsHours: 100 } },
  { attack: "gcp-data-exfiltration", parameters: {} },
  { attack: "gcp-data-exfiltration", parameters: { reads: 240, hours: 240 } },
  { attack: "gcp-data-exfiltration", parameters: { reads: 1500, hours: 12, mimics: "nothing" } },
  { attack: "gcp-audit-config-tampering", parameters: {} },
  { attack: "gcp-audit-config-tampering", parameters: { changes: 3, mimics: "agent-and-network" } },
  { attack: "azure-service-principal-secret", parameters: {} },
  { attack: "azure-service-principal-secret", parameters: { calls: 3, waitsHours: 50, credential: "certificate", mimics: "agent" } },
  { attack: "azure-managed-identity-abuse", parameters: {} },
  { attack: "azure-managed-identity-abuse", parameters: { calls: 3, escalates: false, rights: 1, inVictimsHours: true } },
  { attack: "azure-vault-enumeration", parameters: {} },
  { attack: "azure-vault-enumeration", parameters: { calls: 5, hours: 20, mimics: "agent-and-network" } },
  { attack: "azure-diagnostics-tampering", parameters: {} },
  { attack: "azure-diagnostics-tampering", parameters: { deletions: 3, mimics: "nothing" } },
  { attack: "azure-destruction", parameters: {} },
  { attack: "azure-destruction", parameters: { deletions: 200, hours: 2, mimics: "agent" } },
  { attack: "azure-federated-trust-abuse", parameters: {} },
  { attack: "azure-federated-trust-abuse", parameters: { calls: 3, repository: "other-organisation", branch: "pull-request" } },
  { attack: "human-at-machine-credential", parameters: {} },
  { attack: "human-at-machine-credential", parameters: { calls: 8, from: "elsewhere", agent: "the-machines" } },
  { attack: "human-at-machine-credential", parameters: { calls: 300, sittings: 9, hours: 150 } },
  { attack: "machine-credential-shared", parameters: {} },
  { attack: "machine-credential-shared", parameters: { calls: 10, hours: 30, every: 5, agent: "same" } },
  { attack: "dormant-identity-returns", parameters: {} },
  { attack: "dormant-identity-returns", parameters: { calls: 150, hours: 40, mimics: "agent" } },
];
