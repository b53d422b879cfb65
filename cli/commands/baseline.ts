// `baseline ID`: what an identity's normal is: purpose, rhythm, values, credentials, lineage, peers; what changed in it; and a contract of it.
import { type Command, Option } from "commander";
import type { Baseline, BaselineChanges, Known } from "../../pipeline/baseline/baseline.ts";
import { heatStrip } from "../../pipeline/baseline/rhythm.ts";
import { lineageDown } from "../../queries/lineage-down.ts";
import { lineageUp } from "../../queries/lineage-up.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import type { Answer, Column, Row, Section } from "../output/section.ts";
import { formatTime } from "../output/time-text.ts";
import { count } from "../scan-report.ts";
import { findIdentity } from "./find-identity.ts";
import { parseLimit } from "./identities.ts";
import { restsOn } from "./identity.ts";

interface BaselineOptions extends GlobalOptions {
  readonly diff?: number;
  readonly export?: true;
  readonly limit: number;
}

export function addBaseline(program: Command, invocation: Invocation): void {
  program
    .command("baseline")
    .description("show what is normal for one identity: purpose, rhythm, actions, resources, networks, agents, credentials, peers")
    .argument("<id>", "its id, its name, a second id, or a part that fits one identity only")
    .addOption(
      new Option("--diff <day>", "what changed since: new, gone, clearly more or less; a day, UTC").argParser(momentOf("start")).conflicts("export"),
    )
    .option("--export", "write it as a purpose contract (YAML), for a person to approve and for `contract check`")
    .addOption(new Option("--limit <rows>", "values of a kind at most").argParser(parseLimit).default(10))
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (id: string, _, command: Command) => answerBaseline(id, command.optsWithGlobals<BaselineOptions>(), invocation));
}

const afterHelp = `Examples:
  machinetrail baseline backup-agent
  machinetrail baseline backup-agent --diff 2026-11-10
  machinetrail baseline backup-agent --export > contracts/backup-agent.yaml
Days are active days, UTC. The strip has a character an hour: the higher, the more of the active days touch that hour.
csv and arrow hold the values, or the changes; json and ndjson hold all.`;

async function answerBaseline(id: string, options: BaselineOptions, invocation: Invocation): Promise<void> {
  await invocation.withStore(invocation.config(options), options, async (store) => {
    const known = await findKnown(store, id);
    if (options.export) return writeContract(store, known, invocation);
    if (options.diff !== undefined) return answerChanges(store, known, options, options.diff, invocation);
    const { baselineOf } = await import("../../pipeline/baseline/baseline.ts");
    const baseline = await baselineOf(store, known, options.limit);
    const isTable = options.output === "table";
    if (isTable) await invocation.terminal.writeLines(`${baseline.purpose}\n${maturityWords[baseline.maturity]}\n`);
    await invocation.answer(baselineAnswer(known, baseline, isTable), options);
  });
}

/** Also whom the store knows by what others' records say of it. */
async function findKnown(store: OpenStore, id: string): Promise<Known> {
  try {
    return await findIdentity(store, id);
  } catch (error) {
    const named = { identity_uids: [id], limit: 1 };
    const [edge] = id === "" ? [] : [...(await store.query(lineageUp, named)), ...(await store.query(lineageDown, named))];
    if (edge === undefined) throw error;
    const unknown = { identity_name: "", provider: "", principal_type: "unknown", workload_types: [] };
    return { identity_uid: id, ...unknown, first_seen_ms: edge.first_at_ms, last_seen_ms: edge.last_at_ms };
  }
}

const maturityWords: Readonly<Record<Baseline["maturity"], string>> = {
  learning: "Learning: this is its first day here, nothing is normal for it yet; detection compares it with others on their first day.",
  peer: "Young: known for two weeks at most; in detection, how often its kind meets something new weighs beside its own past.",
  own: "Known for more than two weeks: in detection its own past is the measure.",
};

