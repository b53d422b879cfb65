// All personas. Static, so that they can be grepped and typed; the order decides nothing but the order in estate.json.
import type { Persona } from "../persona.ts";
import { azureAutomation } from "./azure-automation.ts";
import { gcpDataPipeline } from "./gcp-data-pipeline.ts";
import { irsaPod } from "./irsa-pod.ts";
import { kubernetesController } from "./kubernetes-controller.ts";
import { nightlyBackup } from "./nightly-backup.ts";
import { onPremService } from "./on-prem-service.ts";

export const personas: readonly Persona[] = [nightlyBackup, onPremService, irsaPod, azureAutomation, gcpDataPipeline, kubernetesController];
