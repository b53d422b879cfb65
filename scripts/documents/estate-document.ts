// docs/estate.md and docs/estate-attacks.md: what the generator writes, who lives in an estate, what happens there, from its registries.
import { z } from "zod";
import { attacks, standardAttacks } from "../../estate/attacks/registry.ts";
import { disturbances } from "../../estate/disturbances/registry.ts";
import type { EstateIdentity } from "../../estate/estate-document.ts";
import type { Label } from "../../estate/labels.ts";
import { layouts } from "../../estate/layouts/registry.ts";
import type { LineageEdge } from "../../estate/lineage-truth.ts";
import { personas } from "../../estate/personas/registry.ts";
import { generatedNote, markdownTable } from "./markdown.ts";

export function estateDocument(): string {
  return [
    "# Estates: logs of an invented organisation",
    generatedNote,
    introduction,
    "## What is written",
    markdownTable(["name", "content"], files),
    "A folder that is not empty is refused; `--force` replaces the estate in it and touches nothing else. The same seed and options give the same bytes and the same " +
      "times of files. More identities change no record of those that were there, and an attack by calls of its own changes no record beside it.",
    "## To test a product with it",
    testing,
    "## labels.jsonl",
    "One attack a line; times are ISO 8601, UTC.",
    fieldTable(labelFields),
    "## estate.json",
    "`version` is counted up when a seed gives other records than before. `identities` holds those below; `disturbances` what happened that was no attack (`disturbance`, " +
      "`start`, `end`, `identities`, `prose`, `says`); `layouts` the ways of delivery; `unplaced_attacks` what was ordered and fitted nobody.",
    fieldTable(identityFields),
    "## lineage.jsonl",
    "Who handed what to whom, each once.",
    fieldTable(lineageFields),
    "## Layouts",
    "How the records of a place become files. A file's time is that of its last delivery.",
    markdownTable(
      ["layout", "what", "a file holds", "packing"],
      Object.entries(layouts).map(([id, { says, periodMs, packing }]) => [id, says, `${periodMs / 60_000} min`, packing]),
    ),
    "## Who lives in it",
    `${personas.length} personas. Shares are weights: twice the share, twice the identities. A persona is left out where one of its clouds is not asked for.`,
    markdownTable(
      ["persona", "clouds", "share", "what it is"],
      personas.map(({ id, providers, share, says }) => [id, providers.join(", "), String(share), says]),
    ),
    "## What happens that is no attack",
    "Nothing of it is labelled. How often: in 30 days of 600 identities, on average; with fewer identities or days, less often.",
    markdownTable(
      ["disturbance", "clouds", "how often", "what it is"],
      disturbances.map(({ id, providers, perMonth, says }) => [id, providers.join(", "), String(perMonth), says]),
    ),
    "## Attacks",
    `[estate-attacks.md](estate-attacks.md): ${attacks.length} of them, with their parameters and with what an honest detector could and could not see.`,
    "## What is realistic, and what is not",
    realism,
    "",
  ].join("\n\n");
}

export function estateAttacksDocument(): string {
  return [
    "# Attacks of an estate",
    generatedNote,
    "`--attacks standard` places those marked so, in the sizes that are named; `--attacks drawn` as many of each, with numbers up to four times smaller or larger and all else " +
      "at random by the seed; `--attacks none` places none; `--attacks FILE` takes a YAML file: " +
      "[attacks.example.yaml](attacks.example.yaml). Each entry names an `attack`, and may give `start` (a moment within the estate), `count` (1 to 1000) and `parameters`. " +
      "Without `start` the seed picks a moment of the second half. No identity is the victim of two attacks; what fits nobody is named on standard error and in `estate.json`.",
    ...attacks.flatMap(({ id, technique, providers, says, visible, invisible, parameters }) => [
      `## ${id}`,
      `${says} ATT&CK ${technique}; needs logs of ${providers.length === 0 ? "any cloud" : providers.join(", ")}.`,
      `**Visible:** ${visible}`,
      `**Not visible:** ${invisible}`,
      parameterTable(parameters),
      standardSizes(id),
    ]),
    "",
  ].join("\n\n");
}

const introduction = `\`machinetrail estate --seed N --out DIR\` writes the audit logs of an invented organisation as AWS, Azure, Google Cloud and Kubernetes deliver them, with attacks in
them that are labelled event by event. It serves to measure detectors: ours, and other products.

    npm start -- estate --seed 1 --out /tmp/estate                                   # 600 identities, 45 days
    npm start -- estate --seed 1 --days 14 --identities 40 --out /tmp/small
    npm start -- estate --seed 1 --attacks docs/attacks.example.yaml --out /tmp/mine`;

const files = [
  ["`logs/`", "native records under the keys and names that each way of delivery uses: the only thing that a product under test should see"],
  ["`labels.jsonl`", "the attacks"],
  ["`estate.json`", "every identity with what it is for, and everything that happened and was no attack"],
  ["`lineage.jsonl`", "who issued what to whom"],
  ["`machinetrail.yaml`", "what an operator knows of the clusters and records do not say: `scan logs --config machinetrail.yaml`"],
  ["`INCOMPLETE`", "stands there while the estate is written, and stays when that was cut short"],
];

