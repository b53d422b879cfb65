// `verify-digests`: whether CloudTrail's log files are as they were delivered, by the digests that AWS signed.
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Command, Option } from "commander";
import { ConfigError } from "../../model/errors.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import type { Column } from "../output/section.ts";
import { formatCount } from "../output/time-text.ts";
import { ProgressLine } from "../progress.ts";
import { count } from "../scan-report.ts";

interface VerifyDigestsCommandOptions extends GlobalOptions {
  readonly from?: number;
  readonly to?: number;
  readonly keys?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly role?: string;
  readonly externalId?: string;
}

const defaultSpanMs = 7 * 86_400_000;

export function addVerifyDigests(program: Command, invocation: Invocation): void {
  program
    .command("verify-digests")
    .description(
      "check CloudTrail's log files against the digests that AWS signed: hashes, signatures, the chain, gaps; ends with 3 where something does not hold",
    )
    .argument("<where>", "s3://bucket/prefix, or a folder with a copy of it")
    .addOption(new Option("--from <time>", "from a day or a time, UTC (default: seven days before --to)").argParser(momentOf("start")))
    .addOption(new Option("--to <time>", "to a day or a time, UTC (default: now)").argParser(momentOf("end")))
    .option("--keys <file>", "public keys: what `aws cloudtrail list-public-keys` prints, or PEM (default: CloudTrail is asked)")
    .option("--region <region>", "region of the bucket (default: AWS_REGION)")
    .option("--endpoint <url>", "address of S3, where it is not AWS's own")
    .option("--role <arn>", "role to assume")
    .addOption(new Option("--external-id <id>", "external id that the role asks for"))
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (where: string, _, command: Command) => verify(where, command.optsWithGlobals<VerifyDigestsCommandOptions>(), invocation));
}

const afterHelp = `Examples:
  machinetrail verify-digests s3://example-trail/AWSLogs/ --region eu-west-1 --from 2026-11-01
  machinetrail verify-digests copy-of-the-bucket --keys public-keys.json
Credentials are those that AWS's own tools use. A copy in a folder holds no signatures, which S3 keeps beside the object: there each digest but the
last is checked by what the next one holds, and the last by a file NAME.signature beside it. Log files that no digest names are told too.
Ends with 0 where all holds, 3 where something does not, 1 where there is no digest or the bucket cannot be read.`;

async function verify(where: string, options: VerifyDigestsCommandOptions, invocation: Invocation): Promise<void> {
  const { environment, workingFolder } = invocation.surroundings;
  const toMs = options.to ?? invocation.nowMs;
  const fromMs = options.from ?? toMs - defaultSpanMs;
  if (fromMs >= toMs) throw new ConfigError("verify-digests: --from must be before --to");
  const { verifyDigests } = await import("../../pipeline/verify-digests.ts");
  const progress = new ProgressLine(invocation.terminal, options.quiet === true || options.output !== "table");
  const { trails, problems, totalProblems } = await verifyDigests({
    ...{ where, workingFolder, fromMs, toMs },
    keys: options.keys === undefined ? undefined : { text: readKeys(path.resolve(workingFolder, options.keys), options.keys), name: options.keys },
    region: options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION,
    ...{ endpoint: options.endpoint, roleArn: options.role, externalId: options.externalId },
    onProgress: (digests, logFiles) => progress.show(() => `Checking  ${formatCount(digests)} digests  ${formatCount(logFiles)} log files`),
  }).finally(() => progress.clear());
  if (totalProblems > 0) invocation.exitCode = exitCodes.doesNotHold;
  await invocation.answer(
    {
      main: "problems",
      sections: [
        { id: "trails", title: "Trails", columns: trailColumns, rows: trails.map(trailRow), whenEmpty: "" },
        {
          id: "problems",
          title: totalProblems === 0 ? "What does not hold" : `What does not hold (${formatCount(totalProblems)})`,
          columns: problemColumns,
          rows: problems.map((problem) => ({ ...problem })),
          whenEmpty: "Nothing: every digest is signed by CloudTrail, the chain is whole, and every log file is as it was delivered.",
          ...(totalProblems > problems.length ? { note: `${count(problems.length, "problem")} of ${formatCount(totalProblems)}.` } : {}),
        },
      ],
    },
    options,
  );
}

function trailRow(trail: Awaited<ReturnType<typeof import("../../pipeline/verify-digests.ts").verifyDigests>>["trails"][number]) {
  const { account, region, firstMs, lastMs } = trail;
  return {
    ...{ account, region, trail: trail.trail },
    first_ms: Number.isFinite(firstMs) ? firstMs : undefined,
    last_ms: Number.isFinite(lastMs) ? lastMs : undefined,
    ...{ digests: trail.digests, valid_digests: trail.validDigests, log_files: trail.logFiles, intact_log_files: trail.intactLogFiles },
  };
}

function readKeys(file: string, shown: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`--keys ${shown}: cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

const trailColumns: readonly Column[] = [
  { key: "account", title: "account", kind: "id" },
  { key: "region", title: "region", kind: "text" },
  { key: "trail", title: "trail", kind: "id" },
  { key: "first_ms", title: "from", kind: "time" },
  { key: "last_ms", title: "to", kind: "time" },
  { key: "digests", title: "digests", kind: "count" },
  { key: "valid_digests", title: "valid", kind: "count" },
  { key: "log_files", title: "log files", kind: "count" },
  { key: "intact_log_files", title: "intact", kind: "count" },
];

const problemColumns: readonly Column[] = [
  { key: "kind", title: "what", kind: "text" },
  { key: "reason", title: "why", kind: "text" },
  { key: "object", title: "file", kind: "id" },
  { key: "detail", title: "detail", kind: "text" },
];
