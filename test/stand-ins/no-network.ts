// Preloaded into a process under test (node --import), its workers too: every connection, name look-up and datagram is refused, and
// written down in the file that MACHINETRAIL_TEST_ATTEMPTS names. It cannot see what native code does by itself.

import { Socket as DatagramSocket } from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

function refuse(what: string): () => never {
  return () => {
    const attempts = process.env.MACHINETRAIL_TEST_ATTEMPTS;
    if (attempts !== undefined) appendFileSync(attempts, `${what}\n`);
    throw new Error(`the network was tried: ${what}`);
  };
}

// All of http, https, http2, tls and fetch go through the socket's connect.
net.Socket.prototype.connect = refuse("connect");
net.Server.prototype.listen = refuse("listen");
DatagramSocket.prototype.bind = refuse("datagram");
DatagramSocket.prototype.send = refuse("datagram");
DatagramSocket.prototype.connect = refuse("datagram");
for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(holder)) {
    if (/^(?:lookup|lookupService|resolve\w*|reverse)$/.test(name)) Object.defineProperty(holder, name, { value: refuse(`dns ${name}`) });
  }
}
syncBuiltinESMExports();
