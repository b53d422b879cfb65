// All attacks, and the standard set: which of them, how often and how large, for `--attacks standard`.
import type { Attack } from "../attack.ts";
import { azureDestruction } from "./azure-destruction.ts";
import { azureDiagnosticsTampering } from "./azure-diagnostics-tampering.ts";
import { azureFederatedTrustAbuse } from "./azure-federated-trust-abuse.ts";
import { azureManagedIdentityAbuse } from "./azure-managed-identity-abuse.ts";
import { azureServicePrincipalSecret } from "./azure-service-principal-secret.ts";
import { azureVaultEnumeration } from "./azure-vault-enumeration.ts";
import { boilingFrog } from "./boiling-frog.ts";
import { ciTrustAbuse } from "./ci-trust-abuse.ts";
import { destruction } from "./destruction.ts";
import { dormantIdentityReturns } from "./dormant-identity-returns.ts";
import { dormantKeyReturns } from "./dormant-key-returns.ts";
import { exfiltratedInstanceCredentials } from "./exfiltrated-instance-credentials.ts";
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
import { leakedKeyScan } from "./leaked-key-scan.ts";
import { logTampering } from "./log-tampering.ts";
import { machineCredentialShared } from "./machine-credential-shared.ts";
import { miningInNewRegion } from "./mining-in-new-region.ts";
import { perfectMimic } from "./perfect-mimic.ts";
import { privilegeEscalation } from "./privilege-escalation.ts";
import { roleChainPivot } from "./role-chain-pivot.ts";
import { secretEnumeration } from "./secret-enumeration.ts";
import { slowExfiltration } from "./slow-exfiltration.ts";
import { stolenStaticKey } from "./stolen-static-key.ts";
import { swappedBehaviour } from "./swapped-behaviour.ts";

export const attacks: readonly Attack[] = [
  azureDestruction,
  azureDiagnosticsTampering,
  azureFederatedTrustAbuse,
  azureManagedIdentityAbuse,
  azureServicePrincipalSecret,
  azureVaultEnumeration,
  boilingFrog,
  ciTrustAbuse,
  destruction,
  dormantIdentityReturns,
  dormantKeyReturns,
  exfiltratedInstanceCredentials,
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
  leakedKeyScan,
  logTampering,
  machineCredentialShared,
  miningInNewRegion,
  perfectMimic,
  privilegeEscalation,
  roleChainPivot,
  secretEnumeration,
  slowExfiltration,
  stolenStaticKey,
  swappedBehaviour,
];

export interface AttackOrder {
  /** Id of an attack. */
  readonly attack: string;
  /** Members that differ from the defaults. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** When it begins; absent: the seed picks a moment of the second half. */
  readonly startMs?: number;
}

/** For 600 identities and 45 days: each at two to three sizes, down to a handful of events, copying little or much of the victim. */
export const standardAttacks: readonly AttackOrder[] = [
  { attack: "stolen-static-key", parameters: {} },
  { attack: "stolen-static-key", parameters: { objects: 3, hours: 1, mimics: "agent" } },
  { attack: "stolen-static-key", parameters: { objects: 1500, hours: 30, mimics: "agent-and-region", network: "office" } },
  { attack: "exfiltrated-instance-credentials", parameters: { calls: 5, hours: 0.5, mimics: "agent-and-region" } },
  { attack: "exfiltrated-instance-credentials", parameters: {} },
  { attack: "exfiltrated-instance-credentials", parameters: { calls: 900, hours: 12, mimics: "agent-and-region", network: "victim" } },
  { attack: "swapped-behaviour", parameters: { calls: 8, days: 2, exchanges: "calls" } },
  { attack: "swapped-behaviour", parameters: {} },
  { attack: "swapped-behaviour", parameters: { calls: 3000, days: 10, exchanges: "calls-agent-and-place" } },
  { attack: "secret-enumeration", parameters: { secrets: 5, refusedShare: 0, mimics: "agent-and-region", network: "victim" } },
  { attack: "secret-enumeration", parameters: { secrets: 600, hours: 20, refusedShare: 0.1, mimics: "agent-and-region" } },
  { attack: "slow-exfiltration", parameters: { objects: 8, everyMinutes: 360, mimics: "agent-and-region" } },
  { attack: "slow-exfiltration", parameters: {} },
  { attack: "slow-exfiltration", parameters: { objects: 340, mimics: "agent-and-region", network: "victim" } },
  { attack: "mining-in-new-region", parameters: { calls: 6, hours: 0.5, refusedShare: 0, mimics: "agent" } },
  { attack: "mining-in-new-region", parameters: { calls: 700, hours: 8, regions: 5, refusedShare: 0.8 } },
  { attack: "ci-trust-abuse", parameters: { calls: 5, subject: "branch", mimics: "agent-and-region", network: "victim" } },
  { attack: "ci-trust-abuse", parameters: {} },
  { attack: "ci-trust-abuse", parameters: { calls: 400, hours: 6, subject: "fork", mimics: "agent" } },
  { attack: "dormant-key-returns", parameters: { calls: 4, hours: 0.5, mimics: "agent-and-region" } },
  { attack: "dormant-key-returns", parameters: { calls: 300, hours: 10 } },
  { attack: "log-tampering", parameters: { changes: 3, refusedShare: 0, mimics: "agent-and-region", network: "victim" } },
  { attack: "log-tampering", parameters: { changes: 150, hours: 2 } },
  { attack: "destruction", parameters: { deletions: 7, hours: 0.3, refusedShare: 0, mimics: "agent-and-region", network: "victim" } },
  { attack: "destruction", parameters: { deletions: 2500, hours: 5 } },
  { attack: "boiling-frog", parameters: { growthPerDay: 0.02, days: 14, calls: 8 } },
  { attack: "boiling-frog", parameters: {} },
  { attack: "boiling-frog", parameters: { growthPerDay: 0.1, days: 20 } },
  { attack: "perfect-mimic", parameters: { calls: 5, share: 0.1 } },
  { attack: "perfect-mimic", parameters: { calls: 60, place: "same-network" } },
  { attack: "perfect-mimic", parameters: { calls: 800, days: 10 } },
  { attack: "privilege-escalation", parameters: { grants: 3, refusedShare: 0, mimics: "agent-and-region", network: "victim" } },
  { attack: "privilege-escalation", parameters: { grants: 200, hours: 6 } },
  { attack: "role-chain-pivot", parameters: { calls: 4, hops: 1, hours: 0.5, mimics: "agent" } },
  { attack: "role-chain-pivot", parameters: { calls: 500, hops: 4, hours: 5 } },
  { attack: "leaked-key-scan", parameters: { calls: 3, perMinute: 10 } },
  { attack: "leaked-key-scan", parameters: { calls: 1200, perMinute: 120 } },
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
