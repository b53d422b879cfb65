// All layouts by the name that places in the world give. Static, so that they can be grepped and typed.
import { aksDiagnostics } from "./aks-diagnostics.ts";
import { azureBlob } from "./azure-blob.ts";
import { cloudtrailS3 } from "./cloudtrail-s3.ts";
import { gcpStorage } from "./gcp-storage.ts";
import { kubernetesLog } from "./kubernetes-log.ts";
import { kubernetesShipped } from "./kubernetes-shipped.ts";

export const layouts = {
  "aks-diagnostics": aksDiagnostics,
  "azure-blob": azureBlob,
  "cloudtrail-s3": cloudtrailS3,
  "gcp-storage": gcpStorage,
  "kubernetes-log": kubernetesLog,
  "kubernetes-shipped": kubernetesShipped,
} as const;

export type LayoutId = keyof typeof layouts;
