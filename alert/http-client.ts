// The one way out over HTTP, for all sinks: it checks the address that it connects to, follows no redirect, and bounds what it reads and waits for.
import { Agent, buildConnector, type Dispatcher } from "undici";
import { PermanentError, TransientError } from "../model/errors.ts";
import { type AddressGuard, addressGuard } from "./address-guard.ts";
import { checkLiteral, guardedLookup, type ResolveHost } from "./guarded-socket.ts";

export interface HttpClientOptions {
  /** Host names, addresses and networks that may be reached though they are not public. */
  readonly allowHosts: readonly string[];
  /** Of one request: from the name look-up to the last byte. Default: 15 s. */
  readonly timeoutMs?: number;
  /** Of an answer; what comes after is not read. Default: 64 KiB. */
  readonly mostAnswerBytes?: number;
  /** Certificate authorities in place of the system's, PEM. */
  readonly authorities?: readonly string[];
  /** Takes secrets out of what receivers say, before anybody cuts it. Default: there are none. */
  readonly clean?: (text: string) => string;
  /** How names become addresses. Default: as the system does it. */
  readonly resolve?: ResolveHost;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; of a repeated one the first value. */
  readonly headers: Readonly<Record<string, string>>;
  /** To the limit; what came where the connection broke. Without secrets. */
  readonly body: string;
  /** False where the answer was longer than the limit, too slow, or broken off: the status stands all the same. */
  readonly isWhole: boolean;
}

export interface HttpRequest {
  readonly method?: "POST" | "PUT" | "GET";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal: AbortSignal;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly isWhole: boolean;
}

const usualTimeoutMs = 15_000;
const usualAnswerBytes = 64 * 1024;
/** Connections to one receiver: more would not make it faster. */
const connectionsAHost = 16;

export class HttpClient {
  readonly #agent: Agent;
  readonly #timeoutMs: number;
  readonly #mostAnswerBytes: number;
  readonly #clean: (text: string) => string;

  constructor(options: HttpClientOptions) {
    const { allowHosts, timeoutMs = usualTimeoutMs, mostAnswerBytes = usualAnswerBytes, clean = (text) => text } = options;
    this.#clean = clean;
    this.#timeoutMs = timeoutMs;
    this.#mostAnswerBytes = mostAnswerBytes;
    this.#agent = new Agent({
      connect: guardedConnector(addressGuard(allowHosts), options),
      connections: connectionsAHost,
      pipelining: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxHeaderSize: 32 * 1024,
      keepAliveTimeout: 10_000,
    });
  }

  /**
   * One request, one try. Redirects are answers as others.
   * @throws PermanentError where the address may not be reached or the certificate is not trusted, TransientError where no status came. Messages
   * name the host and never the path or the query, which may be secrets.
   */
  async send({ method = "POST", url, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
    const { host, origin, pathname, search } = new URL(url);
    const exchange = new Exchange(this.#mostAnswerBytes);
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      exchange.stop();
    }, this.#timeoutMs);
    const stop = (): void => exchange.stop();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      this.#agent.dispatch({ origin, path: `${pathname}${search}`, method, headers: { ...headers }, body: body ?? null }, exchange);
      const answer = await exchange.answer;
      return { ...answer, headers: firstValues(answer.headers), body: this.#clean(answer.body) };
    } catch (cause) {
      if (signal.aborted) throw new TransientError(`${host}: stopped`, { cause });
      if (isLate) throw new TransientError(`${host}: no answer within ${this.#timeoutMs / 1000} s`, { cause });
      throw connectionError(cause, host);
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener("abort", stop);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** Connects to the address that was checked, and to no other: a name is resolved once, here. */
function guardedConnector(guard: AddressGuard, { timeoutMs = usualTimeoutMs, authorities, resolve }: HttpClientOptions): buildConnector.connector {
  const connect = buildConnector({
    timeout: Math.min(timeoutMs, 10_000),
    ...(authorities !== undefined && { ca: [...authorities] }),
    // Sessions would be taken up again without the certificate being looked at.
    maxCachedSessions: 0,
    lookup: guardedLookup(guard, resolve),
  });
  return (options, callback) => {
    try {
      checkLiteral(guard, options.hostname);
    } catch (refused) {
      return callback(refused instanceof Error ? refused : new PermanentError(`${options.hostname}: refused`), null);
    }
    connect(options, callback);
  };
}

/**
 * Hands one request to the agent. What the answer says is kept to the limit; once its status is there, a body that breaks off, is too slow or too long
 * changes nothing of it. Undici's own `request` makes streams of bodies, which costs as much again as all else of a small request.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<RawAnswer>;
  readonly #mostBytes: number;
  readonly #settled = Promise.withResolvers<RawAnswer>();
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status: Pick<RawAnswer, "status" | "headers"> | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.answer = this.#settled.promise;
  }

  /** Nothing more is waited for. */
  stop(): void {
    this.#stopped = new Error("stopped");
    this.#controller?.abort(this.#stopped);
    this.#end(this.#stopped);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped !== undefined) controller.abort(this.#stopped);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: RawAnswer["headers"]): void {
    if (status >= 200) this.#status = { status, headers };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // Copied: what is cut off would be held with it.
    this.#chunks.push(Buffer.from(chunk.subarray(0, this.#mostBytes - this.#size)));
    this.#size += chunk.length;
    if (this.#size <= this.#mostBytes) return;
    const tooLong = new Error("the answer is too long");
    this.#end(tooLong);
    controller.abort(tooLong);
  }

  onResponseEnd(): void {
    this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(error);
  }

  /** The first end counts. */
  #end(failure?: Error): void {
    if (this.#status === undefined) this.#settled.reject(failure ?? new Error("no answer"));
    else this.#settled.resolve({ ...this.#status, body: Buffer.concat(this.#chunks).toString("utf8"), isWhole: failure === undefined });
  }
}

function firstValues(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat()[0] ?? ""]])));
}

/** Of any protocol: what the system says, for whoever reads the list of deliveries. */
export function connectionError(cause: unknown, host: string): Error {
  if (cause instanceof PermanentError || cause instanceof TransientError) return cause;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (/^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED)/.test(code))
    return new PermanentError(`${host}: its certificate is not trusted (${code}); ca_file of the sink names an authority of your own`, { cause });
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return new TransientError(`${host}: no address is known for this name (${code})`, { cause });
  return new TransientError(`${host}: the connection failed${code === "" ? "" : ` (${code})`}`, { cause });
}
