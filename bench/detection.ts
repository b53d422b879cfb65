// npm run bench -- detection: estates from seeds, or a folder of logs with labels beside it, ingested by the normal path; detectors and
// comparators asked as of each hour; the measures printed and written as JSON, Markdown and SVG.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AlertSource } from "../detect/alert-source.ts";
import { ConfigError } from "../model/errors.ts";
import type { ReceivedAt } from "../pipeline/ingest-messages.ts";
import { comparators } from "./comparators/registry.ts";
import { curveFigure } from "./detection/curve-figure.ts";
import { markdownReport } from "./detection/markdown-report.ts";
import { isOurs, ourId, ours } from "./detection/ours.ts";
import { type DetectionReport, detectorReport, equalAlerts } from "./detection/report.ts";
import { dayMs, type FolderScore, scoreFolder } from "./detection/score-folder.ts";
import { machineLine } from "./machine.ts";

export interface DetectionOptions {
  /** Estates are made from seeds 1 to this number, unless there is a folder. */
  readonly seeds: number;
  readonly firstSeed: number;
  readonly identities: number;
  readonly days: number;
  /** Of estates that are made: none, standard, drawn, or a file. */
  readonly attacks: string;
  /** Logs with a labels.jsonl beside them, to be scored in place of estates. */
  readonly folder: string | undefined;
  /** Undefined: file time for what an estate wrote, event time for other folders, whose files' times are rarely those of delivery. */
  readonly receivedAt: ReceivedAt | undefined;
  readonly warmUpDays: number;
  /** Alerts a day that ours is asked for, once with each. */
  readonly budgets: readonly number[];
  /** Ids of the detectors to be asked. Undefined: ours and every comparator, which take most of the time. */
  readonly only: readonly string[] | undefined;
  /** Results go here, and what is needed meanwhile. */
  readonly outFolder: string;
  readonly command: string;
}

export async function benchDetection(options: DetectionOptions): Promise<void> {
  const detectors = detectorsNamed(options);
  mkdirSync(options.outFolder, { recursive: true });
  const scores: { name: string; score: FolderScore }[] = [];
  const names =
    options.folder === undefined ? Array.from({ length: options.seeds }, (_, place) => `seed ${options.firstSeed + place}`) : [options.folder];
  for (const [place, name] of names.entries()) {
    const logs = options.folder ?? madeEstate(options, options.firstSeed + place);
    const isEstate = existsSync(path.join(logs, "estate.json"));
    const score = await scoreFolder({
      logs,
      scratch: path.join(options.outFolder, "scratch"),
      receivedAt: options.receivedAt ?? (isEstate ? "file-time" : "event-time"),
      detectors,
      warmUpMs: options.warmUpDays * dayMs,
      checksPeeking: place === 0,
      onStep: (what) => console.error(`${name}: ${what}`),
    });
    scores.push({ name, score });
    if (options.folder === undefined) rmSync(logs, { recursive: true, force: true });
    // After each estate, so that a run of hours that is stopped leaves what it has.
    write(reportOf(options.command, scores, detectors), options.outFolder);
  }
  console.log(readFileSync(path.join(options.outFolder, reportFile), "utf8"));
  console.log(`Written: detection.json, ${reportFile}, detection.svg in ${options.outFolder}`);
}

/** Ours, from the smallest budget to the largest, and what others do. @throws ConfigError naming one that there is not. */
function detectorsNamed({ only: ids, budgets }: DetectionOptions): readonly AlertSource[] {
  const every = [...budgets.toSorted((left, right) => left - right).map(ours), ...comparators];
  const nameOf = ({ id }: AlertSource) => (isOurs(id) ? ourId : id);
  const unknown = ids?.find((id) => !every.some((detector) => nameOf(detector) === id));
  if (unknown !== undefined) throw new ConfigError(`--only: ${unknown} is none of ${[...new Set(every.map(nameOf))].join(", ")}`);
  return ids === undefined ? every : every.filter((detector) => ids.includes(nameOf(detector)));
}

/** Made by the command that users have, in a process of its own: the benchmark knows of an estate what its files say. */
function madeEstate({ outFolder, identities, days, attacks }: DetectionOptions, seed: number): string {
  const logs = path.join(outFolder, `estate-${seed}`);
  rmSync(logs, { recursive: true, force: true });
  const main = path.resolve(import.meta.dirname, "../cli/main.ts");
  const args = ["estate", "--seed", `${seed}`, "--days", `${days}`, "--identities", `${identities}`, "--out", logs, "--attacks", attacks];
  try {
    execFileSync(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  } catch (cause) {
    throw new ConfigError(`the estate of seed ${seed} could not be made, see above; or score a folder of logs with --folder`, { cause });
  }
  return logs;
}

function reportOf(
  command: string,
  scores: readonly { readonly name: string; readonly score: FolderScore }[],
  detectors: readonly AlertSource[],
): DetectionReport {
  const runsById = new Map(detectors.map(({ id }) => [id, scores.flatMap(({ score }) => score.runs.get(id) ?? [])]));
  return {
    machine: machineLine(),
    command,
    estates: scores.map(({ name, score }) => ({
      name,
      stored: score.stored,
      rejected: score.rejected,
      attacks: [...score.runs.values()][0]?.attacks.length ?? 0,
      from: new Date(score.moments.fromMs).toISOString(),
      to: new Date(score.moments.toMs).toISOString(),
    })),
    detectors: detectors.map((detector) => {
      const seconds = scores.reduce((total, { score }) => total + (score.secondsByDetector.get(detector.id) ?? 0), 0);
      return detectorReport(detector, runsById.get(detector.id) ?? [], seconds);
    }),
    equalAlerts: equalAlerts(runsById),
  };
}

const reportFile = "detection.md";

function write(report: DetectionReport, folder: string): void {
  const files = {
    "detection.json": `${JSON.stringify(report, null, 2)}\n`,
    [reportFile]: markdownReport(report),
    "detection.svg": curveFigure(report.detectors),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
}
