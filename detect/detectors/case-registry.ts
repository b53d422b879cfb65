// The cases of all detectors, by id: apart from the registry of detectors, which detection loads without them.
import type { DetectorCases } from "../detector-case.ts";
import { logTamperingCases } from "./log-tampering.cases.ts";
import { newAccountCases } from "./new-account.cases.ts";
import { newActionCases } from "./new-action.cases.ts";
import { newAdminActionCases } from "./new-admin-action.cases.ts";
import { newAgentCases } from "./new-agent.cases.ts";
import { newDeniedActionCases } from "./new-denied-action.cases.ts";
import { newIssuerCases } from "./new-issuer.cases.ts";
import { newNetworkCases } from "./new-network.cases.ts";
import { newRegionCases } from "./new-region.cases.ts";
import { newResourceCases } from "./new-resource.cases.ts";
import { newResourceScopeCases } from "./new-resource-scope.cases.ts";
import { newSecretCases } from "./new-secret.cases.ts";
import { newStaticCredentialCases } from "./new-static-credential.cases.ts";
import { newTargetCases } from "./new-target.cases.ts";
import { noveltyBurstCases } from "./novelty-burst.cases.ts";
import { oddHourCases } from "./odd-hour.cases.ts";
import { privilegeGrantCases } from "./privilege-grant.cases.ts";
import { returnAfterSilenceCases } from "./return-after-silence.cases.ts";
import { sessionElsewhereCases } from "./session-elsewhere.cases.ts";
import { unusualVolumeCases } from "./unusual-volume.cases.ts";

export const detectorCases: Readonly<Record<string, DetectorCases>> = {
  "log-tampering": logTamperingCases,
  "new-account": newAccountCases,
  "new-action": newActionCases,
  "new-admin-action": newAdminActionCases,
  "new-agent": newAgentCases,
  "new-denied-action": newDeniedActionCases,
  "new-issuer": newIssuerCases,
  "new-network": newNetworkCases,
  "new-region": newRegionCases,
  "new-resource-scope": newResourceScopeCases,
  "new-resource": newResourceCases,
  "new-secret": newSecretCases,
  "new-static-credential": newStaticCredentialCases,
  "new-target": newTargetCases,
  "novelty-burst": noveltyBurstCases,
  "odd-hour": oddHourCases,
  "privilege-grant": privilegeGrantCases,
  "return-after-silence": returnAfterSilenceCases,
  "session-elsewhere": sessionElsewhereCases,
  "unusual-volume": unusualVolumeCases,
};
