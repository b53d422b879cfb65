// A new edge in the lineage: the identity works with a credential from somebody who never handed it one. new-issuer reads what a record states of
// its own session; here the issue of the credential, in whatever log it was seen, is joined to its use.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { handOf } from "../memory/lineage-memory.ts";
import { escapeProbability } from "../surprise/escape.ts";

/** Of edges seen on a day, the share that is new where nothing else is known. */
const prior = 0.05;

export const newHandover: Detector = {
  id: "new-handover",
  title: "Credential from a new hand",
  aspect: "lineage",
  isContext: true,
  techniques: ["T1550.001", "T1098.001"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Issues of sessions and keys with their ids: AssumeRole and its kin, CreateAccessKey, TokenRequest, Entra audit.",
  falsePositives: [
    "A role that a second pipeline is allowed to take.",
    "A new instance of a service that hands out sessions under a name of its own.",
  ],
  blindSpots: ["Issues in logs that are not read.", "A first issuer: until one is known there is no second."],
  checks: ["Is the new issuer meant to be able to?", "Who changed the trust of the identity lately?", "What had the issuer done before?"],
  score(window: Window, { memory }: Past): readonly Surprise[] {
    const known = memory.identity(window.identityUid).lineage.handovers;
    if (known.size === 0) return [];
    const chance = escapeProbability(known, prior);
    return [...new Set(memory.lineage.issuersOf(window).map(handOf))]
      .filter((issuer) => !known.has(issuer))
      .sort()
      .slice(0, 3)
      .map((issuer) => ({
        bits: -Math.log2(chance),
        what: issuer,
        observed: `works with a credential from ${issuer}`,
        baseline: `on ${known.valueDays} days it had them from ${known.size === 1 ? "one other" : `${known.size} others`}`,
      }));
  },
};
