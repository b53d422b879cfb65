// What an identity's normal is, read from the stored tables: purpose, rhythm, values, credentials, lineage and peers; and what changed in it. It
// stands beside detection, whose memory it does not share: this is what a person looks at, whatever detection was asked.
import { ageOf, type Maturity, maturityOf } from "../../detect/memory/estate-memory.ts";
import { type Activity, activities } from "../../model/identity-action.ts";
import type { LineageEdge } from "../../model/lineage-step.ts";
import type { Query } from "../../model/query.ts";
import { baselineActivity } from "../../queries/baseline-activity.ts";
import { baselineCredentials } from "../../queries/baseline-credentials.ts";
import { baselinePeers } from "../../queries/baseline-peers.ts";
import { type BehaviourDimension, baselineValues } from "../../queries/baseline-values.ts";
import { lineageDown } from "../../queries/lineage-down.ts";
import { lineageUp } from "../../queries/lineage-up.ts";
import { amountChange, type Change, changeOf, type DaysAroundADay } from "./changes.ts";
import { purposeOf } from "./purpose.ts";
import { hourName, type Rhythm, rhythmOf } from "./rhythm.ts";

export interface QuestionedStore {
  query<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
}

/** Of whom the baseline is. */
export interface Known {
  readonly identity_uid: string;
  readonly identity_name: string;
  readonly provider: string;
  readonly principal_type: string;
  readonly workload_types: readonly string[];
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
}

type Values = ReturnType<(typeof baselineValues.row)["parse"]>;
export type Amount = ReturnType<(typeof baselineActivity.row)["parse"]>;

/** Somebody who handed it credentials, or whom it handed some. */
interface Neighbour {
  readonly identity_uid: string;
  readonly relation: LineageEdge["relation"];
  readonly credentials: number;
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
  /** Days on which its own records name the other; null where another's record does. */
  readonly days: number | null;
}

export interface Baseline {
  readonly purpose: string;
  /** As detection has it: `learning` on the first day, `peer` until two weeks are over, then `own`. */
  readonly maturity: Maturity;
  readonly activeDays: number;
  readonly rhythm: Rhythm;
  readonly amounts: readonly Amount[];
  readonly values: readonly Values[];
  readonly credentials: readonly ReturnType<(typeof baselineCredentials.row)["parse"]>[];
  readonly issuers: readonly Neighbour[];
  readonly targets: readonly Neighbour[];
  readonly peers: readonly ReturnType<(typeof baselinePeers.row)["parse"]>[];
}

/** What is shown as values, in this order; hours are the rhythm, issuers and targets the lineage. */
const valueDimensions = [
  "action",
  "denied_action",
  "resource_scope",
  "resource",
  "account",
  "region",
  "network",
  "agent",
] as const satisfies readonly BehaviourDimension[];
const dayMs = 86_400_000;
/** Values that the purpose and the lineage are made of. */
const consideredValues = 1_000;

/** `limit`: values of a dimension, credentials, peers. */
export async function baselineOf(store: QuestionedStore, known: Known, limit: number): Promise<Baseline> {
  const { identity_uid } = known;
  const amounts = await store.query(baselineActivity, { identity_uid });
  const considered = await store.query(baselineValues, {
    identity_uid,
    dimensions: [...valueDimensions, "issuer", "target", "slot"],
    limit: Math.max(limit, consideredValues),
  });
  const all = amounts.find(({ kind }) => kind === "all");
  const of = (dimension: BehaviourDimension) => considered.filter((value) => value.dimension === dimension);
  const days = (dimension: BehaviourDimension) => new Map(of(dimension).map(({ value, days }) => [value, days]));
  const up = await store.query(lineageUp, { identity_uids: [identity_uid], limit });
  const down = await store.query(lineageDown, { identity_uids: [identity_uid], limit });
  return {
    purpose: purposeIn(known, amounts, considered),
    maturity: maturityOf(ageOf(dayOf(all?.store_last_ms ?? known.last_seen_ms) - dayOf(known.first_seen_ms))),
    activeDays: all?.days ?? 0,
    rhythm: rhythmIn(amounts, of("slot")),
    amounts,
    values: valueDimensions.flatMap((dimension) => of(dimension).slice(0, limit)),
    credentials: await store.query(baselineCredentials, { identity_uid, limit }),
    issuers: up.map((edge) => neighbourOf(edge, edge.issuer_uid, days("issuer"))),
    targets: down.filter(({ subject_uid }) => subject_uid !== "").map((edge) => neighbourOf(edge, edge.subject_uid, days("target"))),
    peers: await store.query(baselinePeers, { identity_uid, limit }),
  };
}

type SeenValue = Pick<Values, "dimension" | "value" | "days" | "total">;