function baselineAnswer(known: Known, baseline: Baseline, isTable: boolean): Answer {
  const { purpose, maturity, activeDays, rhythm, amounts, values, credentials, issuers, targets, peers } = baseline;
  const facts: Row = { ...known, active_days: activeDays, maturity, purpose };
  const kinds = [
    { kind: "working days", ...rhythm.workingDays },
    { kind: "weekends", ...rhythm.weekends },
  ];
  return {
    main: "values",
    sections: [
      { id: "identity", title: "Identity", columns: factColumns, rows: [facts], whenEmpty: "", isCard: true },
      {
        id: "rhythm",
        title: "Its hours (UTC): share of the active days that touch each",
        columns: rhythmColumns,
        rows: kinds.map((kind) => ({ kind: kind.kind, hours: heatStrip(kind), days: kind.days, days_by_hour: kind.daysByHour })),
        whenEmpty: "",
      },
      { id: "amounts", title: "How much", columns: amountColumns, rows: amounts.map(amountRow), whenEmpty: "No action of its own." },
      valueSection(values, isTable),
      {
        id: "credentials",
        title: "Credentials, and where they are used",
        columns: credentialColumns,
        rows: credentials.map((row) => ({ ...row, credential: row.uid === "" ? `${row.credentials} short-lived` : row.uid })),
        whenEmpty: "No record names a credential.",
      },
      neighbourSection("issuers", "Who hands it credentials", issuers, "No record says who handed it its credentials."),
      neighbourSection("targets", "Whom it hands credentials, or changes", targets, "No record shows it handing out credentials."),
      { id: "peers", title: "Peers: who does the same", columns: peerColumns, rows: peers, whenEmpty: "Nobody does what it does." },
    ],
  };
}

function amountRow({ kind, events, days, first_day_ms, last_day_ms }: Baseline["amounts"][number]): Row {
  return { kind, events, days, events_a_day: Math.round((events / Math.max(1, days)) * 10) / 10, first_day_ms, last_day_ms };
}

function valueSection(values: Baseline["values"], isTable: boolean): Section {
  const cut = [...Map.groupBy(values, ({ dimension }) => dimension)].flatMap(([dimension, rows]) => {
    const left = (rows[0]?.total ?? 0) - rows.length;
    return left === 0 ? [] : [`${left} more of ${dimensionWords[dimension] ?? dimension}`];
  });
  return {
    id: "values",
    title: "What it does, to what, where and with what",
    columns: valueColumns,
    rows: isTable
      ? values.map((row) => ({ ...row, dimension: dimensionWords[row.dimension] ?? row.dimension }))
      : values.map(({ days_before: _, ...row }) => row),
    whenEmpty: "No action of its own is stored; other records name it.",
    ...(cut.length === 0 ? {} : { note: `${cut.join(", ")}: --limit shows more.` }),
  };
}

const dimensionWords: Readonly<Record<string, string>> = {
  denied_action: "refused action",
  resource_scope: "scope",
};

function neighbourSection(id: string, title: string, neighbours: Baseline["issuers"], whenEmpty: string): Section {
  return { id, title, columns: neighbourColumns, rows: neighbours.map((row) => ({ ...row, rests_on: restsOn[row.relation] })), whenEmpty };
}

async function answerChanges(store: OpenStore, known: Known, options: BaselineOptions, sinceMs: number, invocation: Invocation): Promise<void> {
  const { baselineChanges } = await import("../../pipeline/baseline/baseline.ts");
  const changes = await baselineChanges(store, known.identity_uid, sinceMs, options.limit);
  if (options.output === "table") await invocation.terminal.writeLines(`${changesHead(known, changes, sinceMs)}\n`);
  const rows = changes.changes.map((change) => ({ ...change }));
  const section: Section = { id: "changes", title: "Changes", columns: changeColumns, rows, whenEmpty: noChange(changes) };
  await invocation.answer({ main: "changes", sections: [section] }, options);
  if (changes.left > 0) invocation.hint(`${count(changes.left, "more change")}; --limit shows more.`, options);
}

function changesHead({ identity_name, identity_uid }: Known, { active }: BaselineChanges, sinceMs: number): string {
  const day = formatTime(sinceMs).slice(0, 10);
  return (
    `${identity_name === "" ? identity_uid : identity_name} since ${day}: ${count(active.since, "active day")}, ${active.before} before.\n` +
    "new: never before. gone: not since, though it would have been by now. more, less: on a clearly other share of its active days (amounts: twice or half as many a day)."
  );
}

