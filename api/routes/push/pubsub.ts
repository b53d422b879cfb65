// Google's Pub/Sub push: a message a call, wrapped or not. Whoever pushes is known by the token that Google signs, not by one of ours.
import { plainAnswer, plainAnswerSchema } from "../../push/plain-answer.ts";
import { pushRoute } from "../../push/push-route.ts";

export const pubsub = pushRoute({
  name: "pubsub",
  summary: "Google Cloud Pub/Sub push.",
  description:
    "A push subscription with authentication, wrapped, or unwrapped where the payload is JSON. Its token's issuer, audience and service account are those of the source's `pubsub`.",
  mediaTypes: ["application/json", "application/octet-stream"],
  bodySchema: {
    type: "object",
    properties: {
      message: {
        type: "object",
        properties: {
          data: { type: "string", contentEncoding: "base64", description: "A log entry." },
          attributes: { type: "object", additionalProperties: { type: "string" } },
          messageId: { type: "string" },
          publishTime: { type: "string", format: "date-time" },
        },
      },
      subscription: { type: "string" },
    },
  },
  answerSchema: plainAnswerSchema,
  signIn: "pubsub",
  answer: plainAnswer,
});
