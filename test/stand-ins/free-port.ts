// Ports of 127.0.0.1 that nobody listens on, for stand-ins that must be told theirs.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below those that systems hand out to whoever asks for any (from 32768 on, or 49152): between the look and the stand-in's own start nobody is given one of
 * these. Each of vitest's workers has its own thousand; two runs on one machine begin at different ones of it.
 */
const portsAWorker = 1000;
const firstOfWorker = 20_000 + portsAWorker * (Number(process.env.VITEST_POOL_ID ?? 0) % 10);
let handedOut = randomInt(portsAWorker);

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < portsAWorker; tries++) {
    const port = firstOfWorker + (handedOut++ % portsAWorker);
    if (await isFree(port)) return port;
  }
  throw new Error("no free port on 127.0.0.1");
}

/** All different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
