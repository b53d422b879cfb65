// An API destination of Amazon EventBridge: an event a call, CloudTrail's record as its detail. Its connection sends the token as an API key.
import { plainAnswer, plainAnswerSchema } from "../../push/plain-answer.ts";
import { pushRoute } from "../../push/push-route.ts";

export const eventbridge = pushRoute({
  name: "eventbridge",
  summary: "Amazon EventBridge API destination.",
  description: "The matched event as it is. Connection: API key, name `Authorization`, value `Bearer TOKEN`.",
  mediaTypes: ["application/json"],
  bodySchema: {
    type: "object",
    required: ["detail-type", "detail"],
    properties: {
      id: { type: "string" },
      "detail-type": { type: "string" },
      source: { type: "string" },
      detail: { type: "object", additionalProperties: true },
    },
  },
  answerSchema: plainAnswerSchema,
  signIn: "bearer",
  answer: plainAnswer,
});
