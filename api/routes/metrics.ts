// GET /metrics: the text format of Prometheus.
import type { Route } from "../route.ts";

export const metrics: Route = {
  add: (server, { health }) => {
    server.get(
      "/metrics",
      {
        schema: {
          operationId: "metrics",
          tags: ["about"],
          summary: "Figures for Prometheus.",
          security: [],
          response: { 200: { description: "Prometheus' text format.", content: { "text/plain": { schema: { type: "string" } } } } },
        },
      },
      // A text would be written as JSON: bytes are sent as they are.
      async (_, reply) => reply.type(health.metricsType).send(Buffer.from(await health.metrics())),
    );
  },
};
