// From raised windows to findings: which windows belong together, the events and the lineage that show them, and what they could do. It
// stands apart from writing them because a dry run makes the same ones and keeps none.
import { createHash } from "node:crypto";
import type { FindingPlace, Told } from "../detect/alert-collapse.ts";
import type { AsOfView } from "../detect/alert-source.ts";
import type { PastOfValue } from "../detect/detector.ts";
import { confidenceOf, impactOf, riskOf, severityOf } from "../detect/impact.ts";
import type { Reason } from "../detect/scoring.ts";
import { usualSettings } from "../detect/settings.ts";
import type { Raised, WatchOptions } from "../detect/watch.ts";
import {
  type Finding,
  type FindingEvent,
  type FindingLineage,
  type FindingMember,
  type FindingReason,
  findingEventSchema,
} from "../model/finding.ts";
import { windowEvents } from "../queries/window-events.ts";
import type { Store } from "../storage/store.ts";
import { LineageReader } from "./lineage-reader.ts";
import { modelDigest } from "./model-version.ts";

/** What detection was told, as findings keep it. */
export interface FindingConfiguration {
  readonly digest: string;
  /** Findings a day. */
  readonly budget: number;
}

/** What was told of one finding. */
export interface FindingDraft {
  readonly place: FindingPlace;
  /** What raised it, of each identity as it was known last, the oddest first. Without it, what was told stands for it. */
  readonly raised: readonly Raised[];
  readonly isRaisingTold: boolean;
  /** Identity and hour of all windows that belong to it, in order of time. */
  readonly windows: readonly [string, number][];
  /** When it was told, each time, in order. */
  readonly toldMs: readonly number[];
  /** Its first telling is among them. */
  readonly isBegun: boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Events that are kept of an identity's hour. */
export const mostEvents = 20;
/** Identities of one finding whose events are kept. */
const mostMembersWithEvents = 5;
/** Of a finding, values that its events are searched for; with the next two it bounds a parameter, of which a server takes 128 KiB. */
const mostTelling = 16;
const longestTelling = 512;
const windowsAQuestion = 10;
const mostReasons = 24;
/** Detectors whose advice a person is given; more is no advice. */
const advisingDetectors = 3;

export function configurationOf({ budget, detectors, gates = usualSettings }: WatchOptions): FindingConfiguration {
  const { fromMaturity, activeDays, sensitivity, exceptions, keyAgeDays } = gates;
  const decided = [fromMaturity, activeDays, sensitivity, exceptions, keyAgeDays];
  const told = JSON.stringify([modelDigest(), budget, detectors.map(({ id }) => id).toSorted(), ...decided]);
  return { digest: createHash("sha256").update(told).digest("hex").slice(0, 12), budget };
}

/**
 * Sixteen hexadecimal digits of SHA-256 over the JSON array [identity_uid, start, end] of the hour of reception that raised it (epoch
 * milliseconds): the same whenever and wherever the same hour of the same identity is raised.
 */
export function findingUid({ about, momentMs }: FindingPlace): string {
  const endMs = Math.ceil(momentMs / hourMs) * hourMs;
  return createHash("sha256")
    .update(JSON.stringify([about, endMs - hourMs, endMs]))
    .digest("hex")
    .slice(0, 16);
}

/** In the order in which they were begun. */
export function draftsOf(told: readonly Told[]): FindingDraft[] {
  return [...Map.groupBy(told, ({ place }) => findingUid(place)).values()].flatMap((each) => {
    const [first] = each;
    if (first === undefined) return [];
    const raising = each.filter(({ isNews }) => isNews);
    const isRaisingTold = raising.length > 0;
    const latest = new Map((isRaisingTold ? raising : each).map(({ raised }) => [raised.window.identityUid, raised]));
    return {
      place: first.place,
      raised: [...latest.values()].sort((left, right) => right.bits - left.bits),
      isRaisingTold,
      windows: orderedWindows(each.map(({ raised: { window } }) => [window.identityUid, window.momentMs])),
      toldMs: [...new Set(each.map(({ raised }) => raised.asOfMs))],
      isBegun: first.isNews && !first.isRevision,
    };
  });
}

/** Each once. */
export function orderedWindows(windows: readonly [string, number][]): [string, number][] {
  const distinct = new Map(windows.map((window) => [JSON.stringify(window), window]));
  return [...distinct.values()].sort((left, right) => left[1] - right[1] || (left[0] < right[0] ? -1 : 1));
}

/** In the order of the drafts. `view`: as of the last of the moments or later. */
export async function makeFindings(
  store: Store,
  view: AsOfView,
  drafts: readonly FindingDraft[],
  configuration: FindingConfiguration,
): Promise<Finding[]> {
  const lineage = new LineageReader(store);
  const findings: Finding[] = [];
  const events = await eventsOf(view, drafts);
  await lineage.prepare(drafts.flatMap(({ raised }) => raised.map(({ window }) => window.identityUid)));
  for (const draft of drafts) {
    const [first] = draft.raised;
    if (first === undefined) continue;
    const chain = await lineage.of(first.window.identityUid, draft.place.momentMs);
    findings.push(findingOf(draft, first, events.get(draft) ?? [], chain, configuration));
  }
  return findings;
}

function findingOf(
  draft: FindingDraft,
  first: Raised,
  events: readonly NamedEvent[],
  lineage: FindingLineage,
  configuration: FindingConfiguration,
): Finding {
  const { place, raised, windows, toldMs } = draft;
  const { window, bits, maturity } = first;
  const reasons = first.reasons.slice(0, mostReasons);
  const advising = [...new Set(reasons.map(({ detector }) => detector))].slice(0, advisingDetectors);
  const impact = impactOf(
    raised.map((each) => each.window),
    lineage.reach,
  );
  const confidence = confidenceOf(bits);
  const members = raised.map((each) => memberOf(each, events));
  return {
    finding_uid: findingUid(place),
    configuration: configuration.digest,
    revision: toldMs.length,
    kind: place.kind,
    budget: configuration.budget,
    identity_uid: window.identityUid,
    identity_name: members[0]?.identity_name ?? "",
    identity_uids: unique(members.map(({ identity_uid }) => identity_uid)).sort(),
    provider: window.provider,
    principal_type: window.principalType,
    workload_type: window.workloadType,
    window_start_ms: window.momentMs - hourMs,
    raised_ms: toldMs[0] ?? first.asOfMs,
    changed_ms: toldMs.at(-1) ?? first.asOfMs,
    windows: [...windows],
    bits,
    probability: 2 ** -bits,
    maturity,
    severity: severityOf(impact.points),
    impact: impact.points,
    impact_reasons: [...impact.reasons],
    confidence,
    risk: riskOf(confidence, impact.points),
    detectors: unique(reasons.map(({ detector }) => detector.id)),
    techniques: unique(advising.flatMap(({ techniques }) => techniques)),
    nhi_risks: unique(advising.flatMap(({ nonHumanIdentityRisks }) => nonHumanIdentityRisks)),
    reasons: reasons.map(reasonOf),
    members,
    event_uids: events.map(({ event_uid }) => event_uid),
    // With their members in the order in which they are read again: the row's version is made of its text.
    events: events.map(({ identity_name: _, ...event }) => findingEventSchema.parse(event)),
    lineage,
    checks: unique(advising.flatMap(({ checks }) => checks)),
    false_positives: unique(advising.flatMap(({ falsePositives }) => falsePositives)),
    blind_spots: unique(advising.flatMap(({ blindSpots }) => blindSpots)),
  };
}

function reasonOf({ detector, what, observed, baseline, bits, probability, certainty, past }: Reason): FindingReason {
  return {
    ...{ detector: detector.id, title: detector.title, what, observed, baseline, bits, probability },
    ...(certainty !== undefined && { certainty }),
    ...(past !== undefined && { past: pastOf(past) }),
  };
}

function pastOf({ days, firstDay, lastDay, others, knownValues, valueDays }: PastOfValue): FindingReason["past"] {
  return {
    days,
    ...(firstDay !== undefined && { first_seen_ms: firstDay * dayMs }),
    ...(lastDay !== undefined && { last_seen_ms: lastDay * dayMs }),
    ...{ others, known_values: knownValues, value_days: valueDays },
  };
}

function memberOf({ window, bits }: Raised, events: readonly NamedEvent[]): FindingMember {
  return {
    identity_uid: window.identityUid,
    identity_name: events.find(({ identity_uid }) => identity_uid === window.identityUid)?.identity_name ?? "",
    provider: window.provider,
    principal_type: window.principalType,
    workload_type: window.workloadType,
    bits,
  };
}

type NamedEvent = FindingEvent & { readonly identity_name: string };

async function eventsOf(view: AsOfView, drafts: readonly FindingDraft[]): Promise<Map<FindingDraft, NamedEvent[]>> {
  const events = new Map<FindingDraft, NamedEvent[]>();
  const asked = drafts.flatMap((draft) => draft.raised.slice(0, mostMembersWithEvents).map((raised) => ({ draft, raised })));
  for (let from = 0; from < asked.length; from += windowsAQuestion) {
    const group = asked.slice(from, from + windowsAQuestion);
    const rows = await view.query(windowEvents, {
      identity_uids: group.map(({ raised }) => raised.window.identityUid),
      moments_ms: group.map(({ raised }) => raised.window.momentMs),
      step_ms: hourMs,
      telling: unique(group.flatMap(({ raised }) => raised.reasons.flatMap(tellingValues).slice(0, mostTelling))),
      limit: mostEvents,
    });
    for (const { draft, raised } of group) {
      const own = rows.filter((row) => row.identity_uid === raised.window.identityUid && row.moment_ms === raised.window.momentMs);
      const before = events.get(draft) ?? [];
      events.set(draft, [...before, ...own.map(({ moment_ms: _, ...event }) => event)]);
    }
  }
  return events;
}

/** A reason is about a value, or about a credential and a value after it. */
function tellingValues({ what }: Reason): string[] {
  return unique([what, what.slice(what.indexOf(" ") + 1)]).filter((value) => value.length <= longestTelling);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
