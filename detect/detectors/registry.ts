// All detectors. Static, so that they can be grepped and typed.
import type { Detector } from "../detector.ts";
import { logTampering } from "./log-tampering.ts";
import { newAccount } from "./new-account.ts";
import { newAction } from "./new-action.ts";
import { newAdminAction } from "./new-admin-action.ts";
import { newAgent } from "./new-agent.ts";
import { newDeniedAction } from "./new-denied-action.ts";
import { newIssuer } from "./new-issuer.ts";
import { newNetwork } from "./new-network.ts";
import { newRegion } from "./new-region.ts";
import { newResource } from "./new-resource.ts";
import { newResourceScope } from "./new-resource-scope.ts";
import { newSecret } from "./new-secret.ts";
import { newStaticCredential } from "./new-static-credential.ts";
import { newTarget } from "./new-target.ts";
import { noveltyBurst } from "./novelty-burst.ts";
import { oddHour } from "./odd-hour.ts";
import { privilegeGrant } from "./privilege-grant.ts";
import { returnAfterSilence } from "./return-after-silence.ts";
import { sessionElsewhere } from "./session-elsewhere.ts";
import { unusualVolume } from "./unusual-volume.ts";

export const detectors: readonly Detector[] = [
  logTampering,
  newAccount,
  newAction,
  newAdminAction,
  newAgent,
  newDeniedAction,
  newIssuer,
  newNetwork,
  newRegion,
  newResource,
  newResourceScope,
  newSecret,
  newStaticCredential,
  newTarget,
  noveltyBurst,
  oddHour,
  privilegeGrant,
  returnAfterSilence,
  sessionElsewhere,
  unusualVolume,
];
