// `identity ID`: everything known of one identity: facts, credentials, who stands behind it and before it, what it did.
import type { Command } from "commander";
import { Option } from "commander";
import type { LineageStep } from "../../model/lineage-step.ts";
import { readTimeline } from "../../pipeline/read-timeline.ts";
import { identityCredentials } from "../../queries/identity-credentials.ts";
import { identitySummary } from "../../queries/identity-summary.ts";
import { lineageDown } from "../../queries/lineage-down.ts";
import { lineageUp } from "../../queries/lineage-up.ts";
import { walkLineage } from "../../queries/walk-lineage.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import type { Answer, Column, Row, Section } from "../output/section.ts";
import { formatTime } from "../output/time-text.ts";
import { findIdentity, type IdentityFacts } from "./find-identity.ts";
import { parseLimit } from "./identities.ts";

interface IdentityOptions extends GlobalOptions {
  readonly limit: number;
}

export function addIdentity(program: Command, invocation: Invocation): void {
  program
    .command("identity")
    .description("show one identity: facts, credentials, lineage up and down, timeline")
    .argument("<id>", "its id, its name, a second id, or a part that fits one identity only")
    .addOption(new Option("--limit <rows>", "actions of the timeline at most").argParser(parseLimit).default(50))
    .addHelpText("after", "\ncsv and arrow hold the timeline; json and ndjson hold all.")
    .action(async (id: string, _, command: Command) => showIdentity(id, command.optsWithGlobals<IdentityOptions>(), invocation));
}

async function showIdentity(id: string, options: IdentityOptions, invocation: Invocation): Promise<void> {
  await invocation.withStore(invocation.config(options), options, async (store) => {
    const facts = await findIdentity(store, id);
    await invocation.answer(await describeIdentity(store, facts, options.limit), options);
  });
}

async function describeIdentity(store: OpenStore, facts: IdentityFacts, limit: number): Promise<Answer> {
  const { identity_uid } = facts;
  const up = await walkLineage(identity_uid, "up", (uids) => store.query(lineageUp, { identity_uids: uids }));
  const down = await walkLineage(identity_uid, "down", (uids) => store.query(lineageDown, { identity_uids: uids }));
  const credentials = await store.query(identityCredentials, { identity_uid });
  const usual = await store.query(identitySummary, { identity_uid, limit: 5 });
  const timeline = await readTimeline(store, { identity_uid, limit });
  const cut = "More steps exist than were followed.";
  return {
    main: "timeline",
    sections: [
      { id: "identity", title: "Identity", columns: factColumns, rows: [facts], whenEmpty: "", isCard: true },
      { id: "credentials", title: "Credentials used", columns: credentialColumns, rows: credentials, whenEmpty: "No record names a credential." },
      lineageSection(
        "lineage_up",
        "Behind it: who issued or delegated to it",
        up.steps,
        "No record says who handed it its credentials.",
        up.isCut ? cut : undefined,
      ),
      lineageSection(
        "lineage_down",
        "Before it: to whom it issued or delegated",
        down.steps,
        "No record shows it handing out credentials.",
        down.isCut ? cut : undefined,
      ),
      { id: "usual", title: "What it usually does", columns: usualColumns, rows: usual, whenEmpty: "Nothing yet." },
      {
        id: "timeline",
        title: `Timeline, newest first (${timeline.length})`,
        columns: timelineColumns,
        rows: timeline.map(withCall),
        whenEmpty: "No action of its own; other records name it.",
      },
    ],
  };
}

const factColumns: readonly Column[] = [
  { key: "identity_name", title: "name", kind: "text" },
  { key: "identity_uid", title: "identity", kind: "id" },
  { key: "identity_alias", title: "also", kind: "id" },
  { key: "principal_type", title: "type", kind: "text" },
  { key: "provider", title: "provider", kind: "text" },
  { key: "account_uid", title: "account", kind: "id" },
  { key: "is_machine", title: "machine", kind: "text" },
  { key: "workload_types", title: "runs as", kind: "list" },
  { key: "identity_rules", title: "by rule", kind: "list" },
  { key: "first_seen_ms", title: "first seen", kind: "age" },
  { key: "last_seen_ms", title: "last seen", kind: "age" },
];

const credentialColumns: readonly Column[] = [
  { key: "credential_uid", title: "credential", kind: "id" },
  { key: "credential_type", title: "type", kind: "text" },
  { key: "credential_lifetime", title: "lifetime", kind: "text" },
  { key: "issued_at_ms", title: "issued", kind: "age" },
  { key: "first_used_ms", title: "first used", kind: "age" },
  { key: "last_used_ms", title: "last used", kind: "age" },
  { key: "issuer_uids", title: "issued by", kind: "list" },
  { key: "other_identity_uids", title: "also used by", kind: "list" },
];

const lineageColumns: readonly Column[] = [
  { key: "hop", title: "hop", kind: "count" },
  { key: "issuer_uid", title: "from", kind: "id" },
  { key: "subject_uid", title: "to", kind: "id" },
  { key: "rests_on", title: "rests on", kind: "text" },
  { key: "credentials", title: "credentials", kind: "count" },
  { key: "last_at_ms", title: "last", kind: "time" },
];

const usualColumns: readonly Column[] = [
  { key: "dimension", title: "what", kind: "text" },
  { key: "value", title: "value", kind: "id" },
  { key: "days", title: "days", kind: "count" },
  { key: "last_seen_ms", title: "last", kind: "time" },
];

const timelineColumns: readonly Column[] = [
  { key: "time_ms", title: "time (UTC)", kind: "time" },
  { key: "call", title: "action", kind: "id" },
  { key: "result", title: "outcome", kind: "text" },
  { key: "resource_uids", title: "resources", kind: "id" },
  { key: "src_ip", title: "from", kind: "text" },
  { key: "agent_family", title: "agent", kind: "text" },
  { key: "session_name", title: "session", kind: "id" },
];

/** What an attribution rests on, in words that claim no more than the record does. */
export const restsOn: Readonly<Record<LineageStep["relation"], string>> = {
  issued: "issue recorded",
  stated: "stated by receiver",
  delegated: "delegation recorded",
};

export function lineageSection(id: string, title: string, steps: readonly LineageStep[], whenEmpty: string, note: string | undefined): Section {
  const rows = steps.map((step) => ({ ...step, rests_on: restsOn[step.relation] }));
  return { id, title, columns: lineageColumns, rows, whenEmpty, ...(note === undefined ? {} : { note }) };
}

function withCall(row: Row & { service: string; action: string; outcome: string; error_code: string; completed_at_ms: number }): Row {
  const ended = row.completed_at_ms === 0 ? "" : `, ended ${formatTime(row.completed_at_ms).slice(11)}`;
  const error = row.error_code === "" ? "" : ` (${row.error_code})`;
  return { ...row, call: `${row.service}:${row.action}`, result: `${row.outcome}${error}${ended}` };
}
