// npm run bench -- hostile-scans: inputs that are too large for a test, each scanned by a process of its own. What must hold stands beside each: the
// good records around it are stored, it is told or read, and memory stays bounded. It fails where a count is wrong.
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { createGzip, gzipSync } from "node:zlib";
import { machineLine } from "./machine.ts";
import { type MeasuredRun, runProgram } from "./measured-run.ts";

interface HostileInput {
  readonly name: string;
  readonly write: (folder: string) => void | Promise<void>;
  readonly stored: number;
  readonly rejected: number;
}

type Scan = MeasuredRun & { readonly rejected: Readonly<Record<string, number>> };

const mebibyte = 2 ** 20;

const inputs: readonly HostileInput[] = [
  {
    name: "a line of 600 MB between two records",
    write: (folder) => around(folder, (file) => repeat(file, '{"eventName":"', "A".repeat(mebibyte), 600, '"}')),
    stored: 2,
    rejected: 1,
  },
  {
    name: "5,000,000 arrays in one another between two records",
    write: (folder) => around(folder, (file) => repeat(file, '{"eventName":', "[".repeat(1_000_000), 5, `${"]".repeat(5_000_000)}}`)),
    stored: 2,
    rejected: 1,
  },
  {
    name: "ten lines of a megabyte of :// between two records",
    write: (folder) =>
      around(folder, (file) => {
        for (let line = 0; line < 10; line++) repeat(file, '{"eventName":"', "://".repeat(350_000), 1, line < 9 ? '"}\n' : '"}');
      }),
    stored: 2,
    rejected: 10,
  },
  {
    name: "an array of a million records in one line",
    write: (folder) => millionInOneLine(path.join(folder, "one-line.json")),
    stored: 1_000_000,
    rejected: 0,
  },
  { name: "100,000 files of a record each", write: manyFiles, stored: 100_000, rejected: 0 },
  { name: "1 GiB of zeros in 1 MiB of gzip beside two records", write: bomb, stored: 2, rejected: 1 },
];

export async function benchHostileScans(scratch: string): Promise<void> {
  console.log(machineLine());
  const folder = path.join(scratch, "hostile-scans");
  const failed: string[] = [];
  for (const { name, write, stored, rejected } of inputs) {
    rmSync(folder, { recursive: true, force: true });
    const logs = path.join(folder, "logs");
    mkdirSync(logs, { recursive: true });
    await write(logs);
    const run = await runProgram<Scan>([path.join(import.meta.dirname, "scan-measured.ts"), logs, path.join(folder, "store"), `${stored}`]);
    const reasons = Object.entries(run.rejected).map(([reason, count]) => `${count} rejected (${reason})`);
    const outcome = [`${run.rows} stored`, ...reasons].join(", ");
    console.log(
      `${name}: ${outcome}; ${run.seconds.toFixed(1)} s, ${run.cpuSeconds.toFixed(1)} s of CPU, peak ${(run.peakBytes / 1e6).toFixed(0)} MB`,
    );
    const told = Object.values(run.rejected).reduce((sum, count) => sum + count, 0);
    if (run.rows !== stored || told !== rejected) failed.push(`${name}: ${stored} stored and ${rejected} rejected were expected`);
  }
  rmSync(folder, { recursive: true, force: true });
  if (failed.length > 0) throw new Error(failed.join("\n"));
}

/** A CloudTrail record of a role; `number` tells its event apart. */
function record(number: number): string {
  const time = new Date(Date.UTC(2026, 9, 1) + number * 1000).toISOString().replace(".000", "");
  return `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:job","arn":"arn:aws:sts::111122223333:assumed-role/job/run","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE${number % 1000}","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::111122223333:role/job","accountId":"111122223333","userName":"job"}}},"eventTime":"${time}","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"10.0.0.${number % 250}","userAgent":"aws-cli/2.13.22","requestParameters":{"bucketName":"reports","key":"part-${number}"},"eventID":"00000000-0000-4000-8000-${`${number}`.padStart(12, "0")}","eventType":"AwsApiCall","recipientAccountId":"111122223333"}`;
}

function around(folder: string, between: (file: number) => void): void {
  const file = openSync(path.join(folder, "three-lines.jsonl"), "w");
  writeSync(file, `${record(0)}\n`);
  between(file);
  writeSync(file, `\n${record(1)}\n`);
  closeSync(file);
}

function repeat(file: number, before: string, part: string, times: number, after: string): void {
  writeSync(file, before);
  for (let index = 0; index < times; index++) writeSync(file, part);
  writeSync(file, after);
}

function millionInOneLine(name: string): void {
  const file = openSync(name, "w");
  writeSync(file, '{"Records":[');
  for (let first = 0; first < 1_000_000; first += 1000) {
    const part = Array.from({ length: 1000 }, (_, index) => record(first + index)).join(",");
    writeSync(file, first === 0 ? part : `,${part}`);
  }
  writeSync(file, "]}");
  closeSync(file);
}

function manyFiles(folder: string): void {
  for (let number = 0; number < 100_000; number++) {
    const hour = path.join(folder, `${Math.floor(number / 1000)}`);
    if (number % 1000 === 0) mkdirSync(hour);
    writeFileSync(path.join(hour, `${number}.json`), record(number));
  }
}

async function bomb(folder: string): Promise<void> {
  writeFileSync(path.join(folder, "a.json.gz"), gzipSync(record(0)));
  writeFileSync(path.join(folder, "c.json.gz"), gzipSync(record(1)));
  const packed: Buffer[] = [];
  const gzip = createGzip({ level: 9 }).on("data", (chunk: Buffer) => packed.push(chunk));
  const ended = new Promise((resolve) => gzip.once("end", resolve));
  const zeros = Buffer.alloc(mebibyte);
  for (let index = 0; index < 1024; index++) if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once("drain", resolve));
  gzip.end();
  await ended;
  writeFileSync(path.join(folder, "b.json.gz"), Buffer.concat(packed));
}
