// A syslog receiver over TLS on loopback that reads frames by their length (RFC 5425), and breaks or hangs where it is told to.
import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer } from "node:tls";
import type { TlsFiles } from "./self-signed.ts";

export interface SyslogServer {
  readonly port: number;
  /** All whole ones, of all connections, in their order. @throws where a frame is not one. */
  messages(): string[];
  behave(how: "take" | "break" | "hang"): void;
  close(): Promise<void>;
}

export async function startSyslogServer(files: TlsFiles): Promise<SyslogServer> {
  const taken: Buffer[] = [];
  const sockets = new Set<Socket>();
  let how: "take" | "break" | "hang" = "take";
  const server = createServer({ ...files, allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    if (how === "hang") return;
    if (how === "break") {
      for (const raw of sockets) raw.resetAndDestroy();
      return;
    }
    socket.on("data", (chunk: Buffer) => taken.push(chunk));
    socket.on("end", () => socket.end());
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the syslog server has no port");
  return {
    port: address.port,
    messages: () => framesOf(Buffer.concat(taken)),
    behave: (next) => {
      how = next;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function framesOf(bytes: Buffer): string[] {
  const messages: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length = bytes.subarray(at, space).toString("latin1");
    if (!/^[1-9]\d{0,6}$/.test(length)) throw new Error(`not the length of a frame: ${length.slice(0, 40)}`);
    const end = space + 1 + Number(length);
    messages.push(bytes.subarray(space + 1, end).toString("utf8"));
    at = end;
  }
  return messages;
}
