// `identities`: which identities are in the store, filtered, latest first.
import { type Command, InvalidArgumentError, Option } from "commander";
import { principalTypes, providers, workloadTypes } from "../../model/identity-action.ts";
import { identitiesList } from "../../queries/identities-list.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import type { Column } from "../output/section.ts";
import { formatCount } from "../output/time-text.ts";

interface IdentitiesOptions extends GlobalOptions {
  readonly provider?: (typeof providers)[number];
  readonly type?: (typeof principalTypes)[number];
  readonly workload?: (typeof workloadTypes)[number];
  readonly machines?: true;
  readonly search?: string;
  readonly sort: "last_seen" | "name";
  readonly limit: number;
}

const identityColumns: readonly Column[] = [
  { key: "identity_name", title: "name", kind: "text" },
  { key: "principal_type", title: "type", kind: "text" },
  { key: "workload_types", title: "runs as", kind: "list" },
  { key: "actions", title: "actions", kind: "count" },
  { key: "denied", title: "denied", kind: "count" },
  { key: "last_seen_ms", title: "last seen", kind: "age" },
  { key: "identity_uid", title: "identity", kind: "id" },
];

export function addIdentities(program: Command, invocation: Invocation): void {
  program
    .command("identities")
    .description("list the identities found, latest first")
    .addOption(new Option("--provider <name>", "only of this provider").choices(providers))
    .addOption(new Option("--type <type>", "only of this type").choices(principalTypes))
    .addOption(new Option("--workload <type>", "only with this running behind it").choices(workloadTypes))
    .option("--machines", "leave out people")
    .option("--search <text>", "only those whose name or id contains the text")
    .addOption(new Option("--sort <key>", "order").choices(["last_seen", "name"]).default("last_seen"))
    .addOption(new Option("--limit <rows>", "rows at most").argParser(parseLimit).default(100))
    .action(async (_, command: Command) => listIdentities(command.optsWithGlobals<IdentitiesOptions>(), invocation));
}

async function listIdentities(options: IdentitiesOptions, invocation: Invocation): Promise<void> {
  const rows = await invocation.withStore(invocation.config(options), options, (store) =>
    store.query(identitiesList, {
      provider: options.provider ?? "",
      principal_type: options.type ?? "",
      workload_type: options.workload ?? "",
      machines_only: options.machines === true,
      search: options.search ?? "",
      order: options.sort,
      limit: options.limit,
    }),
  );
  const total = rows[0]?.total ?? 0;
  const whenEmpty = "No identity matches. Is the store empty? `machinetrail scan PATHS` fills it.";
  const shown = rows.map(({ total: _, ...row }) => row);
  await invocation.answer(
    { main: "identities", sections: [{ id: "identities", title: "Identities", columns: identityColumns, rows: shown, whenEmpty }] },
    options,
  );
  if (total > rows.length) invocation.hint(`${formatCount(rows.length)} of ${formatCount(total)} identities; --limit shows more.`, options);
}

export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000) throw new InvalidArgumentError("It must be a whole number from 1 to 100000.");
  return limit;
}
