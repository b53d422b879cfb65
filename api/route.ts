// What a route is to the server, and what it is given. A new one is a file in routes/ and a line in routes/registry.ts.
import type { FastifyInstance } from "fastify";
import type { DecisionDesk } from "../pipeline/decision-desk.ts";
import type { HttpConfig } from "../pipeline/http-config.ts";
import type { ProcessHealth } from "../pipeline/process-health.ts";
import type { PushIntake } from "../pipeline/push-intake.ts";
import type { BodyBudget } from "./push/body-budget.ts";
import type { PubsubTokens } from "./push/pubsub-token.ts";

/** One for a server. */
export interface ApiContext {
  readonly http: HttpConfig;
  readonly push: PushIntake;
  readonly bodies: BodyBudget;
  readonly pubsubTokens: PubsubTokens;
  readonly health: ProcessHealth;
  readonly decisions: DecisionDesk;
}

export interface Route {
  /** Adds one path, with its methods and a `schema` that says what it takes and answers: the OpenAPI document is made of that. */
  add(server: FastifyInstance, context: ApiContext): void;
}
