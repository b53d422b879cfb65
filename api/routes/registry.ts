// Every route of the server. A new one is a file in this folder and a line here.
import type { Route } from "../route.ts";
import { decision } from "./decision.ts";
import { healthz } from "./healthz.ts";
import { metrics } from "./metrics.ts";
import { openapi } from "./openapi.ts";
import { eventGrid, eventGridHandshake } from "./push/event-grid.ts";
import { eventbridge } from "./push/eventbridge.ts";
import { firehose } from "./push/firehose.ts";
import { fluentBit } from "./push/fluent-bit.ts";
import { kubernetesAudit } from "./push/kubernetes-audit.ts";
import { ndjson } from "./push/ndjson.ts";
import { otlp } from "./push/otlp.ts";
import { pubsub } from "./push/pubsub.ts";
import { vector } from "./push/vector.ts";
import { readyz } from "./readyz.ts";
import { slackInteractions } from "./slack-interactions.ts";

export const routes: readonly Route[] = [
  openapi,
  healthz,
  readyz,
  metrics,
  kubernetesAudit,
  pubsub,
  eventbridge,
  eventGrid,
  eventGridHandshake,
  firehose,
  fluentBit,
  vector,
  otlp,
  ndjson,
  decision,
  slackInteractions,
];
