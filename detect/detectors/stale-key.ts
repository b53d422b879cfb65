// A static key older than its policy at the moment of its use. It is told once for each key; what is told of it is a fact, no oddity.
import { bitsOfFact } from "../certainty.ts";
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";

const dayMs = 86_400_000;

export const staleKey: Detector = {
  id: "stale-key",
  title: "Key older than its policy",
  aspect: "time",
  techniques: ["T1078.004"],
  nonHumanIdentityRisks: ["NHI7"],
  needs: "The issue of the key in the log, or its use for longer than the policy: hardly any record of a use states the key's date.",
  falsePositives: ["Keys that have an exemption: an exception of the configuration says so. Another policy than 90 days: detection.key_age_days."],
  blindSpots: ["Age from before the first record: a key counts from the first time that it was seen."],
  checks: ["Can the machine use sessions in place of the key?", "Rotate it, and see that the old one is not used any more."],
  score(window: Window, { memory, keyAgeDays }: Past): readonly Surprise[] {
    const stated = new Map(window.hours.flatMap(({ issue_dates }) => issue_dates));
    const found = new Map<string, Surprise>();
    for (const { hour, uses } of window.hours)
      for (const [credential, lifetime] of uses) {
        if (lifetime !== "static" || credential === "") continue;
        const issuedMs = stated.get(credential) ?? memory.lineage.issueOf(credential)?.momentMs;
        const sinceMs = issuedMs ?? (memory.identity(window.identityUid).lineage.firstUseOf(credential) ?? hour) * 3_600_000;
        const days = Math.floor((hour * 3_600_000 - sinceMs) / dayMs);
        if (days <= keyAgeDays) continue;
        found.set(credential, {
          bits: bitsOfFact,
          what: credential,
          observed: `${credential} used ${days} days after ${issuedMs === undefined ? "its first use that is known" : "its issue"}`,
          baseline: `the policy is ${keyAgeDays} days`,
          certainty: "fact",
        });
      }
    return [...found.values()];
  },
};
