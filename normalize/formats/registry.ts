// All formats, in the order in which a record is offered to them. Static, so that they can be grepped and typed.
import type { Normalizer } from "../normalizer.ts";
import { awsCloudtrail } from "./aws-cloudtrail.ts";
import { azureActivity } from "./azure-activity.ts";
import { entraAudit } from "./entra-audit.ts";
import { entraSignin } from "./entra-signin.ts";
import { gcpAudit } from "./gcp-audit.ts";
import { kubernetesAudit } from "./kubernetes-audit.ts";

export const normalizers: readonly Normalizer[] = [awsCloudtrail, azureActivity, entraSignin, entraAudit, gcpAudit, kubernetesAudit];
