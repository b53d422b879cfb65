// Records of any format that is read, one a line or in their usual envelopes: for whatever else can post.
import { plainAnswer, plainAnswerSchema } from "../../push/plain-answer.ts";
import { pushRoute } from "../../push/push-route.ts";

export const ndjson = pushRoute({
  name: "ndjson",
  summary: "Records, one a line.",
  description: "Any format that machinetrail reads, in any wrapping that it opens.",
  mediaTypes: ["application/x-ndjson", "application/jsonl", "application/json", "text/plain"],
  bodySchema: { type: "object", additionalProperties: true },
  answerSchema: plainAnswerSchema,
  signIn: "bearer",
  answer: plainAnswer,
});
