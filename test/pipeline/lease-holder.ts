// A process that writes checkpoints under a lease for as long as it holds it, and says so line by line: started by lease.test.ts.
// Told by SIGUSR2 it stops as SIGSTOP would, at the point that its last argument names: from outside nobody could tell what it was in the act of.
// Arguments: the URL of the store, the length of the lease in milliseconds, its name, where to stop ("between" two writes; "within" one, before it is sent).
import { underLease } from "../../pipeline/lease.ts";
import { pause } from "../../runtime/pause.ts";
import { openServerStore } from "../../storage/engines/server.ts";
import type { Store } from "../../storage/store.ts";
import { timeText } from "../../storage/time-text.ts";

const [url = "", leaseMs = "1000", name = "test", stopsAt = ""] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
let isToldToStop = false;
process.on("SIGUSR2", () => {
  isToldToStop = true;
});

function stopIfTold(point: string): void {
  if (!isToldToStop || point !== stopsAt) return;
  isToldToStop = false;
  say("stops");
  process.kill(process.pid, "SIGSTOP");
}

const server = await openServerStore(url);
const store: Store = {
  ...server,
  insertRows: async (table, rows) => {
    if (table === "detection_checkpoints") stopIfTold("within");
    await server.insertRows(table, rows);
  },
  query: (query, parameters) => server.query(query, parameters),
};
await underLease({ store, name, leaseMs: Number(leaseMs), onWaiting: () => say("waiting") }, stop.signal, async (fenced, signal, { fence }) => {
  say(`holds ${fence}`);
  try {
    for (let key = 0; !signal.aborted; key++) {
      const row = {
        version: `${name} fence ${fence}`,
        bucket: 0,
        key: String(key),
        slot: 0,
        number: key,
        state: "",
        written_at: timeText(Date.now()),
      };
      await fenced.insertRows("detection_checkpoints", [row]);
      say("wrote");
      stopIfTold("between");
      await pause(20, signal);
    }
  } finally {
    say("ended");
  }
});
await server.close();
