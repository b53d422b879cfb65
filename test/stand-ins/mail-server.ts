// A small SMTP server on loopback (RFC 5321: as much as a client needs to hand over a mail), which refuses what it is told to. It keeps what it took.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

export interface MailServer {
  readonly port: number;
  /** As they came, headers and text. */
  readonly mails: string[];
  /** What it answers to a step of the protocol in place of its usual word: MAIL, RCPT, DATA, "." (the end of the text), or "" (its greeting). */
  refuse(step: string, answer: string): void;
  /** It hears and says nothing from now on. */
  hang(): void;
  /** It says that there is more to come, over and over, and never the end of it. */
  babble(): void;
  accept(): void;
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const mails: string[] = [];
  const refusals = new Map<string, string>();
  const sockets = new Set<Socket>();
  let isHanging = false;
  let isBabbling = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    const babble = (): void => {
      if (socket.destroyed) return;
      socket.write("250-more\r\n");
      setTimeout(babble, 10);
    };
    const say = (step: string, usual: string): void => {
      if (isBabbling && step !== "") babble();
      else if (!isHanging) socket.write(`${refusals.get(step) ?? usual}\r\n`);
    };
    let text = "";
    let isData = false;
    say("", "220 mail.example ESMTP");
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (;;) {
        const end = isData ? text.indexOf("\r\n.\r\n") : text.indexOf("\r\n");
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (isData ? 5 : 2));
        if (isData) {
          isData = false;
          if (!refusals.has(".")) mails.push(part);
          say(".", "250 queued");
          continue;
        }
        const step = part.slice(0, 4).toUpperCase();
        isData = step === "DATA" && !refusals.has("DATA");
        say(step, step === "DATA" ? "354 go on" : step === "QUIT" ? "221 bye" : "250 mail.example");
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the mail server has no port");
  return {
    port: address.port,
    mails,
    refuse: (step, answer) => void refusals.set(step, answer),
    hang: () => {
      isHanging = true;
    },
    babble: () => {
      isBabbling = true;
    },
    accept: () => {
      isHanging = false;
      isBabbling = false;
      refusals.clear();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
