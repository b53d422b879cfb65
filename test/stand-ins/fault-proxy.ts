// A proxy between a client and a stand-in that answers in its place, or breaks the connection: for faults that the stand-in itself cannot show.
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** `cutAfterBytes`: the real answer, but the connection breaks within its body. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | { readonly cutAfterBytes: number };

export interface FaultProxy {
  readonly url: string;
  /** Asked for each request, which waits for the answer; undefined lets it through. */
  fault: (asked: ProxiedRequest) => Fault | undefined | Promise<Fault | undefined>;
  stop(): Promise<void>;
}

export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const server = createServer((asked, answer) => void handle(asked, answer).catch(() => answer.destroy()));
  const handle = async (asked: IncomingMessage, answer: ServerResponse) => {
    const body = Buffer.concat((await asked.toArray()) as Buffer[]);
    const { method = "GET", url: path = "/", headers } = asked;
    const fault = await proxy.fault({ method, path, headers, body: body.toString("latin1") });
    if (fault !== undefined && "status" in fault) {
      answer.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    }
    const forwarded = request({ host: target.hostname, port: target.port, method, path, headers });
    forwarded.end(body);
    const [real] = (await once(forwarded, "response")) as [IncomingMessage];
    answer.writeHead(real.statusCode ?? 500, real.headers);
    answer.flushHeaders();
    let sentBytes = 0;
    for await (const chunk of real as AsyncIterable<Buffer>) {
      if (fault !== undefined && sentBytes >= fault.cutAfterBytes) {
        real.destroy();
        setTimeout(() => answer.destroy(), 20);
        return;
      }
      answer.write(chunk);
      sentBytes += chunk.length;
    }
    answer.end();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    fault: () => undefined,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