function noChange({ active }: BaselineChanges): string {
  if (active.before === 0) return "It did nothing before: all is new.";
  return active.since === 0 ? "It has done nothing since." : "Nothing clearly changed.";
}

async function writeContract(store: OpenStore, known: Known, invocation: Invocation): Promise<void> {
  const { contractOf } = await import("../../pipeline/contract/export-contract.ts");
  await invocation.terminal.write(await contractOf(store, known));
}

const factColumns: readonly Column[] = [
  { key: "identity_name", title: "name", kind: "text" },
  { key: "identity_uid", title: "identity", kind: "id" },
  { key: "principal_type", title: "type", kind: "text" },
  { key: "provider", title: "provider", kind: "text" },
  { key: "workload_types", title: "runs as", kind: "list" },
  { key: "first_seen_ms", title: "first seen", kind: "age" },
  { key: "last_seen_ms", title: "last seen", kind: "age" },
  { key: "active_days", title: "active days", kind: "count" },
  { key: "maturity", title: "maturity", kind: "text" },
];

const rhythmColumns: readonly Column[] = [
  { key: "kind", title: "", kind: "text" },
  { key: "hours", title: "0     6     12    18     ", kind: "text" },
  { key: "days", title: "active days", kind: "count" },
];

const amountColumns: readonly Column[] = [
  { key: "kind", title: "kind", kind: "text" },
  { key: "events", title: "actions", kind: "count" },
  { key: "days", title: "days", kind: "count" },
  { key: "events_a_day", title: "a day", kind: "count" },
  { key: "first_day_ms", title: "first", kind: "age" },
  { key: "last_day_ms", title: "last", kind: "age" },
];

const valueColumns: readonly Column[] = [
  { key: "dimension", title: "what", kind: "text" },
  { key: "value", title: "value", kind: "id" },
  { key: "days", title: "days", kind: "count" },
  { key: "first_seen_ms", title: "first", kind: "time" },
  { key: "last_seen_ms", title: "last", kind: "time" },
];

const credentialColumns: readonly Column[] = [
  { key: "credential", title: "credential", kind: "id" },
  { key: "credential_type", title: "type", kind: "text" },
  { key: "lifetime", title: "lifetime", kind: "text" },
  { key: "issued_at_ms", title: "issued", kind: "age" },
  { key: "first_used_ms", title: "first used", kind: "age" },
  { key: "last_used_ms", title: "last used", kind: "age" },
  { key: "days", title: "days", kind: "count" },
  { key: "networks", title: "from", kind: "list" },
  { key: "agents", title: "with", kind: "list" },
];

const neighbourColumns: readonly Column[] = [
  { key: "identity_uid", title: "identity", kind: "id" },
  { key: "rests_on", title: "rests on", kind: "text" },
  { key: "credentials", title: "credentials", kind: "count" },
  { key: "days", title: "days", kind: "count" },
  { key: "first_seen_ms", title: "first", kind: "time" },
  { key: "last_seen_ms", title: "last", kind: "time" },
];

const peerColumns: readonly Column[] = [
  { key: "similarity", title: "similarity", kind: "count" },
  { key: "identity_name", title: "name", kind: "text" },
  { key: "principal_type", title: "type", kind: "text" },
  { key: "shared_actions", title: "shared actions", kind: "count" },
  { key: "actions", title: "of its", kind: "count" },
  { key: "last_seen_ms", title: "last seen", kind: "age" },
  { key: "identity_uid", title: "identity", kind: "id" },
];

const changeColumns: readonly Column[] = [
  { key: "change", title: "change", kind: "text" },
  { key: "what", title: "what", kind: "text" },
  { key: "value", title: "value", kind: "id" },
  { key: "before", title: "before", kind: "count" },
  { key: "since", title: "since", kind: "count" },
  { key: "first_seen_ms", title: "first", kind: "time" },
  { key: "last_seen_ms", title: "last", kind: "time" },
];
