// The receiver of the benchmark of alerts, in a thread of its own: receivers are other programs, and do not stand in a sender's way.
import { createServer } from "node:http";
import { parentPort } from "node:worker_threads";

/** When each finding arrived for the first time: milliseconds of the epoch, with fractions. */
const arrivedMs = new Map<string, number>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const uid = /"finding_info":\{"uid":"([0-9a-f]{16})"/.exec(Buffer.concat(chunks).toString())?.[1] ?? "";
    if (!arrivedMs.has(uid)) arrivedMs.set(uid, performance.timeOrigin + performance.now());
    response.writeHead(204).end();
  });
});

/** "count": how many there are so far; "all": which. */
parentPort?.on("message", (asked) => parentPort?.postMessage(asked === "count" ? arrivedMs.size : arrivedMs));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  parentPort?.postMessage(typeof address === "object" && address !== null ? address.port : 0);
});
