// All layouts by the name that places in the world give. Static, so that they can be grepped and typed.
import { aksDiagnostics } from "./aks-diagnostics.ts";
import { azureBlob } from "./azure-blob.ts";
import { azureRest } from "./azure-rest.ts";
import { cloudtrailS3 } from "./cloudtrail-s3.ts";
import { cloudWatchSubscription } from "./cloudwatch-subscription.ts";
import { elasticDocuments } from "./elastic-documents.ts";
import { eventHubCapture } from "./event-hub-capture.ts";
import { eventBridge } from "./eventbridge.ts";
import { gcpRead } from "./gcp-read.ts";
import { gcpStorage } from "./gcp-storage.ts";
import { kubernetesLog } from "./kubernetes-log.ts";
import { kubernetesShipped } from "./kubernetes-shipped.ts";
import { kubernetesWebhook } from "./kubernetes-webhook.ts";
import { logstashMessages } from "./logstash-messages.ts";
import { lookupEvents } from "./lookup-events.ts";
import { pubsubPush } from "./pubsub-push.ts";
import { sqsQueue } from "./sqs-queue.ts";

export const layouts = {
  "aks-diagnostics": aksDiagnostics,
  "azure-blob": azureBlob,
  "azure-rest": azureRest,
  "cloudtrail-s3": cloudtrailS3,
  "cloudwatch-subscription": cloudWatchSubscription,
  "elastic-documents": elasticDocuments,
  "event-hub-capture": eventHubCapture,
  eventbridge: eventBridge,
  "gcp-read": gcpRead,
  "gcp-storage": gcpStorage,
  "kubernetes-log": kubernetesLog,
  "kubernetes-shipped": kubernetesShipped,
  "kubernetes-webhook": kubernetesWebhook,
  "logstash-messages": logstashMessages,
  "lookup-events": lookupEvents,
  "pubsub-push": pubsubPush,
  "sqs-queue": sqsQueue,
} as const;

export type LayoutId = keyof typeof layouts;
