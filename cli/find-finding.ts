// Which finding a person means by an id or the start of one; otherwise an error that lists those that are near.
import { PermanentError } from "../model/errors.ts";
import { findingsList, type ListedFinding } from "../queries/findings-list.ts";
import { findingsNear } from "../queries/findings-near.ts";
import { whoOf } from "../report/finding-words.ts";
import type { OpenStore } from "./invocation.ts";
import { formatTime } from "./output/time-text.ts";
import { programName } from "./package-file.ts";

const shownNear = 5;

/** @throws PermanentError naming those that begin so, or are near, where none or several fit. */
export async function findFinding(store: OpenStore, id: string, nowMs: number): Promise<ListedFinding> {
  const wanted = id.toLowerCase();
  const found = wanted === "" ? [] : await store.query(findingsList, { now_ms: nowMs, uid_prefix: wanted.slice(0, 64), limit: shownNear });
  const [finding, another] = found;
  if (finding !== undefined && another === undefined) return finding;
  if (another !== undefined) {
    const more = another.total > found.length ? `\n  and ${another.total - found.length} more` : "";
    throw new PermanentError(`finding ${id}: several begin so; give more of its id\n${listed(found)}${more}`);
  }
  const near = wanted === "" ? [] : await store.query(findingsNear, { text: wanted.slice(0, 64), limit: shownNear });
  if (near.length > 0) {
    const meant = await store.query(findingsList, { now_ms: nowMs, finding_uids: near.map(({ finding_uid }) => finding_uid) });
    throw new PermanentError(`finding ${id}: there is none of this id in ${store.location}; did you mean\n${listed(meant)}`);
  }
  throw new PermanentError(`finding ${id}: there is none of this id in ${store.location}; \`${programName} findings\` lists those that are there`);
}

function listed(findings: readonly ListedFinding[]): string {
  return findings.map((finding) => `  ${finding.finding_uid}  (${whoOf(finding)}, raised ${formatTime(finding.raised_ms).slice(0, 16)})`).join("\n");
}
