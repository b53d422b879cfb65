// A real HTTP server on loopback that receives alerts and behaves as it is told: as a test of a sink meets the world. It keeps what it was asked.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { TlsFiles } from "./self-signed.ts";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface CannedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers, or does with the connection what it likes. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse, socket: Socket) => CannedAnswer | undefined;

export interface HttpReceiver {
  /** http(s)://127.0.0.1:PORT */
  readonly url: string;
  readonly requests: ReceivedRequest[];
  behave(behaviour: Behaviour): void;
  /** Ends all connections that there are, as a power cut would. */
  drop(): void;
  close(): Promise<void>;
}

export async function startHttpReceiver(behaviour: Behaviour = () => ({ status: 200 }), tls?: TlsFiles): Promise<HttpReceiver> {
  const requests: ReceivedRequest[] = [];
  let current = behaviour;
  const receive = (incoming: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("error", () => undefined);
    incoming.on("end", () => {
      const request = {
        method: incoming.method ?? "",
        path: incoming.url ?? "",
        headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
        body: Buffer.concat(chunks).toString("utf8"),
      };
      requests.push(request);
      const answer = current(request, response, incoming.socket);
      if (answer === undefined) return;
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body ?? "");
    });
  };
  const server = tls === undefined ? createServer(receive) : createTlsServer(tls, receive);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${portOf(server)}`,
    requests,
    behave: (next) => {
      current = next;
    },
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver has no port");
  return address.port;
}
