// What an identity showed, by the sections of a contract. One reading for the export and for the check, so that a contract made of a store
// allows all that the store holds.
import { baselineCredentials } from "../../queries/baseline-credentials.ts";
import { type BehaviourDimension, baselineValues } from "../../queries/baseline-values.ts";
import { lineageDown } from "../../queries/lineage-down.ts";
import { lineageUp } from "../../queries/lineage-up.ts";
import type { QuestionedStore } from "../baseline/baseline.ts";
import type { PatternSection } from "./contract-file.ts";

export interface ObservedValue {
  readonly value: string;
  /** Days on which it was seen; null where no record of its own shows it. */
  readonly days: number | null;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Actions or credentials that show it, where they were counted already. */
  readonly events?: number;
}

export interface Observed {
  readonly sections: Readonly<Record<PatternSection, readonly ObservedValue[]>>;
  /** Sections of more values than are read. */
  readonly cut: ReadonlySet<PatternSection>;
  /** As they were read, those of most days first. */
  readonly values: readonly ReturnType<(typeof baselineValues.row)["parse"]>[];
  /** 0 to 23 hours of working days (UTC), 24 to 47 of weekends. */
  readonly slots: readonly ObservedValue[];
}

/** Dimension of `behaviour` by section. */
export const sectionDimensions = {
  actions: "action",
  resources: "resource",
  accounts: "account",
  regions: "region",
  networks: "network",
  agents: "agent",
  issuers: "issuer",
  targets: "target",
} as const satisfies Partial<Record<PatternSection, BehaviourDimension>>;

/** What one answer holds at most. */
const mostValues = 100_000;

/** What was seen at `fromMs` or later. */
export async function observedOf(store: QuestionedStore, identity_uid: string, fromMs: number): Promise<Observed> {
  const cut = new Set<PatternSection>();
  const dimensions: BehaviourDimension[] = [...Object.values(sectionDimensions), "slot"];
  const values = await store.query(baselineValues, { identity_uid, dimensions, seen_from_ms: fromMs, limit: mostValues });
  const valuesOf = (section: keyof typeof sectionDimensions): ObservedValue[] => {
    const rows = values.filter(({ dimension }) => dimension === sectionDimensions[section]);
    if ((rows[0]?.total ?? 0) > rows.length) cut.add(section);
    return rows.map(observedValue);
  };
  const credentials = await store.query(baselineCredentials, { identity_uid, from_ms: fromMs, limit: mostValues });
  const uses = credentials.map(({ credential_type, lifetime, uid, days, events, first_used_ms, last_used_ms }) => ({
    ...{ type: credential_type, isStatic: lifetime === "static", uid },
    ...{ days, events, firstMs: first_used_ms, lastMs: last_used_ms },
  }));
  if (credentials.length === mostValues) cut.add("static_credentials").add("credential_types");
  const edges = { limit: mostValues, identity_uids: [identity_uid] };
  const up = (await store.query(lineageUp, edges)).map((edge) => ({ value: edge.issuer_uid, edge }));
  const down = (await store.query(lineageDown, edges)).map((edge) => ({ value: edge.subject_uid, edge }));
  const neighbours = (all: typeof up) =>
    all
      .filter(({ value, edge }) => value !== "" && edge.last_at_ms >= fromMs)
      .map(({ value, edge }) => ({ value, days: null, firstMs: edge.first_at_ms, lastMs: edge.last_at_ms, events: Math.max(1, edge.credentials) }));
  return {
    values,
    slots: values.filter(({ dimension }) => dimension === "slot").map(observedValue),
    cut,
    sections: {
      actions: valuesOf("actions"),
      resources: valuesOf("resources"),
      accounts: valuesOf("accounts"),
      regions: valuesOf("regions"),
      networks: valuesOf("networks"),
      agents: valuesOf("agents"),
      credential_types: once(uses.map(({ type, ...use }) => ({ value: type, ...use }))),
      static_credentials: once(uses.filter(({ isStatic, uid }) => isStatic && uid !== "").map(({ uid, ...use }) => ({ value: uid, ...use }))),
      issuers: once([...valuesOf("issuers"), ...neighbours(up)]),
      targets: once([...valuesOf("targets"), ...neighbours(down)]),
    },
  };
}

function observedValue({ value, days, first_seen_ms, last_seen_ms }: ReturnType<(typeof baselineValues.row)["parse"]>): ObservedValue {
  return { value, days, firstMs: first_seen_ms, lastMs: last_seen_ms };
}

/** Each value once: what its own records say goes before what others' do. */
function once(values: readonly ObservedValue[]): ObservedValue[] {
  const byValue = new Map<string, ObservedValue>();
  for (const { value, days, firstMs, lastMs, events } of values) {
    const known = byValue.get(value);
    if (known === undefined) byValue.set(value, { value, days, firstMs, lastMs, ...(events === undefined ? {} : { events }) });
    else
      byValue.set(value, {
        ...known,
        firstMs: Math.min(known.firstMs, firstMs),
        lastMs: Math.max(known.lastMs, lastMs),
        ...(known.events === undefined || known.days === null || days === null ? {} : { events: known.events + (events ?? 0) }),
      });
  }
  return [...byValue.values()];
}
