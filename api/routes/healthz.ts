// GET /healthz: the process lives and its event loop turns. It asks nobody else, so that no orchestrator restarts us for what is not ours to mend.
import type { Route } from "../route.ts";

export const healthz: Route = {
  add: (server) => {
    server.get(
      "/healthz",
      {
        schema: {
          operationId: "healthz",
          tags: ["about"],
          summary: "Does the process live?",
          security: [],
          response: { 200: { description: "It does.", type: "object", required: ["status"], properties: { status: { const: "alive" } } } },
        },
      },
      async () => ({ status: "alive" }),
    );
  },
};
