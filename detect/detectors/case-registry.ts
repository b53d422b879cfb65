// The cases of all detectors, by id: apart from the registry of detectors, which detection loads without them.
import type { DetectorCases } from "../detector-case.ts";
import { credentialSharedCases } from "./credential-shared.cases.ts";
import { denialBurstCases } from "./denial-burst.cases.ts";
import { leakedKeyCases } from "./leaked-key.cases.ts";
import { logTamperingCases } from "./log-tampering.cases.ts";
import { missedRunCases } from "./missed-run.cases.ts";
import { newAccountCases } from "./new-account.cases.ts";
import { newActionCases } from "./new-action.cases.ts";
import { newAdminActionCases } from "./new-admin-action.cases.ts";
import { newAgentCases } from "./new-agent.cases.ts";
import { newDeniedActionCases } from "./new-denied-action.cases.ts";
import { newHandoverCases } from "./new-handover.cases.ts";
import { newIssuerCases } from "./new-issuer.cases.ts";
import { newNetworkCases } from "./new-network.cases.ts";
import { newRegionCases } from "./new-region.cases.ts";
import { newResourceCases } from "./new-resource.cases.ts";
import { newResourceScopeCases } from "./new-resource-scope.cases.ts";
import { newSecretCases } from "./new-secret.cases.ts";
import { newSecretUsedCases } from "./new-secret-used.cases.ts";
import { newStaticCredentialCases } from "./new-static-credential.cases.ts";
import { newTargetCases } from "./new-target.cases.ts";
import { noveltyBurstCases } from "./novelty-burst.cases.ts";
import { oddHourCases } from "./odd-hour.cases.ts";
import { oddIssuerCases } from "./odd-issuer.cases.ts";
import { otherEnvironmentCases } from "./other-environment.cases.ts";
import { personAtMachineCredentialCases } from "./person-at-machine-credential.cases.ts";
import { privilegeGrantCases } from "./privilege-grant.cases.ts";
import { returnAfterSilenceCases } from "./return-after-silence.cases.ts";
import { secretsInBulkCases } from "./secrets-in-bulk.cases.ts";
import { sessionElsewhereCases } from "./session-elsewhere.cases.ts";
import { slowGrowthCases } from "./slow-growth.cases.ts";
import { staleKeyCases } from "./stale-key.cases.ts";
import { tokenOutsideClusterCases } from "./token-outside-cluster.cases.ts";
import { unusualVolumeCases } from "./unusual-volume.cases.ts";
import { workloadElsewhereCases } from "./workload-elsewhere.cases.ts";

export const detectorCases: Readonly<Record<string, DetectorCases>> = {
  "credential-shared": credentialSharedCases,
  "denial-burst": denialBurstCases,
  "leaked-key": leakedKeyCases,
  "log-tampering": logTamperingCases,
  "missed-run": missedRunCases,
  "new-account": newAccountCases,
  "new-action": newActionCases,
  "new-admin-action": newAdminActionCases,
  "new-agent": newAgentCases,
  "new-denied-action": newDeniedActionCases,
  "new-handover": newHandoverCases,
  "new-issuer": newIssuerCases,
  "new-network": newNetworkCases,
  "new-region": newRegionCases,
  "new-resource": newResourceCases,
  "new-resource-scope": newResourceScopeCases,
  "new-secret": newSecretCases,
  "new-secret-used": newSecretUsedCases,
  "new-static-credential": newStaticCredentialCases,
  "new-target": newTargetCases,
  "novelty-burst": noveltyBurstCases,
  "odd-hour": oddHourCases,
  "odd-issuer": oddIssuerCases,
  "other-environment": otherEnvironmentCases,
  "person-at-machine-credential": personAtMachineCredentialCases,
  "privilege-grant": privilegeGrantCases,
  "return-after-silence": returnAfterSilenceCases,
  "secrets-in-bulk": secretsInBulkCases,
  "session-elsewhere": sessionElsewhereCases,
  "slow-growth": slowGrowthCases,
  "stale-key": staleKeyCases,
  "token-outside-cluster": tokenOutsideClusterCases,
  "unusual-volume": unusualVolumeCases,
  "workload-elsewhere": workloadElsewhereCases,
};
