// A webhook of Azure Event Grid, in its own schema or as CloudEvents. Before it delivers anything it asks whether the endpoint wants it: by an
// event that holds a code, or (CloudEvents) by OPTIONS, as "Endpoint validation" in Azure's documentation describes both.
import { arrayOf, isObject, type JsonObject, objectOf, textOf } from "../../../model/json.ts";
import { plainAnswer, plainAnswerSchema } from "../../push/plain-answer.ts";
import { headerOf, pushRoute, securityOf, signIn, sourceParameter, tokenParameter } from "../../push/push-route.ts";
import type { Route } from "../../route.ts";

const validationType = "Microsoft.EventGrid.SubscriptionValidationEvent";

export const eventGrid = pushRoute({
  name: "event-grid",
  summary: "Azure Event Grid webhook.",
  description:
    "Events of a subscription or resource group, in the Event Grid schema or CloudEvents 1.0. The token goes into a delivery header `Authorization`, or into the query where none can be set.",
  mediaTypes: ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"],
  bodySchema: {
    oneOf: [
      { type: "array", items: { type: "object", additionalProperties: true } },
      { type: "object", additionalProperties: true },
    ],
  },
  answerSchema: {
    ...plainAnswerSchema,
    required: [],
    properties: { ...plainAnswerSchema.properties, validationResponse: { type: "string", description: "The code of a validation event." } },
  },
  signIn: "bearer-or-query",
  handshake: (body) => {
    const code = validationCode(body);
    return code === "" ? undefined : { status: 200, body: { validationResponse: code } };
  },
  answer: plainAnswer,
});

/** Of a body that is one event, which asks for validation; empty for any other. */
function validationCode(body: Buffer): string {
  if (body.length > 65_536 || !body.includes(validationType)) return "";
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    const event = Array.isArray(parsed) && parsed.length === 1 ? asObject(arrayOf({ events: parsed }, "events")[0]) : undefined;
    return textOf(event, "eventType") === validationType ? textOf(objectOf(event, "data"), "validationCode") : "";
  } catch {
    return "";
  }
}

function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

export const eventGridHandshake: Route = {
  add: (server, context) => {
    server.options(
      "/push/:source/event-grid",
      {
        schema: {
          operationId: "push-event-grid-handshake",
          tags: ["push"],
          summary: "Abuse protection of CloudEvents 1.0: may this sender send?",
          security: securityOf["bearer-or-query"],
          params: sourceParameter,
          querystring: tokenParameter,
          response: { 200: { description: "It may; WebHook-Allowed-Origin and WebHook-Allowed-Rate say so.", type: "null" } },
        },
        onRequest: async (request) => signIn("bearer-or-query", request, context),
      },
      async (request, reply) => {
        const origin = headerOf(request, "webhook-request-origin");
        if (origin !== "") reply.header("webhook-allowed-origin", origin).header("webhook-allowed-rate", "*");
        return reply.code(200).send();
      },
    );
  },
};
