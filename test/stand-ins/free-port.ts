// Ports of 127.0.0.1 that nobody listens on, for stand-ins that must be told theirs.
import { once } from "node:events";
import { createServer } from "node:net";

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** All different: each is held until the last one is known. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  const ports: number[] = [];
  for (const probe of probes) {
    if (!probe.listening) await once(probe, "listening");
    const address = probe.address();
    if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
    ports.push(address.port);
  }
  for (const probe of probes) {
    probe.close();
    await once(probe, "close");
  }
  return ports;
}
