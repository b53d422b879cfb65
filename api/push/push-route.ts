// What is common to all that is pushed: who sends it, how much of it there is, that it is on disk before it is acknowledged. What differs
// between providers (how a caller signs in, what of a body is a record, the shape of the answer) is one PushRoute each, in routes/push/.
import type { FastifyReply, FastifyRequest } from "fastify";
import { TransientError } from "../../model/errors.ts";
import { inflateBody, lookForRecords } from "../../pipeline/pushed-body.ts";
import { Refusal } from "../refusal.ts";
import type { ApiContext, Route } from "../route.ts";
import type { BodyShare } from "./body-budget.ts";
import { bearerToken, checkIngestToken } from "./ingest-token.ts";

/** "whole": the body as it came, with its records found by shape. Otherwise each one is a message of its own. */
type Contents = "whole" | readonly Buffer[];

/** What a provider wants to read: JSON, or bytes of the stated type. */
interface Shaped {
  readonly body: object;
  readonly mediaType?: string;
}

interface Answer extends Shaped {
  readonly status: number;
}

interface Refused {
  readonly status: number;
  readonly message: string;
}

interface ShapedRefusal extends Shaped {
  /** Where a provider takes the usual one for something else. */
  readonly status?: number;
}

export interface PushRoute {
  /** Stands in quarantine, and in the path where `path` does not say otherwise. */
  readonly name: string;
  /** Behind /push/<source>/. */
  readonly path?: string;
  readonly summary: string;
  readonly description: string;
  readonly mediaTypes: readonly string[];
  /** As OpenAPI has it. */
  readonly bodySchema: object;
  /** A media type that is taken beside them: bytes that `bodySchema` does not describe, which is answered in its own kind. */
  readonly binaryMediaType?: string;
  readonly answerSchema: object;
  readonly signIn: SignIn;
  /** @throws Refusal where the body is not what this provider sends. Without it, the body is taken as a whole. */
  readonly contentsOf?: (body: Buffer, request: FastifyRequest) => Contents;
  /** A body that asks for something else than to be stored (a handshake), with its answer. */
  readonly handshake?: (body: Buffer, request: FastifyRequest) => Answer | undefined;
  readonly answer: (request: FastifyRequest) => Answer;
  readonly refusal?: (refused: Refused, request: FastifyRequest) => ShapedRefusal;
}

/** How a caller shows a token: by which header, or as what cannot be a header. */
export type SignIn = "bearer" | "firehose-access-key" | "bearer-or-query" | "pubsub";

export const securityOf: Readonly<Record<SignIn, readonly Record<string, readonly string[]>[]>> = {
  bearer: [{ ingestToken: [] }],
  "firehose-access-key": [{ firehoseAccessKey: [] }],
  "bearer-or-query": [{ ingestToken: [] }, { queryToken: [] }],
  pubsub: [{ pubsubToken: [] }],
};

export function pushRoute(route: PushRoute): Route {
  return {
    add: (server, context) => {
      server.route({
        method: "POST",
        url: `/push/:source/${route.path ?? route.name}`,
        bodyLimit: context.http.maxBodyBytes,
        schema: schemaOf(route),
        onRequest: async (request, reply) => {
          await signIn(route.signIn, request, context);
          checkMedia(route, request);
          admit(request, reply, context);
        },
        handler: async (request, reply) => {
          const share = takeShare(request);
          try {
            const { status, ...shaped } = await take(route, request, share, context);
            return sendShaped(reply.code(status), shaped);
          } finally {
            share.release();
          }
        },
        errorHandler: (error, request, reply) => refuse(error, reply, (refused) => route.refusal?.(refused, request)),
      });
    },
  };
}

/** @throws Refusal unless the caller may write as the source that the path names. */
export async function signIn(way: SignIn, request: FastifyRequest, { push, http, pubsubTokens }: ApiContext): Promise<void> {
  const { socket } = request.raw;
  if (http.tls?.clientCa !== undefined && !("authorized" in socket && socket.authorized === true))
    throw new Refusal(401, "a client certificate is needed", { endsConnection: true });
  const bearer = bearerToken(request.headers.authorization);
  const id = sourceOf(request);
  if (way === "pubsub") return pubsubTokens.check(bearer, push.source(id)?.pubsub);
  if (way === "firehose-access-key") return checkIngestToken(headerOf(request, "x-amz-firehose-access-key"), id, push.sources);
  const query = way === "bearer-or-query" ? queryOf(request, "token") : "";
  checkIngestToken(bearer === "" ? query : bearer, id, push.sources);
}

