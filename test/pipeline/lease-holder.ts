// A process that writes checkpoints under a lease for as long as it holds it, and says so line by line: started and stopped by lease.test.ts.
// Arguments: the URL of the store, the length of the lease in milliseconds.
import { underLease } from "../../pipeline/lease.ts";
import { pause } from "../../runtime/pause.ts";
import { openServerStore } from "../../storage/engines/server.ts";
import { timeText } from "../../storage/time-text.ts";

const [url = "", leaseMs = "1000"] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());

const store = await openServerStore(url);
await underLease(
  { store, name: "test", leaseMs: Number(leaseMs), onWaiting: () => say("waiting") },
  stop.signal,
  async (fenced, signal, { fence }) => {
    say(`holds ${fence}`);
    try {
      for (let key = 0; !signal.aborted; key++) {
        const row = { version: `fence ${fence}`, bucket: 0, key: String(key), slot: 0, number: key, state: "", written_at: timeText(Date.now()) };
        await fenced.insertRows("detection_checkpoints", [row]);
        say("wrote");
        await pause(20, signal);
      }
    } finally {
      say("ended");
    }
  },
);
await store.close();
