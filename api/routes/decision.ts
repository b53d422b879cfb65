// POST /findings/<id>/decision: what `finding ID --state` does, for who holds a token for it. The token's name is who decided.
import { TransientError } from "../../model/errors.ts";
import { UndecidableError } from "../../pipeline/decide-finding.ts";
import { bearerToken } from "../push/ingest-token.ts";
import { parsedBody } from "../push/parsed-body.ts";
import { Refusal } from "../refusal.ts";
import type { Route } from "../route.ts";

/** A reason has 2,000 characters at most. */
const bodyLimitBytes = 16_384;

export const decision: Route = {
  add: (server, { decisions }) => {
    server.post(
      "/findings/:finding/decision",
      {
        bodyLimit: bodyLimitBytes,
        schema: {
          operationId: "decide-finding",
          tags: ["findings"],
          summary: "Decide about a finding: it is what detection learns from.",
          security: [{ decisionToken: [] }],
          params: { type: "object", required: ["finding"], properties: { finding: { type: "string", description: "Id of the finding, whole." } } },
          body: { content: { "application/json": { schema: requestSchema } } },
          response: { 200: { description: "It is kept.", ...answerSchema }, ...refusals },
        },
        onRequest: async ({ headers }) => {
          if (decisions.deciderOf(bearerToken(headers.authorization)) === undefined)
            throw new Refusal(401, "a token of one who may decide is needed", { endsConnection: true });
        },
      },
      async (request, reply) => {
        const by = decisions.deciderOf(bearerToken(request.headers.authorization)) ?? "";
        const decided = await decisions
          .decide(findingOf(request.params), parsedBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)), by)
          .catch(undecided);
        if (!("decision" in decided)) throw new Refusal(400, decided.join("; "));
        const { finding_uid, state, decided_by, reason } = decided.decision;
        return reply.send({ finding_uid, state, decided_by, reason, taught: decided.taught });
      },
    );
  },
};

function findingOf(params: unknown): string {
  const finding: unknown = typeof params === "object" && params !== null ? Reflect.get(params, "finding") : undefined;
  return typeof finding === "string" ? finding : "";
}

/** What nobody could decide is told to whoever asked; that something failed is too, and why is for the log. */
export function undecided(error: unknown): never {
  if (error instanceof UndecidableError) throw new Refusal(error.isUnknown ? 404 : 400, error.message);
  if (error instanceof TransientError)
    throw new Refusal(503, "the store does not answer at present; decide again later", { retryAfterSeconds: 5, cause: error });
  throw error;
}

const requestSchema = {
  type: "object",
  required: ["state"],
  additionalProperties: false,
  properties: {
    state: { type: "string", enum: ["open", "acknowledged", "benign", "confirmed", "muted"] },
    reason: { type: "string", maxLength: 2000, description: "Needed for benign, confirmed and muted." },
    muted_until: { type: "string", format: "date-time", description: "Needed for muted, and for no other." },
  },
};

const answerSchema = {
  type: "object",
  properties: {
    finding_uid: { type: "string" },
    state: { type: "string" },
    decided_by: { type: "string" },
    reason: { type: "string" },
    taught: { type: "array", items: { type: "string" }, description: "What counts as usual from now on; empty but for benign." },
  },
};

const refusal = { type: "object", properties: { error: { type: "string" } } };
const refusals = {
  400: { description: "The decision is half or none, or a mute that is over already.", ...refusal },
  401: { description: "The token is missing or not known.", ...refusal },
  404: { description: "There is no such finding.", ...refusal },
  503: { description: "The store does not answer at present; Retry-After says when to come again.", ...refusal },
};
