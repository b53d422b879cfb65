// GET /openapi.json: every route with what it takes and answers. It says nothing of the configuration, so it needs no token.
import type { Route } from "../route.ts";

export const openapi: Route = {
  add: (server) => {
    server.get(
      "/openapi.json",
      {
        schema: {
          operationId: "openapi",
          tags: ["about"],
          summary: "This document.",
          security: [],
          response: { 200: { description: "An OpenAPI 3.1 document.", type: "object", additionalProperties: true } },
        },
      },
      async () => server.swagger(),
    );
  },
};
