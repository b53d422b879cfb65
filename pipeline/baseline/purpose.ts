// What an identity is for, as learned from what it did: one sentence. Names in it come from records: whoever prints it makes them inert.
import type { Activity } from "../../model/identity-action.ts";
import { minuteText } from "../../runtime/minute-text.ts";
import { type Rhythm, rhythmWords } from "./rhythm.ts";

export interface Deeds {
  readonly name: string;
  readonly provider: string;
  readonly principalType: string;
  /** Without "unknown". */
  readonly workloadTypes: readonly string[];
  /** `service:action` with the days that it was seen on. */
  readonly actions: readonly { readonly value: string; readonly days: number }[];
  readonly events: number;
  readonly eventsByActivity: Readonly<Partial<Record<Activity, number>>>;
  readonly rhythm: Rhythm;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Distinct ones, and the most regular. */
  readonly networks: number;
  readonly network: string;
  readonly agents: number;
  readonly agent: string;
}

const verbs: Readonly<Record<Activity, string>> = {
  read: "looks up",
  write: "changes",
  "data-read": "reads data of",
  "data-write": "writes data of",
  "secret-read": "reads secrets of",
  admin: "administers",
  auth: "gets credentials of",
};
/** A kind of action with less than this share of its events is no purpose; */
const mainShare = 0.2;
/** nor is a service with less than this share of the action-days that its most used one has. */
const asMainAs = 0.5;
const shownServices = 3;

export function purposeOf(deeds: Deeds): string {
  const who = `${deeds.name} (${[deeds.provider, deeds.principalType].join(" ")}${runsAs(deeds.workloadTypes)})`;
  const [only] = deeds.actions;
  if (only === undefined) return `${who} did nothing of its own: other records name it.`;
  if (deeds.events === 1) return `${who} was seen once, on ${minute(deeds.firstMs)}: ${only.value}.`;
  return `${who} ${what(deeds)}, ${rhythmWords(deeds.rhythm, deeds)}${from(deeds)}.`;
}

function runsAs(workloadTypes: readonly string[]): string {
  return workloadTypes.length === 0 ? "" : `, runs as ${workloadTypes.slice(0, 3).join(" or ")}${workloadTypes.length > 3 ? " and more" : ""}`;
}

function what({ actions, events, eventsByActivity }: Deeds): string {
  const kinds = Object.entries(eventsByActivity)
    .filter(([, count]) => count >= mainShare * events)
    .sort(([, left], [, right]) => right - left)
    .map(([activity]) => verbs[activity as Activity]);
  return `${kinds.length === 0 ? "uses" : joined(kinds)} ${servicesOf(actions)}`;
}

/** The services that most of its action-days lie in, and how many more there are. */
function servicesOf(actions: Deeds["actions"]): string {
  const daysByService = new Map<string, number>();
  for (const { value, days } of actions) {
    const service = value.slice(0, Math.max(0, value.indexOf(":")));
    daysByService.set(service, (daysByService.get(service) ?? 0) + days);
  }
  const ordered = [...daysByService].sort(([leftName, left], [rightName, right]) => right - left || (leftName < rightName ? -1 : 1));
  const most = ordered[0]?.[1] ?? 0;
  const main = ordered.filter(([, days]) => days >= asMainAs * most).slice(0, shownServices);
  const more = ordered.length - main.length;
  const names = main.map(([service]) => (service === "" ? "a service without a name" : service));
  return more === 0 ? joined(names) : `${names.join(", ")} and ${more} more ${more === 1 ? "service" : "services"}`;
}

function from({ networks, network, agents, agent }: Deeds): string {
  const place = networks === 0 ? "" : networks === 1 ? ` from ${network}` : ` from ${networks} networks`;
  const tool = agents === 0 ? "" : agents === 1 ? ` with ${agent}` : ` with ${agents} tools`;
  return place === "" && tool === "" ? "" : `,${place}${tool}`;
}

function joined(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}

function minute(timeMs: number): string {
  return `${minuteText(timeMs)} UTC`;
}
