// The HTTP server of `serve`: one listener with strict limits, and the routes of routes/registry.ts. Nobody is waited for longer than is set,
// and no number of clients takes more than is set.
import { Server as TlsServer } from "node:tls";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance } from "fastify";
import { ConfigError } from "../model/errors.ts";
import type { DecisionDesk } from "../pipeline/decision-desk.ts";
import type { HttpConfig } from "../pipeline/http-config.ts";
import type { ProcessHealth } from "../pipeline/process-health.ts";
import type { PushIntake } from "../pipeline/push-intake.ts";
import type { Log } from "../runtime/log.ts";
import { documentInfo } from "./openapi-document.ts";
import { BodyBudget } from "./push/body-budget.ts";
import { PubsubTokens } from "./push/pubsub-token.ts";
import { refusalOf, refuse } from "./push/push-route.ts";
import { routes } from "./routes/registry.ts";

export interface HttpServerOptions {
  readonly http: HttpConfig;
  /** The server closes it when it has answered what it took. */
  readonly push: PushIntake;
  readonly health: ProcessHealth;
  readonly decisions: DecisionDesk;
  readonly log: Log;
}

export interface HttpServer {
  /** Where it listens: the port where none was asked for. */
  readonly url: string;
  /** Another certificate, for connections that begin from now on. @throws where it is none. */
  renew(tls: NonNullable<HttpConfig["tls"]>): void;
  /** Takes nothing new, answers what it took, and returns; who has not sent all of it within ten seconds is cut off. */
  close(): Promise<void>;
}

/** @throws ConfigError where the address cannot be had, or the certificate is none. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { http, push, log } = options;
  const server = createServer(options);
  try {
    await server.ready();
    const url = await server.listen({ host: http.host, port: http.port });
    if (http.tls === undefined && !/^(?:localhost|::1|127\..*)$/.test(http.host))
      log.warn({ url }, "tokens come in clear over the network: set `http.tls`, or let only a proxy that does reach this address");
    return {
      url,
      renew: (tls) => {
        if (server.server instanceof TlsServer) server.server.setSecureContext(tlsOptions(tls));
      },
      close: async () => {
        const late = setTimeout(() => server.server.closeAllConnections(), closingMs);
        await server.close();
        clearTimeout(late);
        await push.close();
      },
    };
  } catch (cause) {
    await server.close();
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new ConfigError(`http.listen ${http.host}:${http.port}: ${sentences[code ?? ""] ?? message}`, { cause });
  }
}

/** Of the 25 s that `serve` has to end in. */
const closingMs = 10_000;

/** Of a request to no route: before it is known who sends it, nobody's body is kept in memory. A route that takes more says how much. */
const bodyLimitBytes = 1024;

const sentences: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use by another process",
  EACCES: "needs a right that this process does not have; ports below 1024 do",
  EADDRNOTAVAIL: "is no address of this machine",
};

function createServer({ http, push, health, decisions, log }: HttpServerOptions): FastifyInstance {
  const timeouts = {
    headersTimeout: http.headersTimeoutMs,
    requestTimeout: http.requestTimeoutMs,
    // How often Node looks for who is too slow.
    connectionsCheckingInterval: Math.min(1000, http.headersTimeoutMs / 2),
    maxHeaderSize: 16_384,
  };
  const options = {
    bodyLimit: bodyLimitBytes,
    requestTimeout: http.requestTimeoutMs,
    keepAliveTimeout: http.keepAliveMs,
    // A connection on which nothing moves, whoever waits for whom.
    connectionTimeout: http.requestTimeoutMs + http.keepAliveMs,
    forceCloseConnections: "idle" as const,
    routerOptions: { maxParamLength: 64 },
  };
  const server: FastifyInstance =
    http.tls === undefined ? Fastify({ ...options, http: timeouts }) : Fastify({ ...options, https: { ...timeouts, ...tlsOptions(http.tls) } });
  server.server.maxConnections = http.maxConnections;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
  // Schemas are what the document is made of; what is checked, is checked where it is read.
  server.setValidatorCompiler(() => () => true);
  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  server.setErrorHandler((error: Error, _, reply) => refuse(error, reply));
  server.setNotFoundHandler((_, reply) => reply.code(404).send({ error: "there is nothing at this path; GET /openapi.json says what there is" }));
  let isClosing = false;
  server.addHook("preClose", async () => {
    isClosing = true;
  });
  // Otherwise a connection that was busy then would be waited for as long as it may stay idle.
  server.addHook("onSend", async (_, reply) => {
    if (isClosing) reply.header("connection", "close");
  });
  server.addHook("onResponse", async (request, reply) => health.countAnswer(request.routeOptions.url, reply.statusCode));
  server.addHook("onError", async (request, _, error) => {
    const { status, cause } = refusalOf(error);
    const failure = cause instanceof Error ? cause : error;
    if (status === 500 || cause !== undefined) log.error({ route: request.routeOptions.url, error: failure.stack }, "a request failed");
  });
  server.register(swagger, { openapi: documentInfo });
  server.register(async (scope) => {
    const context = { http, push, health, decisions, bodies: new BodyBudget(http.maxPendingBytes), pubsubTokens: new PubsubTokens() };
    for (const route of routes) route.add(scope, context);
  });
  return server;
}

/** Whether a client's certificate is needed is for each route to say: a probe of health has none. */
function tlsOptions({ certificate, key, clientCa }: NonNullable<HttpConfig["tls"]>): object {
  return {
    cert: certificate,
    key,
    minVersion: "TLSv1.2",
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: false }),
  };
}