function sourceOf({ params }: FastifyRequest): string {
  return textMember(params, "source");
}

function queryOf({ query }: FastifyRequest, name: string): string {
  return textMember(query, name);
}

export function headerOf({ headers }: FastifyRequest, name: string): string {
  return textMember(headers, name);
}

function textMember(object: unknown, name: string): string {
  if (typeof object !== "object" || object === null || !Object.hasOwn(object, name)) return "";
  const value: unknown = Reflect.get(object, name);
  return typeof value === "string" ? value : "";
}

function checkMedia(route: PushRoute, request: FastifyRequest): void {
  const given = mediaTypeOf(request);
  const taken = mediaTypesOf(route);
  if (!taken.includes(given))
    throw new Refusal(415, `the content type must be ${taken.join(" or ")}${given === "" ? "" : ", not what was sent"}`, { endsConnection: true });
  if (encodingOf(request) === "unknown") throw new Refusal(415, "the content encoding must be gzip, zstd or none", { endsConnection: true });
}

/** As it was stated, without its parameters. */
export function mediaTypeOf({ headers }: FastifyRequest): string {
  return (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function mediaTypesOf({ mediaTypes, binaryMediaType }: PushRoute): readonly string[] {
  return binaryMediaType === undefined ? mediaTypes : [...mediaTypes, binaryMediaType];
}

function encodingOf(request: FastifyRequest): "gzip" | "zstd" | undefined | "unknown" {
  const given = headerOf(request, "content-encoding").trim().toLowerCase();
  if (given === "" || given === "identity") return undefined;
  return given === "gzip" || given === "zstd" ? given : "unknown";
}

/** Of requests whose body is still on its way. */
const shares = new WeakMap<FastifyRequest, BodyShare>();

/** Before a byte of the body is read. */
function admit(request: FastifyRequest, reply: FastifyReply, { http, bodies, push }: ApiContext): void {
  // Gone while it was looked up who it is: nothing would give its share back.
  if (reply.raw.destroyed) throw tooMuchAtOnce();
  const stated = Number(request.headers["content-length"] ?? http.maxBodyBytes);
  if (stated > http.maxBodyBytes)
    throw new Refusal(413, `the body is larger than ${http.maxBodyBytes} bytes; send less at once`, { endsConnection: true });
  const share = bodies.open(sourceOf(request), stated, { hasOthers: push.sources.length > 1 });
  if (share === undefined) throw tooMuchAtOnce();
  shares.set(request, share);
  reply.raw.once("close", () => {
    if (shares.delete(request)) share.release();
  });
}

/**
 * From now on the share is the handler's to release, and not the connection's: a sender that hangs up does not free what is being inflated,
 * or waits for the disk.
 */
function takeShare(request: FastifyRequest): BodyShare {
  const share = shares.get(request);
  // The sender is gone already.
  if (share === undefined) throw tooMuchAtOnce();
  shares.delete(request);
  return share;
}

function tooMuchAtOnce(): Refusal {
  return new Refusal(429, "too much is being sent at once", { retryAfterSeconds: 2, endsConnection: true });
}

async function take(route: PushRoute, request: FastifyRequest, share: BodyShare, context: ApiContext): Promise<Answer> {
  const { push } = context;
  const source = push.source(sourceOf(request));
  if (source === undefined) throw new Refusal(401, "a token of this source is needed");
  const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  // In protobuf, a request without anything in it has no bytes.
  if (sent.length === 0 && route.binaryMediaType !== mediaTypeOf(request)) throw new Refusal(400, "the body is empty");
  const encoding = encodingOf(request);
  const limits = { sizeBytes: context.http.maxInflatedBytes, reserve: (moreBytes: number) => share.grow(moreBytes) };
  const body = await inflateBody(sent, encoding === "unknown" ? undefined : encoding, limits);
  if (body === "damaged") throw new Refusal(400, `the body is no valid ${encoding ?? "gzip or zstd"} stream`);
  if (body === "too large")
    throw new Refusal(413, `the body inflates to more than ${context.http.maxInflatedBytes} bytes, or more than 200 times its size`);
  if (body === "no memory") throw tooMuchAtOnce();
  const handshake = route.handshake?.(body, request);
  if (handshake !== undefined) return handshake;
  const contents = route.contentsOf?.(body, request) ?? "whole";
  if (contents !== "whole") await push.accept(source, route.name, contents);
  // As it was sent where nothing is taken out of it: what is packed stays packed, and the spool lasts longer.
  else if (await holdsRecords(body)) await push.accept(source, route.name, [sent]);
  return route.answer(request);
}

/** False for an empty list. What can be read in part is taken whole: the rest of it goes to quarantine, with its reason. */
async function holdsRecords(body: Buffer): Promise<boolean> {
  const found = await lookForRecords(body);
  if (found === "records") return true;
  if (found !== "none") throw new Refusal(400, `no record can be read; the first, at byte ${found.offset}: ${found.reason}`);
  if (body.every((byte) => byte === 32 || byte === 9 || byte === 10 || byte === 13)) throw new Refusal(400, "the body is empty");
  return false;
}

/** `shaped`: where a provider wants to read something else than the usual. */
export function refuse(error: Error, reply: FastifyReply, shaped?: (refused: Refused) => ShapedRefusal | undefined): FastifyReply {
  const { status, message, retryAfterSeconds, endsConnection } = refusalOf(error);
  if (retryAfterSeconds !== undefined) reply.header("retry-after", String(retryAfterSeconds));
  if (status === 401) reply.header("www-authenticate", "Bearer");
  if (endsConnection) reply.header("connection", "close");
  const shape: ShapedRefusal = shaped?.({ status, message }) ?? { body: { error: message } };
  return sendShaped(reply.code(shape.status ?? status), shape);
}

function sendShaped(reply: FastifyReply, { body, mediaType }: Shaped): FastifyReply {
  return (mediaType === undefined ? reply : reply.type(mediaType)).send(body);
}

/** What the server says by itself is said in our words; what nobody foresaw is told to nobody outside. */
export function refusalOf(error: Error): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof TransientError) return new Refusal(503, error.message, { retryAfterSeconds: Math.ceil((error.retryAfterMs ?? 5000) / 1000) });
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  if (status === 413) return new Refusal(413, "the body is larger than is taken; send less at once", { endsConnection: true });
  if (status === 415) return new Refusal(415, "the content type is not one that is taken here", { endsConnection: true });
  if (status >= 400 && status < 500) return new Refusal(status, "the request is not valid HTTP for this path", { endsConnection: true });
  return new Refusal(500, "failed inside; the log says more");
}

