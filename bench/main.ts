// npm run bench -- NAME [--option value]: one command a benchmark. Corpora and stores go outside the repository.
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { benchIngest } from "./ingest.ts";
import { benchQueries } from "./queries.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: "string" },
    seed: { type: "string", default: "1" },
    folder: { type: "string", default: path.join(tmpdir(), "machinetrail-bench") },
    workers: { type: "string" },
  },
});

const usage = `usage: npm run bench -- ingest  [--records 1000000] [--seed 1] [--workers N] [--folder DIR]
       npm run bench -- queries [--records 10000000] [--seed 1] [--folder DIR]`;

const [name] = positionals;
const seed = Number(values.seed);
if (name === "ingest") await benchIngest({ seed, records: Number(values.records ?? 1_000_000), folder: values.folder, workers: values.workers });
else if (name === "queries") await benchQueries({ seed, records: Number(values.records ?? 10_000_000), folder: values.folder });
else {
  console.error(usage);
  process.exitCode = 2;
}
