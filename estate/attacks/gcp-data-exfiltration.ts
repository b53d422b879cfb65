// An account that reads data as its work reads far more of it, and of buckets and tables that are not its own: at once, or an object
// an hour for weeks.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { bigQueryJob, storageObject } from "../calls/gcp.ts";
import { isGcpWay, type Way } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { GcpAccess } from "../identity.ts";
import { campaign, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

export const gcpDataExfiltration = defineAttack({
  id: "gcp-data-exfiltration",
  technique: "T1530",
  providers: ["gcp"],
  says: "With a service account somebody copies objects out of Cloud Storage and extracts tables by BigQuery jobs.",
  visible: "Reads far beyond the account's usual count, or, where slow, day after day objects of buckets that it never read; jobs that it never ran.",
  invisible:
    "The volume: storage.objects.get states no size, and what a query returns is in no member that every entry has. At one object an hour with the account's own agent and network no count stands out; in its own bucket nothing does.",
  parameters: z.strictObject({
    reads: z.int().min(3).max(100_000).default(400).describe("Objects read and jobs run."),
    hours: overHours.default(3).describe("Over how many hours; as many as reads: the slow variant, one an hour."),
    ownBuckets: z.boolean().default(false).describe("Whether only buckets are read that the account reads anyway."),
    mimics: mimicry.default("agent-and-network"),
    inVictimsHours,
  }),
  plan(planning, parameters): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const { reads, hours, ownBuckets, mimics, inVictimsHours: shadows } = parameters;
    const found = victim((way): way is Way<GcpAccess> => isGcpWay(way) && isStealable(way));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const seat = takeSeat(random, mimics, agents.gcloud(random, "gcloud.storage.cp"));
    const hold = steal(way, seat);
    const surroundings = new Surroundings(planning);
    const project = way.identity.account;
    const take = (_number: number, atMs: number, hour: Hour): void => {
      const access = hold(atMs, hour);
      if (!ownBuckets && surroundings.random.chance(0.05)) {
        hour.gcp(atMs, access, bigQueryJob(project, "europe-west1", `bquxjob_${surroundings.random.hex(8)}_${surroundings.random.hex(11)}`));
        return;
      }
      const bucket = surroundings.bucket(project, ownBuckets ? resident : undefined);
      const object = surroundings.storedObject(bucket);
      hour.gcp(atMs, access, storageObject(surroundings.random.chance(0.04) ? "list" : "get", project, bucket, object));
    };
    const steps = stepsAt(movesOver(random, reads, 0, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});
