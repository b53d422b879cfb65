// Vector's sink `http` with the codec json: an array of events, or one a line. A record is the event itself, or the text in its `message`.
import { plainAnswer, plainAnswerSchema } from "../../push/plain-answer.ts";
import { pushRoute } from "../../push/push-route.ts";

export const vector = pushRoute({
  name: "vector",
  summary: "Vector, sink http.",
  description: "Codec json, framed as an array or by newlines. Events that were parsed, or lines as text under `message`.",
  mediaTypes: ["application/json", "application/x-ndjson"],
  bodySchema: {
    oneOf: [
      { type: "array", items: { type: "object", additionalProperties: true } },
      { type: "object", additionalProperties: true },
    ],
  },
  answerSchema: plainAnswerSchema,
  signIn: "bearer",
  answer: plainAnswer,
});
