// `demo`, also what runs without a command: makes a small estate once, reads it and the bundled example records into a store of
// their own, and says what is in it. A stranger's first screen; everything on it comes from the same queries as the other commands.
import path from "node:path";
import type { Command } from "commander";
import { PermanentError } from "../../model/errors.ts";
import type { Finding } from "../../model/finding.ts";
import type { Config } from "../../pipeline/config.ts";
import type { Detection } from "../../pipeline/detect.ts";
import type { ScanSummary } from "../../pipeline/scan.ts";
import { identitiesByType } from "../../queries/identities-by-type.ts";
import { sharedCredentials } from "../../queries/shared-credentials.ts";
import { staticKeysInUse } from "../../queries/static-keys-in-use.ts";
import { whoAssumedWhom } from "../../queries/who-assumed-whom.ts";
import { suggest } from "../../runtime/suggest.ts";
import { attackOf, type DemoAttack, type DemoEstate, endMsOf } from "../demo-estate.ts";
import { nextSteps, shortPath } from "../demo-next-steps.ts";
import { exitCodes } from "../exit-codes.ts";
import { findingColumns, findingRow } from "../finding-report.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import type { Section } from "../output/section.ts";
import { packageFile } from "../package-file.ts";
import { ProgressLine } from "../progress.ts";
import { count, describeScan, scanObject, sumOfScans, typesSection } from "../scan-report.ts";
import { describeEstateProgress } from "./estate.ts";
import { quarantineSection } from "./quarantine.ts";

/** Cluster of the audit logs that do not name one: the examples' own, and the estate's. */
const unnamedCluster = "edge-1";
/** Findings a day, for so few identities. */
const budget = 3;
const mostFindings = 1000;

export function addDemo(program: Command, invocation: Invocation): void {
  program
    .command("demo", { isDefault: true })
    .description(
      "make a small invented organisation, read its logs and the bundled example records, and show what is in them (also without a command)",
    )
    // What is no command lands here: the first word decides whether it was meant as one.
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (_, command: Command) => {
      refuseUnknown(program, command);
      await runDemo(command.optsWithGlobals<GlobalOptions>(), invocation);
    });
}

const afterHelp = `The organisation's logs are written into the data folder (demo-estate), their records and the examples' go to a store of their own (demo), unless
--store names another. Twice changes nothing. Both folders can be deleted at any time; the next run makes them again.`;

function refuseUnknown(program: Command, command: Command): void {
  const [word] = command.args;
  if (word === undefined) return;
  const isOption = word.startsWith("-");
  const known = isOption ? program.options.map(({ long }) => long ?? "") : program.commands.map((each) => each.name());
  const name = word.replace(/=.*/s, "");
  const near = suggest(name, known);
  const hint = near === undefined ? "(machinetrail --help lists what there is)" : `(Did you mean ${near}?)`;
  program.error(`error: unknown ${isOption ? "option" : "command"} '${name}'\n${hint}`);
}

async function runDemo(options: GlobalOptions, invocation: Invocation): Promise<void> {
  const { terminal } = invocation;
  const configured = invocation.config(options, { defaultAccount: unnamedCluster });
  const signal = invocation.interruptible();
  const isQuiet = options.quiet === true || options.output !== "table";
  const estate = await foundOrMade(path.join(configured.dataFolder, "demo-estate"), isQuiet, signal, invocation);
  if (estate === undefined) {
    terminal.say("Stopped: the organisation was not made to its end; the next run makes it anew.");
    invocation.exitCode = exitCodes.interrupted;
    return;
  }
  const config: Config = {
    ...configured,
    store: options.store === undefined ? { kind: "embedded", folder: path.join(configured.dataFolder, "demo") } : configured.store,
    // What an operator knows of the estate's clusters.
    clusters: invocation.config({ ...options, config: path.join(estate.folder, "machinetrail.yaml") }).clusters,
  };
  await invocation.withStore(config, options, async (store) => {
    const summary = await readAll(store, config, estate, signal, new ProgressLine(terminal, isQuiet));
    const detection = summary.interrupted ? undefined : await detected(store, estate, signal, new ProgressLine(terminal, isQuiet));
    if (summary.interrupted || (typeof detection === "object" && detection.isInterrupted)) invocation.exitCode = exitCodes.interrupted;
    const types = await store.query(identitiesByType, {});
    const [raised, attacks] = [findingsSection(estate, detection), attacksSection(estate, detection)];
    if (options.output === "json") {
      const object = { ...scanObject(summary, types), estate: estateObject(estate), findings: raised.rows };
      return terminal.write(`${JSON.stringify(object, null, 2)}\n`);
    }
    const sections = [typesSection(types), ...(await structure(store)), attacks, raised];
    const { HOME = "" } = invocation.surroundings.environment;
    if (options.output === "table") await terminal.writeLines(`${describeEstate(estate, HOME)}\n${describeScan(summary)}\n`);
    await invocation.answer({ main: "identities", sections }, options);
    if (options.output === "table" && !options.quiet)
      await terminal.writeLines(
        `\n${nextSteps({ estate, location: config.store, isOwnStore: options.store === undefined, home: HOME, finding: firstHit(estate, detection) })}`,
      );
  });
}

