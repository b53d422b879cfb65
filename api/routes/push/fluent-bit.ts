// Fluent Bit's output `http`: format json (an array), json_lines or json_stream. A record is the object that its parser made, or a line in `log`.
import { plainAnswer, plainAnswerSchema } from "../../push/plain-answer.ts";
import { pushRoute } from "../../push/push-route.ts";

export const fluentBit = pushRoute({
  name: "fluent-bit",
  summary: "Fluent Bit, output http.",
  description: "Format json, json_lines or json_stream. Records that a parser made, or lines as text under `log` or `message`.",
  mediaTypes: ["application/json", "application/x-ndjson", "application/stream+json"],
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
