// npm run bench -- NAME [--option value]: one command a benchmark. Corpora and stores go outside the repository.
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ConfigError } from "../model/errors.ts";
import { receivedAtChoices } from "../pipeline/ingest-messages.ts";
import { benchAlerts } from "./alerts.ts";
import { benchDetectCost } from "./detect-cost.ts";
import { benchDetectExtremes } from "./detect-extremes.ts";
import { usualBudget } from "./detection/ours.ts";
import { benchDetection } from "./detection.ts";
import { benchEstate } from "./estate.ts";
import { benchHostileScans } from "./hostile-scans.ts";
import { benchIngest } from "./ingest.ts";
import { benchLive } from "./live.ts";
import { benchPush } from "./push.ts";
import { benchQueries } from "./queries.ts";
import { benchRealism } from "./realism.ts";
import { benchTeaching } from "./teaching.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: "string" },
    seed: { type: "string", default: "1" },
    folder: { type: "string" },
    workers: { type: "string" },
    tenths: { type: "boolean", default: false },
    seeds: { type: "string", default: "5" },
    identities: { type: "string", default: "600" },
    days: { type: "string", default: "45" },
    minutes: { type: "string", default: "120" },
    hours: { type: "string", default: "24" },
    "asked-from": { type: "string", default: "0.5" },
    "warm-up-days": { type: "string", default: "14" },
    "received-at": { type: "string" },
    only: { type: "string" },
    budget: { type: "string", default: `${usualBudget}` },
    attacks: { type: "string", default: "standard" },
    out: { type: "string" },
    senders: { type: "string", default: "16" },
    seconds: { type: "string", default: "300" },
    rate: { type: "string", default: "1000" },
    flood: { type: "string", default: "100000" },
    partitions: { type: "string", default: "4" },
    gzip: { type: "boolean", default: false },
    samples: { type: "string", default: "../shared/samples" },
  },
});

const usage = `usage: npm run bench -- ingest  [--records 1000000] [--seed 1] [--workers N] [--tenths] [--folder DIR]
       npm run bench -- hostile-scans [--folder DIR]
       npm run bench -- queries [--records 10000000] [--seed 1] [--folder DIR]
       npm run bench -- estate [--seed 1] [--identities 600] [--days 45]
       npm run bench -- detection [--seeds 5] [--seed 1] [--identities 600] [--days 45] [--warm-up-days 14] [--attacks none|standard|drawn|FILE] [--budget 10,...] [--only ID,...] [--out DIR]
       npm run bench -- detection --folder LOGS [--received-at file-time|event-time] [--warm-up-days 14] [--only ID,...] [--out DIR]
       npm run bench -- detect-cost [--records 50000000] [--identities 3000] [--minutes 120] [--folder DIR]
       npm run bench -- detect-extremes [--records 10000000] [--identities 1000000] [--hours 24] [--folder DIR]
       npm run bench -- live [--records 1000000] [--hours 24] [--seconds 300] [--asked-from 0.5] [--partitions 4] [--gzip] [--seed 1] [--folder DIR]
       npm run bench -- push [--records 200000] [--senders 16] [--gzip] [--seed 1]
       npm run bench -- alerts [--rate 1000] [--seconds 30] [--flood 100000] [--folder DIR]
       npm run bench -- teaching [--seed 1]
       npm run bench -- realism --folder LOGS [--samples REAL-LOGS]`;

const [name] = positionals;
const seed = Number(values.seed);
const scratch = path.join(tmpdir(), "machinetrail-bench");
const folder = values.folder ?? scratch;
if (name === "ingest")
  await benchIngest({ seed, records: Number(values.records ?? 1_000_000), folder, workers: values.workers, tenths: values.tenths });
else if (name === "hostile-scans") await benchHostileScans(folder);
else if (name === "alerts")
  await benchAlerts({
    ...{ rate: Number(values.rate), flood: Number(values.flood), folder },
    seconds: process.argv.includes("--seconds") ? Number(values.seconds) : 30,
  });
else if (name === "queries") await benchQueries({ seed, records: Number(values.records ?? 10_000_000), folder });
else if (name === "detect-cost")
  await benchDetectCost({
    records: Number(values.records ?? 50_000_000),
    identities: Number(process.argv.includes("--identities") ? values.identities : 3000),
    minutes: Number(values.minutes),
    folder,
  });
else if (name === "detect-extremes")
  await benchDetectExtremes({
    records: Number(values.records ?? 10_000_000),
    identities: Number(process.argv.includes("--identities") ? values.identities : 1_000_000),
    hours: Number(values.hours),
    folder,
  });
else if (name === "live") await live().catch(tell);
else if (name === "push")
  await benchPush({ seed, records: Number(values.records ?? 200_000), senders: Number(values.senders), isCompressed: values.gzip, folder });
else if (name === "teaching") benchTeaching(seed);
else if (name === "estate") await estate().catch(tell);
else if (name === "realism") await benchRealism({ folder: values.folder, samples: values.samples }).catch(tell);
else if (name === "detection") await detection().catch(tell);
else {
  console.error(usage);
  process.exitCode = 2;
}

async function live(): Promise<void> {
  checkNumbers(["seconds", "partitions", "hours"]);
  if (!/^(?:0(?:\.\d+)?|1)$/.test(values["asked-from"])) throw new ConfigError(`--asked-from: a part from 0 to 1, not ${values["asked-from"]}`);
  await benchLive({
    seed,
    records: Number(values.records ?? 1_000_000),
    hours: Number(values.hours),
    seconds: Number(values.seconds),
    askedFrom: Number(values["asked-from"]),
    partitions: Number(values.partitions),
    isCompressed: values.gzip,
    folder,
  });
}

async function estate(): Promise<void> {
  checkNumbers(["identities", "days"]);
  await benchEstate({ seed, identities: Number(values.identities), days: Number(values.days), folder });
}

async function detection(): Promise<void> {
  const receivedAt = receivedAtChoices.find((choice) => choice === values["received-at"]);
  if (values["received-at"] !== undefined && receivedAt === undefined)
    throw new ConfigError(`--received-at: one of ${receivedAtChoices.join(", ")}, not ${values["received-at"]}`);
  checkNumbers(["seeds", "identities", "days", "warm-up-days"]);
  await benchDetection({
    seeds: Number(values.seeds),
    firstSeed: seed,
    identities: Number(values.identities),
    days: Number(values.days),
    folder: values.folder,
    receivedAt,
    warmUpDays: Number(values["warm-up-days"]),
    attacks: values.attacks,
    budgets: budgets(),
    only: values.only?.split(","),
    outFolder: values.out ?? path.join(scratch, "detection"),
    command: `npm run bench -- ${process.argv.slice(2).join(" ")}`,
  });
}

function budgets(): number[] {
  if (!/^[1-9]\d{0,4}(,[1-9]\d{0,4})*$/.test(values.budget)) throw new ConfigError(`--budget: alerts a day, by commas, not ${values.budget}`);
  return [...new Set(values.budget.split(",").map(Number))];
}

function checkNumbers(options: readonly ("seeds" | "identities" | "days" | "hours" | "warm-up-days" | "seconds" | "partitions")[]): void {
  for (const option of options) {
    const isNumber = option === "warm-up-days" ? /^\d{1,4}$/ : /^[1-9]\d{0,6}$/;
    if (!isNumber.test(values[option])) throw new ConfigError(`--${option}: a whole number, not ${values[option]}`);
  }
}

/** What the user can mend is told without a stack. */
function tell(error: unknown): void {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
