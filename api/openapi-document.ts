// What the OpenAPI document says beside the routes, which stand in it by their schemas: what this is, and the ways to sign in.
import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";

export const documentInfo: NonNullable<FastifyDynamicSwaggerOptions["openapi"]> = {
  openapi: "3.1.0",
  info: {
    title: "machinetrail",
    version: "1",
    description: "What is pushed to machinetrail. A push is answered with 2xx once it is on disk; what is refused is the sender's to send again.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  components: {
    securitySchemes: {
      ingestToken: { type: "http", scheme: "bearer", description: "An ingest token of the source: `machinetrail token create`." },
      firehoseAccessKey: {
        type: "apiKey",
        in: "header",
        name: "X-Amz-Firehose-Access-Key",
        description: "The ingest token as Firehose's access key.",
      },
      queryToken: { type: "apiKey", in: "query", name: "token", description: "The ingest token where no header can be set; proxies may log it." },
      decisionToken: { type: "http", scheme: "bearer", description: "A token of one who may decide: `http.decision_tokens`." },
      slackSignature: { type: "apiKey", in: "header", name: "X-Slack-Signature", description: "Slack's signature of the time and the body." },
      pubsubToken: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "JWT",
        description: "The token that Google signs for the subscription's service account and audience.",
      },
    },
  },
};
