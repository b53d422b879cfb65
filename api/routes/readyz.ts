// GET /readyz: the store, each source and detection, each with its state. Whoever needs one part only (a load balancer in front of pushes needs no
// Kafka) asks for that part.
import type { Route } from "../route.ts";

const readinessSchema = {
  type: "object",
  required: ["ready", "parts"],
  properties: {
    ready: { type: "boolean", description: "Of all parts that were asked for." },
    parts: {
      type: "array",
      items: {
        type: "object",
        required: ["part", "ready", "state"],
        properties: {
          part: { type: "string", description: "store, detection, or source:<id>" },
          ready: { type: "boolean" },
          state: { type: "string" },
          detail: { type: "string", description: "Why it is not ready." },
        },
      },
    },
  },
};

export const readyz: Route = {
  add: (server, { health }) => {
    server.get<{ Querystring: { part?: string | string[] } }>(
      "/readyz",
      {
        schema: {
          operationId: "readyz",
          tags: ["about"],
          summary: "Is each part ready?",
          description: "Without `part` all parts must be; with it, those that are named.",
          security: [],
          querystring: {
            type: "object",
            properties: {
              part: { type: "array", items: { type: "string" }, description: "store, detection, or source:<id>; may be given more than once." },
            },
          },
          response: {
            200: { description: "All that was asked for is ready.", ...readinessSchema },
            404: { description: "There is no such part.", type: "object", properties: { error: { type: "string" } } },
            503: { description: "Something that was asked for is not ready; its part says why.", ...readinessSchema },
          },
        },
      },
      async (request, reply) => {
        const asked = [request.query.part ?? []].flat();
        const parts = await health.readiness();
        const unknown = asked.find((name) => !parts.some(({ part }) => part === name));
        if (unknown !== undefined) return reply.code(404).send({ error: "there is no such part; GET /readyz lists them" });
        const told = parts.filter(({ part }) => asked.length === 0 || asked.includes(part));
        const ready = told.every(({ isReady }) => isReady);
        const body = told.map(({ part, isReady, state, detail }) => ({ part, ready: isReady, state, ...(detail !== "" && { detail }) }));
        return reply.code(ready ? 200 : 503).send({ ready, parts: body });
      },
    );
  },
};
