// The past replayed under several settings at once: what each of them would have raised. The store is read once for all of them.

import type { Told } from "../detect/alert-collapse.ts";
import { asOfView } from "../detect/as-of-view.ts";
import { Watch, type WatchOptions } from "../detect/watch.ts";
import { receivedDays, type WatchedDay, watchParts } from "../detect/watched-days.ts";
import { identitiesList } from "../queries/identities-list.ts";
import type { Store } from "../storage/store.ts";
import { receptionWithPastOf, spanOf } from "./detect.ts";
import { decisionsUntil } from "./finding-decision.ts";
import { findingUid } from "./make-findings.ts";

export interface ReplayedFinding {
  readonly id: string;
  readonly identityUid: string;
  /** End of the hour of reception that raised it. */
  readonly raisedMs: number;
  readonly bits: number;
  /** Ids of the detectors whose reasons it tells, the rarest first. */
  readonly detectors: readonly string[];
  /** What was odd, in words. */
  readonly why: string;
}

interface ReplayedDay {
  readonly startMs: number;
  /** Hours of identities that were received. */
  readonly windows: number;
  readonly raised: number;
}

export interface ReplayedTrial {
  readonly budget: number;
  /** Raised within the span, in their order. */
  readonly findings: readonly ReplayedFinding[];
  /** Days of the span. */
  readonly days: readonly ReplayedDay[];
}

export interface Replay {
  readonly span: { readonly fromMs: number; readonly toMs: number };
  /** As they were asked for. */
  readonly trials: readonly ReplayedTrial[];
  readonly isInterrupted: boolean;
}

interface ReplayOptions {
  readonly store: Store;
  /** Default: seven days before `toMs`. */
  readonly fromMs: number | undefined;
  /** Default: the last reception. */
  readonly toMs: number | undefined;
  readonly trials: readonly WatchOptions[];
  readonly signal: AbortSignal;
  readonly onDay: (day: Pick<WatchedDay, "startMs" | "day" | "days">) => void;
}

const dayMs = 86_400_000;
const toldReasons = 3;

/** @throws PermanentError where the store cannot answer: no records, no past. */
export async function replay({ store, fromMs, toMs, trials, signal, onDay }: ReplayOptions): Promise<Replay> {
  const span = spanOf({ fromMs, toMs }, await receptionWithPastOf(store, toMs));
  const decisions = await decisionsUntil(store, span.toMs);
  const folds = trials.map((options) => ({ kept: new Kept(options.budget, span.fromMs), watch: new Watch({ ...options, decisions }) }));
  let isInterrupted = signal.aborted;
  for await (const { parts, ...day } of receivedDays(asOfView(store, span.toMs), { toMs: span.toMs })) {
    for (const { watch, kept } of folds) kept.day(day, watchParts(watch, parts, span.toMs));
    onDay(day);
    isInterrupted = signal.aborted;
    if (isInterrupted) break;
  }
  return { span, trials: folds.map(({ kept }) => kept.trial), isInterrupted };
}

/** What detectors in shadow would add: of the trials, the first is what is raised, the second what they and the others would raise. */
export function addedBy(live: ReplayedTrial, shadow: ReplayedTrial | undefined): ReplayedFinding[] {
  const ids = new Set(live.findings.map(({ id }) => id));
  return (shadow?.findings ?? []).filter(({ id }) => !ids.has(id)).sort((left, right) => right.bits - left.bits || left.raisedMs - right.raisedMs);
}

/** What one of the folds has raised within the span so far. */
class Kept {
  readonly #budget: number;
  readonly #fromMs: number;
  readonly #findings = new Map<string, ReplayedFinding>();
  readonly #days: ReplayedDay[] = [];

  constructor(budget: number, fromMs: number) {
    this.#budget = budget;
    this.#fromMs = fromMs;
  }

  day({ startMs, windows }: Omit<ReplayedDay, "raised">, told: readonly Told[]): void {
    if (startMs + dayMs <= this.#fromMs) return;
    const before = this.#findings.size;
    for (const each of told) if (each.isNews && each.place.momentMs > this.#fromMs) this.#keep(findingOf(each));
    this.#days.push({ startMs, windows, raised: this.#findings.size - before });
  }

  /** Told again of the same hour, it is odder now, or its hour is over; of several identities the oddest stands for all. */
  #keep(finding: ReplayedFinding): void {
    const known = this.#findings.get(finding.id);
    if (known === undefined || known.identityUid === finding.identityUid || known.bits < finding.bits) this.#findings.set(finding.id, finding);
  }

  get trial(): ReplayedTrial {
    return { budget: this.#budget, findings: [...this.#findings.values()], days: this.#days };
  }
}

function findingOf({ place, raised: { window, bits, reasons } }: Told): ReplayedFinding {
  return {
    id: findingUid(place),
    identityUid: window.identityUid,
    raisedMs: place.momentMs,
    bits,
    detectors: [...new Set(reasons.map(({ detector }) => detector.id))],
    why: reasons
      .slice(0, toldReasons)
      .map(({ observed }) => observed)
      .join("; "),
  };
}

/** Names of identities, for people. */
export async function namesOf(store: Store, uids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (uids.length === 0) return new Map();
  const wanted = new Set(uids);
  const rows = await store.query(identitiesList, { limit: 100_000 });
  return new Map(rows.flatMap(({ identity_uid, identity_name }) => (wanted.has(identity_uid) ? [[identity_uid, identity_name]] : [])));
}
