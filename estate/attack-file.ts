// `--attacks FILE`: which attacks, how often, when, with which parameters. Problems are told with line and column.
import { z } from "zod";
import { ConfigError } from "../model/errors.ts";
import { suggest } from "../runtime/suggest.ts";
import { formatYamlProblem, readYaml, type YamlFile, type YamlProblem } from "../runtime/yaml-file.ts";
import type { AttackOrder } from "./attacks/registry.ts";
import { attacks } from "./attacks/registry.ts";

const fileSchema = z.strictObject({
  attacks: z
    .array(
      z.strictObject({
        attack: z.string(),
        start: z.iso.datetime({ offset: true, error: "must be a moment such as 2026-11-20T02:00:00Z" }).optional(),
        count: z.int().min(1, "must be 1 to 1000").max(1000, "must be 1 to 1000").default(1),
        parameters: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .min(1, "needs at least one attack"),
});

export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

/** @throws ConfigError listing every problem with its place. `file` is what messages call it. */
export function parseAttackFile(text: string, file: string, period: Period): AttackOrder[] {
  const yaml = readYaml(text);
  const { values, problems } = yaml.check(fileSchema, "an attack file");
  if (values === undefined) throw problemsError(file, problems);
  const wrong: YamlProblem[] = [];
  const orders = values.attacks.flatMap(({ attack: id, start, count, parameters }, index) => {
    const attack = attacks.find((each) => each.id === id);
    if (attack === undefined) {
      wrong.push(unknownAttack(yaml, index, id));
      return [];
    }
    const startMs = start === undefined ? undefined : Date.parse(start);
    if (startMs !== undefined && (startMs < period.startMs || startMs >= period.endMs)) wrong.push(outside(yaml, index, period));
    const hasParameters = Object.keys(parameters).length > 0;
    const checked = hasParameters ? yaml.check(attack.parameters, `the parameters of ${id}`, ["attacks", index, "parameters"]) : { problems: [] };
    wrong.push(...checked.problems);
    const order = { attack: id, parameters, ...(startMs === undefined ? {} : { startMs }) };
    return Array.from({ length: count }, () => order);
  });
  if (wrong.length > 0) throw problemsError(file, wrong);
  return orders;
}

function unknownAttack(yaml: YamlFile, index: number, id: string): YamlProblem {
  const known = attacks.map((attack) => attack.id);
  const near = suggest(id, known);
  const hint = near === undefined ? `; known attacks are ${known.join(", ")}` : `; did you mean ${near}?`;
  const path = ["attacks", index, "attack"];
  return { ...yaml.placeOf(path), key: `attacks[${index}].attack`, message: `is no attack${hint}` };
}

function outside(yaml: YamlFile, index: number, { startMs, endMs }: Period): YamlProblem {
  const days = [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(0, 16));
  return {
    ...yaml.placeOf(["attacks", index, "start"]),
    key: `attacks[${index}].start`,
    message: `lies outside of the estate, ${days.join("Z to ")}Z`,
  };
}

function problemsError(file: string, problems: readonly YamlProblem[]): ConfigError {
  return new ConfigError(problems.map((problem) => formatYamlProblem(file, problem)).join("\n"));
}
