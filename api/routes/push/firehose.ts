// The HTTP endpoint of Amazon Data Firehose: records in base64, and an answer that must repeat the request's id. The shapes are those of
// AWS's "Understand HTTP endpoint delivery request and response specifications".
import type { FastifyRequest } from "fastify";
import { isObject } from "../../../model/json.ts";
import { checkRecordCount, parsedBody } from "../../push/parsed-body.ts";
import { headerOf, pushRoute } from "../../push/push-route.ts";
import { writtenValue } from "../../push/written-value.ts";
import { Refusal } from "../../refusal.ts";

export const firehose = pushRoute({
  name: "firehose",
  summary: "Amazon Data Firehose HTTP endpoint.",
  description:
    "CloudTrail events or CloudWatch Logs subscriptions, plain or gzip in each record. The access key of the stream is the ingest token. What is too large is answered with 400, since Firehose drops what it gets 413 for.",
  mediaTypes: ["application/json"],
  bodySchema: {
    type: "object",
    required: ["requestId", "timestamp", "records"],
    properties: {
      requestId: { type: "string" },
      timestamp: { type: "integer", description: "Milliseconds since the epoch." },
      records: { type: "array", items: { type: "object", required: ["data"], properties: { data: { type: "string", contentEncoding: "base64" } } } },
    },
  },
  answerSchema: {
    type: "object",
    required: ["requestId", "timestamp"],
    properties: { requestId: { type: "string" }, timestamp: { type: "integer" }, errorMessage: { type: "string" } },
  },
  signIn: "firehose-access-key",
  contentsOf: recordsOf,
  answer: (request) => ({ status: 200, ...stamped(request, {}) }),
  // After 413 it drops the records, and puts them into no backup bucket either; after anything else it tries again, and then does.
  refusal: ({ status, message }, request) => ({ status: status === 413 ? 400 : status, ...stamped(request, { errorMessage: message }) }),
});

/** As bytes: the content type has to be application/json, and an object would be sent with a charset behind it. */
function stamped(request: FastifyRequest, more: { readonly errorMessage?: string }): { body: Buffer; mediaType: string } {
  const answer = { requestId: headerOf(request, "x-amz-firehose-request-id"), timestamp: Date.now(), ...more };
  return { body: Buffer.from(JSON.stringify(answer)), mediaType: "application/json" };
}

function recordsOf(body: Buffer): readonly Buffer[] {
  const envelope = parsedBody(body);
  const records = isObject(envelope) && Array.isArray(envelope.records) ? envelope.records : undefined;
  if (records === undefined) throw new Refusal(400, "the body is no Firehose request: it has no list of records");
  checkRecordCount(records);
  // One without data goes on as it is: it ends in quarantine, beside its neighbours.
  return records.map((record) => {
    const data = isObject(record) ? record.data : undefined;
    return typeof data === "string" ? Buffer.from(data, "base64") : writtenValue(record);
  });
}
