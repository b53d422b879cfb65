// All formats, in the order in which a record is offered to them. Static, so that they can be grepped and typed.
import type { Normalizer } from "../normalizer.ts";
import { awsCloudtrail } from "./aws-cloudtrail.ts";
import { gcpAudit } from "./gcp-audit.ts";
import { kubernetesAudit } from "./kubernetes-audit.ts";

export const normalizers: readonly Normalizer[] = [awsCloudtrail, gcpAudit, kubernetesAudit];
