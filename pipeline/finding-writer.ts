// Findings on their way into the store. The same finding is the same row, whoever writes it, how often and in which order: of two revisions the
// one that was told last stays, so that live detection and a replay meet in one row.
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Told } from "../detect/alert-collapse.ts";
import type { AsOfView } from "../detect/alert-source.ts";
import { type Finding, findingJsonColumns, findingSchema } from "../model/finding.ts";
import { findingsList } from "../queries/findings-list.ts";
import type { Store } from "../storage/store.ts";
import { timeText } from "../storage/time-text.ts";
import { draftsOf, type FindingConfiguration, type FindingDraft, findingUid, makeFindings, orderedWindows } from "./make-findings.ts";

export interface WriteToldOptions {
  readonly store: Store;
  /** As of the last of the moments, or later. */
  readonly view: AsOfView;
  readonly configuration: FindingConfiguration;
}

const findingsAQuestion = 200;
/** Bits of `version` below the time of the last change. */
const digestBits = 20n;
const digestDigits = Number(digestBits) / 4;

/**
 * Makes findings of what was told and writes them: new ones, and those that go on, as another revision of what is stored. Returns what was
 * written. Writing the same again changes nothing; what was told earlier must have been written before.
 */
export async function writeTold(told: readonly Told[], { store, view, configuration }: WriteToldOptions): Promise<Finding[]> {
  const drafts = draftsOf(told);
  const goingOn = drafts.filter(({ isBegun }) => !isBegun).map(({ place }) => findingUid(place));
  const known = new Map((await knownFindings(store, goingOn, configuration)).map((finding) => [finding.finding_uid, finding]));
  const made = await makeFindings(store, view, drafts, configuration);
  const findings = drafts.flatMap((draft, place) => {
    const finding = made[place];
    return finding === undefined ? [] : revised(known.get(finding.finding_uid), finding, draft);
  });
  await writeFindings(store, findings);
  return findings;
}

export async function writeFindings(store: Store, findings: readonly Finding[]): Promise<void> {
  await store.insertRows("findings", findings.map(rowOf));
}

async function knownFindings(store: Store, uids: readonly string[], { digest }: FindingConfiguration): Promise<Finding[]> {
  const known: Finding[] = [];
  for (let from = 0; from < uids.length; from += findingsAQuestion) {
    const asked = { now_ms: 0, finding_uids: uids.slice(from, from + findingsAQuestion), configuration: digest, limit: findingsAQuestion };
    for (const listed of await store.query(findingsList, asked)) known.push(withoutState.parse(listed));
  }
  return known;
}

const withoutState = z.object(findingSchema.shape);

/** What is stored, with what was told since; nothing where that was told before. */
function revised(known: Finding | undefined, made: Finding, { toldMs, isRaisingTold, isBegun }: FindingDraft): Finding[] {
  if (known === undefined || isBegun) return [made];
  const since = toldMs.filter((momentMs) => momentMs > known.changed_ms);
  if (since.length === 0) return [];
  const { raised_ms, revision } = known;
  const windows = orderedWindows([...known.windows, ...made.windows]);
  return [{ ...(isRaisingTold ? made : known), windows, raised_ms, revision: revision + since.length, changed_ms: made.changed_ms }];
}

/** A row of the table. Its version is made of the row itself. */
function rowOf(finding: Finding): object {
  const { window_start_ms, raised_ms, changed_ms, ...columns } = finding;
  const digest = createHash("sha256").update(JSON.stringify(finding)).digest("hex").slice(0, digestDigits);
  return {
    ...columns,
    ...Object.fromEntries(findingJsonColumns.map((column) => [column, JSON.stringify(finding[column])])),
    version: (BigInt(changed_ms) << digestBits) | BigInt(`0x${digest}`),
    window_start: timeText(window_start_ms),
    raised_at: timeText(raised_ms),
    changed_at: timeText(changed_ms),
  };
}
