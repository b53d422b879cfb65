// `demo`, also what runs without a command: reads the bundled example records into a store of their own and says what is
// in them. A stranger's first screen; everything on it comes from the same queries as the other commands.
import path from "node:path";
import type { Command } from "commander";
import type { Config } from "../../pipeline/config.ts";
import { describeStoreLocation, type StoreLocation } from "../../pipeline/store-location.ts";
import { identitiesByType } from "../../queries/identities-by-type.ts";
import { sharedCredentials } from "../../queries/shared-credentials.ts";
import { staticKeysInUse } from "../../queries/static-keys-in-use.ts";
import { whoAssumedWhom } from "../../queries/who-assumed-whom.ts";
import { suggest } from "../../runtime/suggest.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import type { Section } from "../output/section.ts";
import { packageFile, programName } from "../package-file.ts";
import { ProgressLine } from "../progress.ts";
import { describeScan, scanObject, typesSection } from "../scan-report.ts";
import { quarantineSection } from "./quarantine.ts";

/** Cluster of the examples' own audit log, which does not name one. */
const exampleCluster = "edge-1";

export function addDemo(program: Command, invocation: Invocation): void {
  program
    .command("demo", { isDefault: true })
    .description("read the bundled example records and show what is in them (also without a command)")
    // What is no command lands here: the first word decides whether it was meant as one.
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", "\nThe examples go to a store of their own, unless --store names another. Twice changes nothing.")
    .action(async (_, command: Command) => {
      refuseUnknown(program, command);
      await runDemo(command.optsWithGlobals<GlobalOptions>(), invocation);
    });
}

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
  const configured = invocation.config(options, { defaultAccount: exampleCluster });
  const config: Config =
    options.store === undefined ? { ...configured, store: { kind: "embedded", folder: path.join(configured.dataFolder, "demo") } } : configured;
  const { scan } = await import("../../pipeline/scan.ts");
  const signal = invocation.interruptible();
  const progress = new ProgressLine(invocation.terminal, options.quiet === true || options.output !== "table");
  await invocation.withStore(config, options, async (store) => {
    const examples = packageFile("examples");
    const summary = await scan({ store, config, paths: [examples], signal, onProgress: (state) => progress.update(state) }).finally(() =>
      progress.clear(),
    );
    const types = await store.query(identitiesByType, {});
    if (options.output === "json") return invocation.terminal.write(`${JSON.stringify(scanObject(summary, types), null, 2)}\n`);
    const sections = [typesSection(types), ...(await findings(store))];
    if (options.output === "table") await invocation.terminal.writeLines(`Examples: ${describeScan(summary)}\n`);
    await invocation.answer({ main: "identities", sections }, options);
    if (options.output === "table" && !options.quiet)
      await invocation.terminal.writeLines(`\n${nextSteps(storeOption(config.store, invocation.surroundings.environment.HOME ?? ""))}`);
  });
}

/** What is certain from structure alone. */
async function findings(store: OpenStore): Promise<Section[]> {
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

/** As short as a shell takes it. */
function storeOption(location: StoreLocation, home: string): string {
  const text = describeStoreLocation(location);
  if (location.kind === "embedded" && home !== "" && text.startsWith(`${home}/`) && !/[^\w./-]/.test(text))
    return `--store ~${text.slice(home.length)}`;
  return /[^\w./:-]/.test(text) ? `--store '${text.replaceAll("'", "'\\''")}'` : `--store ${text}`;
}

function nextSteps(option: string): string {
  const lines = [
    ["identity backup-agent", "one identity: facts, credentials, lineage, timeline"],
    ["identity arn:aws:iam::444455556666:role/prod-deploy", "a role that a GitHub run reaches through another role"],
    ["who --resource example-backups", "who touched a resource"],
    ["identities --machines", "all machine identities"],
  ].map(([command = "", what = ""]) => `  ${programName} ${command} ${option}\n      ${what}`);
  return `Type next:\n${lines.join("\n")}\n  ${programName} scan YOUR-LOGS\n      your own audit logs, into your own store`;
}
