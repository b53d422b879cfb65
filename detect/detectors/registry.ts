// All detectors. Static, so that they can be grepped and typed.
import type { Detector } from "../detector.ts";
import { credentialShared } from "./credential-shared.ts";
import { denialBurst } from "./denial-burst.ts";
import { leakedKey } from "./leaked-key.ts";
import { logTampering } from "./log-tampering.ts";
import { missedRun } from "./missed-run.ts";
import { newAccount } from "./new-account.ts";
import { newAction } from "./new-action.ts";
import { newAdminAction } from "./new-admin-action.ts";
import { newAgent } from "./new-agent.ts";
import { newDeniedAction } from "./new-denied-action.ts";
import { newHandover } from "./new-handover.ts";
import { newIssuer } from "./new-issuer.ts";
import { newNetwork } from "./new-network.ts";
import { newRegion } from "./new-region.ts";
import { newResource } from "./new-resource.ts";
import { newResourceScope } from "./new-resource-scope.ts";
import { newSecret } from "./new-secret.ts";
import { newSecretUsed } from "./new-secret-used.ts";
import { newStaticCredential } from "./new-static-credential.ts";
import { newTarget } from "./new-target.ts";
import { noveltyBurst } from "./novelty-burst.ts";
import { oddHour } from "./odd-hour.ts";
import { oddIssuer } from "./odd-issuer.ts";
import { otherEnvironment } from "./other-environment.ts";
import { personAtMachineCredential } from "./person-at-machine-credential.ts";
import { privilegeGrant } from "./privilege-grant.ts";
import { returnAfterSilence } from "./return-after-silence.ts";
import { secretsInBulk } from "./secrets-in-bulk.ts";
import { sessionElsewhere } from "./session-elsewhere.ts";
import { slowGrowth } from "./slow-growth.ts";
import { staleKey } from "./stale-key.ts";
import { tokenOutsideCluster } from "./token-outside-cluster.ts";
import { unusualVolume } from "./unusual-volume.ts";
import { workloadElsewhere } from "./workload-elsewhere.ts";

export const detectors: readonly Detector[] = [
  credentialShared,
  denialBurst,
  leakedKey,
  logTampering,
  missedRun,
  newAccount,
  newAction,
  newAdminAction,
  newAgent,
  newDeniedAction,
  newHandover,
  newIssuer,
  newNetwork,
  newRegion,
  newResource,
  newResourceScope,
  newSecret,
  newSecretUsed,
  newStaticCredential,
  newTarget,
  noveltyBurst,
  oddHour,
  oddIssuer,
  otherEnvironment,
  personAtMachineCredential,
  privilegeGrant,
  returnAfterSilence,
  secretsInBulk,
  sessionElsewhere,
  slowGrowth,
  staleKey,
  tokenOutsideCluster,
  unusualVolume,
  workloadElsewhere,
];
