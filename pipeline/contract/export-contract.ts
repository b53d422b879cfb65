// A contract made of what an identity did, for a person to approve: the same text of the same store, sections and values in a fixed order, and
// nothing in it that another export would change.

import { baselineActivity } from "../../queries/baseline-activity.ts";
import { type Known, purposeIn, type QuestionedStore } from "../baseline/baseline.ts";
import { clock, hourRanges } from "../baseline/rhythm.ts";
import type { PatternSection } from "./contract-file.ts";
import { type Observed, type ObservedValue, observedOf } from "./observed.ts";

interface ContractDraft {
  readonly identityUid: string;
  readonly purpose: string;
  readonly activeDays: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly observed: Pick<Observed, "sections" | "cut" | "slots">;
}

/** The contract of all that the store holds of an identity. */
export async function contractOf(store: QuestionedStore, known: Known): Promise<string> {
  const { identity_uid, first_seen_ms, last_seen_ms } = known;
  const observed = await observedOf(store, identity_uid, 0);
  const amounts = await store.query(baselineActivity, { identity_uid });
  return contractText({
    identityUid: identity_uid,
    purpose: purposeIn(known, amounts, observed.values),
    activeDays: amounts.find(({ kind }) => kind === "all")?.days ?? 0,
    firstMs: first_seen_ms,
    lastMs: last_seen_ms,
    observed,
  });
}

/** More than a person reads: then patterns stand for several. */
export const mostPatterns = 200;

const about: Readonly<Record<PatternSection, string>> = {
  actions: "Calls, as service:action: all that it made, refused ones included.",
  resources: "What it acted on; * stands for any characters, and for the generated parts of names.",
  accounts: "Accounts, subscriptions, projects or clusters in whose logs it stands.",
  regions: "Regions that it called.",
  networks: "Where it came from: a class of addresses, public ones by /24 or /48. unknown: the record holds no address.",
  agents: "Tools by major version, in the caller's own words.",
  credential_types: "Types of the credentials that it used.",
  static_credentials: "Credentials that stay until somebody deletes them, by id.",
  issuers: "Who handed it credentials, by its own records or the issuer's.",
  targets: "Whom it handed credentials, or whose rights and keys it changed.",
};
const order = Object.keys(about) as PatternSection[];

export function contractText({ identityUid, purpose, activeDays, firstMs, lastMs, observed }: ContractDraft): string {
  const lines = [
    "# Purpose contract, made of what the identity did: take out what it should not do, then sign it (approved_by). The format is in docs/contracts.md.",
    `# Rests on ${activeDays} active ${activeDays === 1 ? "day" : "days"}, ${day(firstMs)} to ${day(lastMs)}. A section that is taken out allows everything; an empty one allows nothing.`,
    "contract: 1",
    `identity: ${yamlText(identityUid)}`,
    `purpose: ${yamlText(purpose)}`,
    "allow:",
    ...order.flatMap((section) => sectionLines(section, observed)),
    "  # Hours of the day (UTC) in which it was active; 08-17 is from 08:00 until 18:00.",
    "  hours:",
    `    working_days: ${hoursText(observed.slots, 0)}`,
    `    weekends: ${hoursText(observed.slots, 24)}`,
  ];
  return `${lines.join("\n")}\n`;
}

function sectionLines(section: PatternSection, { sections, cut }: ContractDraft["observed"]): string[] {
  const values = sections[section];
  const head = `  # ${about[section]}`;
  if (values.length === 0) return [head, `  ${section}: []`];
  const patterns = cut.has(section) ? ["*"] : patternsOf(values.map(({ value }) => value));
  const isShortened = patterns.length < new Set(values.map(({ value }) => value)).size;
  const rare = new Set(values.filter(({ days }) => days === 1).map(({ value }) => value));
  return [
    head,
    ...(isShortened ? [`  # More than ${mostPatterns}: patterns stand for several.`] : []),
    `  ${section}:`,
    ...patterns.map((pattern) => `    - ${yamlText(pattern)}${rare.has(pattern) ? " # on one day only" : ""}`),
  ];
}

/** At most `mostPatterns`, in order, so that each value fits one of them: where they are too many, their ends become *. */
export function patternsOf(values: readonly string[]): string[] {
  let patterns = [...new Set(values)];
  while (patterns.length > mostPatterns) patterns = [...new Set(patterns.map(shortened))];
  return patterns.sort(byText);
}

function shortened(pattern: string): string {
  const bare = pattern.replace(/\*+$/, "").replace(/[/:]$/, "");
  const end = Math.max(bare.lastIndexOf("/"), bare.lastIndexOf(":"));
  return end < 0 ? "*" : `${bare.slice(0, end + 1)}*`;
}

function hoursText(slots: readonly ObservedValue[], first: number): string {
  const hours = slots.map(({ value }) => Number(value) - first).filter((hour) => hour >= 0 && hour < 24);
  const two = (hour: number) => clock(hour).slice(0, 2);
  const ranges = hourRanges(hours).map(({ from, to }) => (from === to ? `"${two(from)}"` : `"${two(from)}-${two(to)}"`));
  return `[${ranges.join(", ")}]`;
}

const plain = /^[A-Za-z](?:[\w./:@+=-]*[\w/@+=-])?$/;
const otherwiseRead = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** A text of YAML 1.2 that no reader takes for anything else, on one line; whatever a terminal would act on is written out. */
export function yamlText(text: string): string {
  if (plain.test(text) && !otherwiseRead.test(text)) return text;
  const quoted = text.replace(/["\\]/g, "\\$&").replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${quoted}"`;
}

function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