const testing = `- Feed \`logs/\` in the order of the files' times: records come late, twice and out of order, as they do in life. \`scan --received-at file-time\` takes these times as reception.
- An alert finds an attack when it is raised on one of its \`identities\` between \`start\` and 24 hours after \`end\`. Everything else is a false alert, also on what
  \`disturbances\` lists.
- Tune on other seeds than those you report, and report the seeds.
- \`npm run bench -- detection --folder DIR/logs\` scores detectors on any folder with labels beside it: [benchmark.md](benchmark.md).`;

const labelFields: Readonly<Record<keyof Label, string>> = {
  id: "of this attack, unique in the estate: stolen-static-key-1",
  attack: "its kind, the name in estate-attacks.md",
  technique: "MITRE ATT&CK, v19",
  identities: "those on whom a finding counts, as `identity_uid`: the victims, and whoever made one of its calls",
  credential_uid: "credential of the first call as logs name it; empty where they do not",
  event_uids: "every record of it, by the id that the provider gives and our store keeps (`event_uid`)",
  start: "its first record",
  end: "its last record",
  size: "number of event_uids",
  parameters: "all of them, defaults filled in",
  prose: "what happens",
  visible: "what of it an honest detector could see",
  invisible: "what it could not, and why",
};

const identityFields: Readonly<Record<keyof EstateIdentity, string>> = {
  identity_uid: "the durable identity, by the rules of identity-rules.md",
  name: "what people call it",
  provider: "cloud that it belongs to",
  principal_type: "what the provider calls it",
  workload_type: "what truly runs behind it, whether or not records show it",
  is_machine: "false for people",
  account: "account, subscription, tenant, project or cluster",
  machine: "the machine that has this identity; several of one machine share it; empty for a cloud's own services and nodes",
  persona: "kind of machine, below; surroundings for services and nodes",
  purpose: "what it is for",
  schedule: "when it acts",
  created_at: "when it came to be; null: before the first day",
  events: "its records, those of attacks among them, each counted once",
  first_seen: "its first record; null where it did nothing",
  last_seen: "its last record",
};

const lineageFields: Readonly<Record<keyof LineageEdge, string>> = {
  subject_uid: "who received it or acted",
  issuer_uid: "who issued it, is stated as its issuer, or stood between",
  relation: "issued (a record of the issue), stated (by records of the use), delegated (acted through)",
  credential_uid: "what was issued; empty for the other relations",
};

const realism = `Realistic, and held by tests or measured:

- Every record is one that the normal scan stores, and resolves to the identity that made it; ids of issued credentials match between issue and use, across clouds.
- Members, agents, error codes and sizes follow real records; \`npm run bench -- realism --folder DIR/logs\` lays them beside real logs, field by field.
- Days differ in volume more than by chance alone, with working hours, weekends, holidays, a year's end and daylight saving where a persona has any.
- Of all records 4.5 % come up to six hours late, 0.5 % up to two days, and 0.3 % twice.

Not realistic:

- Addresses are from the block for benchmarks (198.18.0.0/15) and say nothing of countries or providers. Attackers come from its upper quarter
  (198.19.128.0/17): a product that learns this has learned the generator.
- Account ids are those of documentation. Names follow one scheme.
- Volumes are small: 60 to 90 records an identity and day on average. A real estate's chattiest identities make a thousand times as many.
- Machines do not wait for each other: where one fails, those that depend on it go on, but for what a disturbance does.
- One attack has one story. Attackers do not meet, do not learn from refusals beyond their script, and never take the same victim.
- Figures on an estate compare methods with each other. They do not say what a method finds in your logs.`;

function fieldTable(fields: Readonly<Record<string, string>>): string {
  return markdownTable(
    ["field", "meaning"],
    Object.entries(fields).map(([field, meaning]) => [`\`${field}\``, meaning]),
  );
}

/** A member of a strict object, as JSON Schema says it. */
const parameterSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown(),
  description: z.string().default(""),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
});
const parametersSchema = z.looseObject({ properties: z.record(z.string(), parameterSchema).default({}) });

function parameterTable(parameters: z.ZodType): string {
  const { properties } = parametersSchema.parse(z.toJSONSchema(parameters, { io: "input" }));
  if (Object.keys(properties).length === 0) return "No parameters.";
  return markdownTable(
    ["parameter", "values", "default", "meaning"],
    Object.entries(properties).map(([name, parameter]) => [
      `\`${name}\``,
      valuesOf(parameter),
      `\`${JSON.stringify(parameter.default)}\``,
      parameter.description,
    ]),
  );
}

function valuesOf({ type = "", enum: choices, minimum, exclusiveMinimum, maximum }: z.infer<typeof parameterSchema>): string {
  if (choices !== undefined) return choices.join(", ");
  const low = exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : minimum === undefined || minimum < -1e9 ? "" : `from ${minimum}`;
  const high = maximum === undefined || maximum > 1e9 ? "" : `to ${maximum}`;
  return [type === "integer" ? "whole number" : type, low, high].filter(Boolean).join(" ");
}

function standardSizes(id: string): string {
  const orders = standardAttacks.filter(({ attack }) => attack === id);
  if (orders.length === 0) return "Not in the standard set.";
  const sizes = orders.map(({ parameters }) =>
    Object.keys(parameters).length === 0 ? "with the defaults" : `with \`${JSON.stringify(parameters)}\``,
  );
  return `In the standard set ${orders.length === 1 ? "once" : `${orders.length} times`}: ${sizes.join("; ")}.`;
}