/** The organisation's logs count as received when they were delivered, so that detection has days to learn from; the examples now. */
async function readAll(store: OpenStore, config: Config, estate: DemoEstate, signal: AbortSignal, progress: ProgressLine): Promise<ScanSummary> {
  const { scan } = await import("../../pipeline/scan.ts");
  const shared = { store, config, signal, onProgress: (state: Parameters<ProgressLine["update"]>[0]) => progress.update(state) };
  try {
    const logs = await scan({ ...shared, paths: [path.join(estate.folder, "logs")], receivedAt: "file-time" });
    return logs.interrupted ? logs : sumOfScans(logs, await scan({ ...shared, paths: [packageFile("examples")] }));
  } finally {
    progress.clear();
  }
}

/** What was raised in the organisation; a text where the store cannot say: one that an earlier version filled, or somebody else. */
async function detected(store: OpenStore, estate: DemoEstate, signal: AbortSignal, progress: ProgressLine): Promise<Detection | string> {
  const { detect } = await import("../../pipeline/detect.ts");
  try {
    return await detect({
      ...{
        store,
        fromMs: Date.parse(estate.firstDay),
        toMs: endMsOf(estate),
        settings: { budget },
        limit: mostFindings,
        signal,
      },
      onDay: ({ day, days }) => progress.show(() => `Replaying what was received  day ${day} of ${days}`),
    });
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  } finally {
    progress.clear();
  }
}

async function foundOrMade(folder: string, isQuiet: boolean, signal: AbortSignal, invocation: Invocation): Promise<DemoEstate | undefined> {
  const { demoEstate } = await import("../demo-estate.ts");
  const progress = new ProgressLine(invocation.terminal, isQuiet);
  const startedMs = performance.now();
  return demoEstate({
    folder,
    signal,
    onProgress: (state) => progress.show(() => `Making an organisation  ${describeEstateProgress(state, performance.now() - startedMs)}`),
  }).finally(() => progress.clear());
}

function describeEstate({ folder, madeInMs, identities, firstDay, days, attacks }: DemoEstate, home: string): string {
  const made = madeInMs === undefined ? "made by an earlier run" : `made in ${(madeInMs / 1000).toFixed(1)} s`;
  return (
    `All of this is invented, and nothing comes from your own systems: the native logs of an organisation with ${identities} identities over ${days} days from ${firstDay} on,\n` +
    `with ${count(attacks.length, "attack")} in them (${made}, in ${shortPath(folder, home)}), and the bundled example records, written by hand.`
  );
}

/** For scripts: what the logs hold that no query says. */
function estateObject({ folder, madeInMs, identities, firstDay, days, attacks }: DemoEstate): object {
  return { folder, is_new: madeInMs !== undefined, identities, first_day: firstDay, days, attacks: attacks.map(attackRow) };
}

function attackRow({ id, technique, identities, credential_uid, start, end, size }: DemoAttack) {
  return { id, technique, identities, credential_uid, start_ms: Date.parse(start), end_ms: Date.parse(end), events: size };
}

