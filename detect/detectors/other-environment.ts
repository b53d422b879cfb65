// One identity in production and elsewhere: by the names of the accounts, namespaces, buckets and groups that it works in.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { elsewhereThanProduction, production } from "../traits.ts";

const fewestDays = 5;
/** Share of the machines of one environment that one day work in another. */
const priorShare = 0.05;
const priorDays = 5;

export const otherEnvironment: Detector = {
  id: "other-environment",
  title: "In production and elsewhere",
  aspect: "object",
  techniques: ["T1078.004"],
  nonHumanIdentityRisks: ["NHI8"],
  needs: "Names that tell the environment, as projects, namespaces, resource groups and buckets often have; account numbers do not.",
  falsePositives: ["A copy of production's data into a test, made once and meant.", "A tool of the platform that reaches another environment."],
  blindSpots: ["Names that say nothing, or lie.", "Identities that were in both from the first days on."],
  checks: ["Which of the two is its own?", "Does the other environment trust it on purpose?", "Give each environment its own identity."],
  score(window: Window, { memory }: Past): readonly Surprise[] {
    const { values, rhythm } = memory.identity(window.identityUid);
    const { trait } = values;
    return [
      { shown: production, own: elsewhereThanProduction },
      { shown: elsewhereThanProduction, own: production },
    ].flatMap(({ shown, own }) => {
      const isNew = window.values.trait.has(shown) && !trait.has(shown);
      if (!isNew || trait.daysOf(own) < fewestDays) return [];
      const bits = -Math.log2((priorShare * priorDays) / (rhythm.activeDays + priorDays));
      const names = [...window.values["resource-scope"].keys(), ...window.values.account.keys()].filter(
        (name) => !values["resource-scope"].has(name),
      );
      const observed = `works ${shown}: ${names.slice(0, 3).join(", ")}`;
      return [
        {
          bits,
          what: shown,
          observed,
          baseline: `it worked ${own} on ${trait.daysOf(own)} of its ${rhythm.activeDays} active days, and never there`,
        },
      ];
    });
  },
};