/** Of what was asked already: `values` hold its actions, networks, agents and slots, those of most days first. */
export function purposeIn(known: Known, amounts: readonly Amount[], values: readonly SeenValue[]): string {
  const of = (dimension: BehaviourDimension) => values.filter((value) => value.dimension === dimension);
  const [network] = of("network");
  const [agent] = of("agent");
  return purposeOf({
    name: known.identity_name === "" ? known.identity_uid : known.identity_name,
    provider: known.provider,
    principalType: known.principal_type,
    workloadTypes: known.workload_types.filter((type) => type !== "unknown"),
    actions: of("action"),
    events: amounts.find(({ kind }) => kind === "all")?.events ?? 0,
    eventsByActivity: Object.fromEntries(amounts.filter(({ kind }) => isActivity(kind)).map(({ kind, events }) => [kind, events])),
    rhythm: rhythmIn(amounts, of("slot")),
    firstMs: known.first_seen_ms,
    lastMs: known.last_seen_ms,
    networks: network?.total ?? 0,
    network: network?.value ?? "",
    agents: agent?.total ?? 0,
    agent: agent?.value ?? "",
  });
}

function rhythmIn(amounts: readonly Amount[], slots: readonly SeenValue[]): Rhythm {
  const all = amounts.find(({ kind }) => kind === "all");
  return rhythmOf(slots, all?.working_days ?? 0, (all?.days ?? 0) - (all?.working_days ?? 0));
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs);
}

function isActivity(kind: string): kind is Activity {
  return (activities as readonly string[]).includes(kind);
}

function neighbourOf(
  { relation, credentials, first_at_ms, last_at_ms }: LineageEdge,
  identity_uid: string,
  days: ReadonlyMap<string, number>,
): Neighbour {
  return { identity_uid, relation, credentials, first_seen_ms: first_at_ms, last_seen_ms: last_at_ms, days: days.get(identity_uid) ?? null };
}

interface BaselineChange {
  readonly change: Change;
  /** A dimension of values, `hour`, or `amount`. */
  readonly what: string;
  readonly value: string;
  /** Of a value: days on which it was seen. Of an amount: events an active day. */
  readonly before: number;
  readonly since: number;
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
}

export interface BaselineChanges {
  readonly changes: readonly BaselineChange[];
  /** Active days of the identity before and since. */
  readonly active: DaysAroundADay;
  /** Changes of a kind and dimension beyond the limit, which are not among `changes`. */
  readonly left: number;
}

const changeOrder: readonly Change[] = ["new", "gone", "more", "less"];
const changingDimensions = [...valueDimensions, "issuer", "target", "slot"] as const;

/** `limit`: changes of a kind in a dimension. */
export async function baselineChanges(store: QuestionedStore, identity_uid: string, since_ms: number, limit: number): Promise<BaselineChanges> {
  const amounts = await store.query(baselineActivity, { identity_uid, since_ms });
  const all = amounts.find(({ kind }) => kind === "all");
  const active = around(all?.days ?? 0, all?.days_before ?? 0);
  const dimensions = [...changingDimensions];
  const rows = await store.query(baselineValues, { identity_uid, dimensions, since_ms, order: "change", limit: consideredValues });
  const changes = rows.flatMap((row): BaselineChange[] => {
    const days = around(row.days, row.days_before);
    const change = changeOf(days, active);
    const isHour = row.dimension === "slot";
    const shown = isHour ? hourName(Number(row.value)) : row.value;
    return change === undefined ? [] : [changed(change, isHour ? "hour" : row.dimension, shown, days, row.first_seen_ms, row.last_seen_ms)];
  });
  for (const { kind, events, events_before, first_day_ms, last_day_ms } of amounts) {
    const change = amountChange(around(events, events_before), active);
    const aDay = { before: perDay(events_before, active.before), since: perDay(events - events_before, active.since) };
    if (change !== undefined) changes.push(changed(change, "amount", kind === "all" ? "all actions" : kind, aDay, first_day_ms, last_day_ms));
  }
  const shown = [...Map.groupBy(changes, ({ change, what }) => `${change} ${what}`).values()].flatMap((group) => group.slice(0, limit));
  const ordered = shown.sort((left, right) => changeOrder.indexOf(left.change) - changeOrder.indexOf(right.change));
  return { changes: ordered, active, left: changes.length - shown.length };
}

function around(days: number, before: number): DaysAroundADay {
  return { before, since: days - before };
}

function perDay(events: number, days: number): number {
  return days === 0 ? 0 : Math.round((events / days) * 10) / 10;
}

function changed(change: Change, what: string, value: string, { before, since }: DaysAroundADay, first: number, last: number): BaselineChange {
  return { change, what, value, before, since, first_seen_ms: first, last_seen_ms: last };
}