/** Truth beside what was raised: what was put in, and whether and where it stands among the findings. */
function attacksSection({ attacks }: DemoEstate, detection: Detection | string | undefined): Section {
  const findings = typeof detection === "object" ? detection.findings : undefined;
  return {
    id: "attacks",
    title: "Attacks that were put in (as labels.jsonl says), and whether detection raised them",
    columns: [
      { key: "id", title: "attack", kind: "text" },
      { key: "technique", title: "ATT&CK", kind: "text" },
      { key: "start_ms", title: "start", kind: "time" },
      { key: "end_ms", title: "end", kind: "time" },
      { key: "events", title: "records", kind: "count" },
      { key: "raised", title: "raised", kind: "text" },
      { key: "identities", title: "by identity", kind: "list" },
    ],
    rows: attacks.map((attack) => {
      const place = findings?.findIndex((finding) => attackOf(finding, [attack]) !== undefined) ?? -1;
      const raised = findings === undefined ? "not judged" : place < 0 ? "no" : `${ordinal(place + 1)} of ${findings.length}`;
      return { ...attackRow(attack), raised };
    }),
    whenEmpty: "None.",
  };
}

function findingsSection({ attacks, firstDay }: DemoEstate, detection: Detection | string | undefined): Section {
  const isJudged = typeof detection === "object" && !detection.isInterrupted;
  const findings = isJudged ? detection.findings : [];
  const rows = findings.map((finding) => ({ ...findingRow(finding), truth: attackOf(finding, attacks)?.id ?? "false alarm" }));
  const hits = findings.filter((finding) => attackOf(finding, attacks) !== undefined).length;
  return {
    id: "findings",
    title: `What detection raised, highest risk first: ${count(findings.length, "finding")}, ${hits} of an attack (a budget of ${budget} a day; the six days from ${firstDay} on only teach)`,
    columns: [...findingColumns, { key: "truth", title: "in truth", kind: "text" }],
    rows,
    whenEmpty: isJudged ? "Nothing." : typeof detection === "string" ? detection : "Not asked: it was stopped before.",
  };
}

/** The first finding that is one of the attacks, to be looked at next. */
function firstHit({ attacks }: DemoEstate, detection: Detection | string | undefined): Finding | undefined {
  return typeof detection === "object" ? detection.findings.find((finding) => attackOf(finding, attacks) !== undefined) : undefined;
}

function ordinal(rank: number): string {
  const ending = rank % 100 >= 11 && rank % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][rank % 10] ?? "th");
  return `${rank}${ending}`;
}

/** What is certain from structure alone. */
async function structure(store: OpenStore): Promise<Section[]> {
  return [
    {
      id: "who_assumed_whom",
      title: "Who became whom (recorded issue or delegation)",
      columns: [
        { key: "issuer_uid", title: "from", kind: "id" },
        { key: "subject_uid", title: "to", kind: "id" },
        { key: "relations", title: "rests on", kind: "list" },
        { key: "credentials", title: "credentials", kind: "count" },
      ],
      rows: await store.query(whoAssumedWhom, { limit: 15 }),
      whenEmpty: "No record shows it.",
    },
    {
      id: "static_keys",
      title: "Static keys in use (valid until someone deletes them)",
      columns: [
        { key: "identity_name", title: "identity", kind: "text" },
        { key: "credential_type", title: "kind", kind: "text" },
        { key: "credential_uid", title: "key", kind: "id" },
        { key: "issued_at_ms", title: "made", kind: "age" },
        { key: "first_used_ms", title: "first use seen", kind: "age" },
        { key: "last_used_ms", title: "last use", kind: "age" },
      ],
      rows: await store.query(staticKeysInUse, { limit: 15 }),
      whenEmpty: "None.",
    },
    {
      id: "shared_credentials",
      title: "Credentials used by more than one identity",
      columns: [
        { key: "credential_type", title: "kind", kind: "text" },
        { key: "credential_uid", title: "credential", kind: "id" },
        { key: "identity_uids", title: "used by", kind: "list" },
        { key: "last_used_ms", title: "last use", kind: "age" },
      ],
      rows: await store.query(sharedCredentials, { limit: 15 }),
      whenEmpty: "None.",
    },
    await quarantineSection(store, 15),
  ];
}