function schemaOf(route: PushRoute): object {
  const content = Object.fromEntries(route.mediaTypes.map((type) => [type, { schema: route.bodySchema }]));
  const binary =
    route.binaryMediaType === undefined
      ? {}
      : { [route.binaryMediaType]: { schema: { description: "The same as bytes, as the provider defines them." } } };
  const answer = (description: string, schema: object) => ({ description, content: { "application/json": { schema }, ...binary } });
  return {
    operationId: `push-${route.name}`,
    tags: ["push"],
    summary: route.summary,
    description: route.description,
    security: securityOf[route.signIn],
    params: sourceParameter,
    ...(route.signIn === "bearer-or-query" && { querystring: tokenParameter }),
    body: { content: { ...content, ...binary } },
    response: {
      200: answer("All of it is on disk.", route.answerSchema),
      ...Object.fromEntries(Object.entries(refusals).map(([status, description]) => [status, answer(description, refusalSchema)])),
    },
  };
}

export const sourceParameter = {
  type: "object",
  required: ["source"],
  properties: { source: { type: "string", description: "Id of the source in the configuration." } },
};

export const tokenParameter = {
  type: "object",
  properties: { token: { type: "string", description: "The ingest token, where the sender can set no header." } },
};

const refusalSchema = { type: "object", properties: { error: { type: "string" } } };

const refusals = {
  400: "Nothing of the body can be read; the first record that cannot is named.",
  401: "The token is missing or not known, or a client certificate is.",
  403: "The token is of another source.",
  413: "The body is too large, as it was sent or inflated.",
  415: "The content type or encoding is not taken.",
  429: "Too much is being sent at once; Retry-After says when to come again.",
  503: "The spool is full or cannot be written; Retry-After says when to come again.",
};
