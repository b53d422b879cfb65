// Every kind of live source. A new one is a file beside this one and a line here.
import type { SourceType } from "../source-type.ts";
import { azureActivityList } from "./azure-activity-list.ts";
import { azureBlob } from "./azure-blob.ts";
import { cloudTrailLookup } from "./cloudtrail-lookup.ts";
import { eventHubsSourceType } from "./event-hubs.ts";
import { httpPush } from "./http-push.ts";
import { kafkaSourceType } from "./kafka.ts";
import { pubSub } from "./pubsub.ts";
import { s3Listing } from "./s3-listing.ts";
import { s3Queue } from "./s3-queue.ts";
import { watchedFiles } from "./watched-files.ts";

export const sourceTypes: readonly SourceType[] = [
  azureActivityList,
  azureBlob,
  cloudTrailLookup,
  eventHubsSourceType,
  httpPush,
  kafkaSourceType,
  pubSub,
  s3Listing,
  s3Queue,
  watchedFiles,
];
