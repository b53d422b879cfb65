// A finding in the few words that a chat, a pager or a mail has room for. The whole story is the command line's.
import type { Finding } from "../model/finding.ts";
import type { FindingState } from "../model/finding-state.ts";
import type { FindingSummary } from "../model/finding-summary.ts";
import { minuteText } from "../runtime/minute-text.ts";
import { kindOf, oneIn, whoOf, why } from "./finding-words.ts";

interface DecidedFinding extends Finding {
  readonly state: FindingState;
  readonly state_reason: string;
  readonly state_by: string;
  readonly state_at_ms: number;
  readonly muted_until_ms: number;
}

const hourMs = 3_600_000;
const longestChain = 5;

export function findingSummary(finding: DecidedFinding): FindingSummary {
  const { provider, window_start_ms, reasons, probability } = finding;
  // A source of records or a detector that is not well is no identity: it has no habits.
  const isSource = finding.kind === "source";
  const who = whoOf(finding);
  const kind = `${provider} ${kindOf(finding)}`.trim();
  const said = why(reasons);
  const between = `${minuteText(window_start_ms)} to ${minuteText(window_start_ms + hourMs).slice(11)} UTC`;
  const decision = decisionOf(finding);
  return {
    who,
    title: isSource ? `${who} is not well` : `${who} was not itself`,
    kind,
    why: said,
    sentence: isSource
      ? `The ${who} is not well, ${between}: ${said.toLowerCase()}.`
      : `${who} (${kind}) was not itself in what was received ${between}: ${said.toLowerCase()}.`,
    reasons: reasons.map(({ observed, baseline }) => ({ observed, normal: baseline })),
    chain: chainOf(finding),
    odds: isSource ? "" : `one hour in ${oneIn(probability)} is as odd`,
    ...(decision !== undefined && { decision }),
  };
}

/** The nearest issuer of each hop; where there are several the first that is listed. */
function chainOf({ identity_uid, lineage }: Finding): string[] {
  const chain = [identity_uid];
  for (const { subject_uid, issuer_uid } of lineage.up) {
    if (chain.length > longestChain) break;
    if (subject_uid === chain[0] && !chain.includes(issuer_uid)) chain.unshift(issuer_uid);
  }
  return chain;
}

function decisionOf({ state, state_by, state_reason, state_at_ms, muted_until_ms }: DecidedFinding): string | undefined {
  if (state_at_ms === 0) return undefined;
  const until = muted_until_ms === 0 ? "" : ` until ${minuteText(muted_until_ms)} UTC`;
  return `${state}${until}, by ${state_by} on ${minuteText(state_at_ms)} UTC${state_reason === "" ? "" : `: ${state_reason}`}`;
}
