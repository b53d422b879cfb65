// An identity works with what somebody handed to it who was himself odd within the last day: a takeover goes on from one identity to the next. The
// finding names the chain, from where it entered.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Dimension, Window } from "../evidence.ts";

/** What shows that the window is not its own work. */
const telling: readonly Dimension[] = ["action", "denied-action", "admin-action", "secret", "resource-scope", "network", "agent"];

export const oddIssuer: Detector = {
  id: "odd-issuer",
  title: "Handed on by somebody odd",
  aspect: "lineage",
  isContext: true,
  techniques: ["T1550.001", "T1078.004"],
  nonHumanIdentityRisks: ["NHI1", "NHI5"],
  needs: "Issues of sessions and keys with their ids, or records that state who handed a session out.",
  falsePositives: ["A deployment that was raised for being new, and the machines that it starts."],
  blindSpots: [
    "Somebody who does only what the identity did before.",
    "Sessions whose issue is in a log that is not read.",
    "An entry more than a day before.",
  ],
  checks: [
    "Begin where the chain begins: what was odd there?",
    "What else did the first one hand out?",
    "End the sessions along the chain, the first one first.",
  ],
  score(window: Window, { memory }: Past): readonly Surprise[] {
    const { lineage } = memory;
    const { values } = memory.identity(window.identityUid);
    // Whoever goes on with its own work is not taken over because its issuer may be: alerts would breed alerts.
    const fresh = telling.flatMap((dimension) => [...window.values[dimension].keys()].filter((value) => !values[dimension].has(value)));
    if (fresh.length === 0) return [];
    return lineage.issuersOf(window).flatMap((issuer) => {
      const oddity = lineage.oddityOf(issuer, window.momentMs);
      if (oddity === undefined || oddity.chain.includes(window.identityUid)) return [];
      const [entry = issuer] = oddity.chain;
      const hours = Math.round((window.momentMs - oddity.momentMs) / 3_600_000);
      return [
        {
          bits: -Math.log2(lineage.oddShare),
          what: issuer,
          observed: `works with what ${issuer} handed to it, who was raised ${hours === 0 ? "in the same hour" : `${hours} h before`} (${oddity.observed}), and does what is new to it: ${fresh.slice(0, 2).join(", ")}`,
          baseline: `chain ${[...oddity.chain, window.identityUid].join(" -> ")}; it entered at ${entry}`,
        },
      ];
    });
  },
};
