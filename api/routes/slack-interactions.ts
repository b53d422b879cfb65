// POST /slack/interactions: the choices that a message in Slack offers, as Slack posts them. Whoever may click there decides; that it comes from
// Slack is shown by its signature over the raw body.
import { headerOf } from "../push/push-route.ts";
import { Refusal } from "../refusal.ts";
import type { Route } from "../route.ts";
import { undecided } from "./decision.ts";

const bodyLimitBytes = 262_144;

export const slackInteractions: Route = {
  add: (server, { decisions }) => {
    server.post(
      "/slack/interactions",
      {
        bodyLimit: bodyLimitBytes,
        schema: {
          operationId: "slack-interactions",
          tags: ["findings"],
          summary: "Interactivity of the Slack app: the request URL.",
          security: [{ slackSignature: [] }],
          body: { content: { "application/x-www-form-urlencoded": { schema: { type: "object", properties: { payload: { type: "string" } } } } } },
          response: {
            200: { description: "The decision is kept, or it was none of ours.", type: "object", properties: { decided: { type: "boolean" } } },
            401: {
              description: "It is not signed by Slack, not of now, or was taken already.",
              type: "object",
              properties: { error: { type: "string" } },
            },
            404: { description: "There is no such finding.", type: "object", properties: { error: { type: "string" } } },
            503: { description: "The store does not answer at present.", type: "object", properties: { error: { type: "string" } } },
          },
        },
      },
      async (request) => {
        const body = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
        const timestamp = headerOf(request, "x-slack-request-timestamp");
        const refusal = decisions.slackRefusal({ timestamp, signature: headerOf(request, "x-slack-signature"), body });
        if (refusal !== undefined) throw new Refusal(401, refusal);
        return { decided: (await decisions.decideBySlack(body).catch(undecided)) !== undefined };
      },
    );
  },
};
