// Behaviour against a contract: what an identity did that nobody approved.
import type { BehaviourDimension } from "../../queries/baseline-values.ts";
import { contractEvents } from "../../queries/contract-events.ts";
import { fitsWildcard } from "../../runtime/wildcard.ts";
import type { QuestionedStore } from "../baseline/baseline.ts";
import { hourName } from "../baseline/rhythm.ts";
import { type Contract, hoursOf, type PatternSection } from "./contract-file.ts";
import { type Observed, type ObservedValue, observedOf, sectionDimensions } from "./observed.ts";

interface OutsideContract {
  /** Section of the contract: "actions". */
  readonly section: string;
  readonly value: string;
  /** Actions that show it; of an issuer or target that only others' records name, credentials handed over. */
  readonly events: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The latest action; empty where no record of its own shows it. */
  readonly lastEventUid: string;
}

export interface ContractCheck {
  /** By section; at most `limit`. */
  readonly outside: readonly OutsideContract[];
  readonly total: number;
  /** Sections of more values than are read: what was not read may be outside. */
  readonly notCompared: readonly PatternSection[];
  /** False where the store holds no action of the identity in the period. */
  readonly isSeen: boolean;
}

interface CheckOptions {
  /** What happened at that moment or later. */
  readonly fromMs: number;
  readonly limit: number;
}

type EventDimension = BehaviourDimension | "credential_type";

interface Outsider {
  readonly section: string;
  readonly dimension: EventDimension;
  readonly observed: ObservedValue;
}

/** Of the values of one question; a server takes 128 KiB as one parameter, and a character of them is up to four bytes. */
const mostCharacters = 30_000;

export async function checkContract(store: QuestionedStore, contract: Contract, { fromMs, limit }: CheckOptions): Promise<ContractCheck> {
  const observed = await observedOf(store, contract.identity, fromMs);
  const outsiders = outsidersOf(contract, observed);
  const outside: OutsideContract[] = [];
  for (const group of questionsOf(outsiders.slice(0, limit))) outside.push(...(await withEvents(store, contract.identity, group, fromMs)));
  const notCompared = [...observed.cut].filter((section) => contract.allow[section]?.includes("*") === false);
  return { outside, total: outsiders.length, notCompared, isSeen: observed.sections.actions.length > 0 };
}

const dimensions: Readonly<Record<PatternSection, EventDimension>> = {
  ...sectionDimensions,
  credential_types: "credential_type",
  static_credentials: "credential",
};

function outsidersOf({ allow }: Contract, { sections, slots }: Observed): Outsider[] {
  const { hours, ...patterned } = allow;
  const byPattern = (Object.keys(dimensions) as PatternSection[]).flatMap((section) => {
    const allowed = patterned[section];
    if (allowed === undefined) return [];
    const exact = new Set(allowed);
    return sections[section]
      .filter(({ value }) => !exact.has(value) && !allowed.some((pattern) => fitsWildcard(pattern, value)))
      .sort((left, right) => (left.value < right.value ? -1 : 1))
      .map((observed) => ({ section, dimension: dimensions[section], observed }));
  });
  const allowedHours = [hours?.working_days, hours?.weekends].map((ranges) => (ranges === undefined ? undefined : hoursOf(ranges)));
  const byHour = slots
    .filter(({ value }) => allowedHours[Number(value) < 24 ? 0 : 1]?.has(Number(value) % 24) === false)
    .sort((left, right) => Number(left.value) - Number(right.value))
    .map((observed) => ({ section: "hours", dimension: "slot" as const, observed }));
  return [...byPattern, ...byHour];
}

/** Outsiders of one dimension, as many as one question takes. */
function questionsOf(outsiders: readonly Outsider[]): Outsider[][] {
  const groups: Outsider[][] = [];
  let characters = 0;
  for (const outsider of outsiders) {
    const group = groups.at(-1);
    characters += outsider.observed.value.length;
    if (group !== undefined && group[0]?.dimension === outsider.dimension && characters <= mostCharacters) group.push(outsider);
    else {
      groups.push([outsider]);
      characters = outsider.observed.value.length;
    }
  }
  return groups;
}

async function withEvents(store: QuestionedStore, identity_uid: string, group: readonly Outsider[], from_ms: number): Promise<OutsideContract[]> {
  const dimension = group[0]?.dimension ?? "action";
  const rows = await store.query(contractEvents, { identity_uid, dimension, values: group.map(({ observed }) => observed.value), from_ms });
  const byValue = new Map(rows.map((row) => [row.value, row]));
  return group.map(({ section, observed }) => {
    const seen = byValue.get(observed.value);
    return {
      section,
      value: section === "hours" ? hourName(Number(observed.value)) : observed.value,
      events: seen?.events ?? observed.events ?? 0,
      firstMs: seen?.first_ms ?? observed.firstMs,
      lastMs: seen?.last_ms ?? observed.lastMs,
      lastEventUid: seen?.last_event_uid ?? "",
    };
  });
}
