// npm run bench -- realism: holds generated logs against real ones, log by log, and prints tables in Markdown.
import { existsSync } from "node:fs";
import { ConfigError } from "../model/errors.ts";
import type { FormatId } from "../model/identity-action.ts";
import { compareKinds, type Likeness, quantile } from "./realism/compare-shapes.ts";
import { type LogShapes, readGenerated, readReal } from "./realism/read-shapes.ts";
import { sampleFiles } from "./realism/real-samples.ts";

export async function benchRealism({ folder, samples }: { folder: string | undefined; samples: string }): Promise<void> {
  if (folder === undefined) throw new ConfigError("realism: name the folder of generated logs by --folder");
  for (const place of [folder, samples]) if (!existsSync(place)) throw new ConfigError(`realism: there is no ${place}`);
  console.log(report(await likenessByLog(folder, samples)));
}

export interface LogLikeness {
  readonly real: LogShapes;
  readonly cut: LogShapes;
  readonly generated: LogShapes;
  readonly byAction: Likeness;
  readonly byCaller: Likeness;
}

const nothing: LogShapes = { records: 0, sizes: [], byAction: new Map(), byCaller: new Map() };

export async function likenessByLog(folder: string, samples: string): Promise<ReadonlyMap<FormatId, LogLikeness>> {
  const [whole, cutDown] = [readReal(samples, "whole"), readReal(samples, "cut")];
  const made = await readGenerated(folder);
  const logs = [...made].sort(([left], [right]) => (left < right ? -1 : 1));
  return new Map(
    logs.map(([log, generated]) => {
      const [real, cut] = [whole.get(log) ?? nothing, cutDown.get(log) ?? nothing];
      const byAction = compareKinds(real.byAction, generated.byAction, cut.byAction);
      return [log, { real, cut, generated, byAction, byCaller: compareKinds(real.byCaller, generated.byCaller, cut.byCaller) }];
    }),
  );
}

function report(likeness: ReadonlyMap<FormatId, LogLikeness>): string {
  const lines = [
    "By action (the same call with the same end; without what tells the caller):",
    "",
    "| log | real records, whole and cut | generated | actions in both, of real ones | presence | kinds of values | always there, generated too | always generated, never real | size by action | bytes, p50 and p90: generated | real |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
  ];
  for (const [log, { real, cut, generated, byAction }] of likeness) {
    const { sharedKinds, realKinds, presence, kinds, alwaysThere, neverReal, sizeRatio } = byAction;
    const cells = [
      log,
      `${real.records}, ${cut.records}`,
      generated.records,
      `${sharedKinds} of ${realKinds}`,
      share(presence),
      share(kinds),
      share(alwaysThere),
    ];
    lines.push(row([...cells, share(neverReal), factor(sizeRatio), sizes(generated.sizes), sizes(real.sizes)]));
  }
  lines.push(
    "",
    "By kind of caller (whatever was called; without what belongs to the call):",
    "",
    "| log | kinds in both, of real ones | presence | kinds of values | always there, generated too | always generated, never real |",
    "|---|---|---|---|---|---|",
  );
  for (const [log, { byCaller }] of likeness) {
    const { sharedKinds, realKinds, presence, kinds, alwaysThere, neverReal } = byCaller;
    lines.push(row([log, `${sharedKinds} of ${realKinds}`, share(presence), share(kinds), share(alwaysThere), share(neverReal)]));
  }
  for (const [log, { byAction, byCaller }] of likeness)
    lines.push(...differences(`${log}, by action`, byAction), ...differences(`${log}, by caller`, byCaller));
  lines.push("", "| sample | counts as | what it is |", "|---|---|---|", ...sampleFiles.map(({ path, standing, why }) => row([path, standing, why])));
  return lines.join("\n");
}

function differences(title: string, { differences }: Likeness): string[] {
  if (differences.length === 0) return [];
  const rows = differences.map(({ kind, path, generated, real }) => row([kind, `\`${path}\``, share(generated), share(real)]));
  return ["", `${title}, where they differ most:`, "", "| kind | field | generated | real |", "|---|---|---|---|", ...rows];
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(" | ")} |`;
}

function share(value: number): string {
  return Number.isNaN(value) ? "none" : `${Math.round(value * 100)} %`;
}

function factor(value: number): string {
  return Number.isNaN(value) ? "none" : `x ${value.toFixed(2)}`;
}

function sizes(values: readonly number[]): string {
  return values.length === 0 ? "none" : `${quantile(values, 0.5)}, ${quantile(values, 0.9)}`;
}
