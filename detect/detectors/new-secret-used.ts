// A machine was given a new secret, key or certificate by somebody, and works with it from a network that it never had: whoever gave it has it.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { handOf } from "../memory/lineage-memory.ts";
import { isPlace } from "../network-place.ts";
import { escapeProbability } from "../surprise/escape.ts";

const dayMs = 86_400_000;
/** What was issued longer ago is not new. */
const newForDays = 30;
const fewestDays = 3;
/** Of machines that get a new secret the share that gets it from somebody new: rotation is always the same one. */
const priorIssuers = 0.2;

export const newSecretUsed: Detector = {
  id: "new-secret-used",
  title: "New secret, used from a new network",
  aspect: "lineage",
  techniques: ["T1098.001"],
  nonHumanIdentityRisks: ["NHI2", "NHI7"],
  needs:
    "The issue in the log (Entra audit, CreateAccessKey, CreateServiceAccountKey) and its id in the record of its use (Entra sign-ins, CloudTrail, Google Cloud).",
  falsePositives: ["A machine that is set up anew elsewhere, with a key of its own for the new place."],
  blindSpots: ["Use from a network of the machine's own.", "Issues that name no id, or another than uses do."],
  checks: [
    "Who gave it the secret, and had that one a reason?",
    "Take the new secret away: the old ones go on.",
    "What else did the issuer hand out?",
  ],
  score(window: Window, { memory, today }: Past): readonly Surprise[] {
    const own = memory.identity(window.identityUid);
    if (own.rhythm.activeDays < fewestDays) return [];
    const found = new Map<string, Surprise>();
    for (const { uses } of window.hours)
      for (const [credential, lifetime, network] of uses) {
        if (lifetime !== "static" || !isPlace(network)) continue;
        const issue = memory.lineage.issueOf(credential);
        if (issue === undefined || window.momentMs - issue.momentMs > newForDays * dayMs) continue;
        if (own.values["static-credential"].has(credential) || own.values.network.has(network)) continue;
        const users = memory.usersOf("network", network);
        const escapes = memory.escapes(window.identityUid, "network", today);
        const { handovers } = own.lineage;
        const isUsualIssuer = handovers.has(handOf(issue.issuer));
        const issuerChance = escapeProbability(handovers, priorIssuers);
        const bits = -Math.log2(users === 0 ? escapes.all : escapes.own) - (isUsualIssuer ? 0 : Math.log2(issuerChance));
        found.set(`${credential} ${network}`, {
          bits,
          what: `${credential} ${network}`,
          observed: `${credential}, which ${issue.issuer} made ${Math.max(0, Math.round((window.momentMs - issue.momentMs) / 3_600_000))} h before, used from ${network}`,
          baseline: `none of its ${own.values.network.size} known networks${isUsualIssuer ? "" : "; nobody knows that issuer to have made its credentials"}`,
          certainty: users === 0 && !isUsualIssuer ? "mechanism" : undefined,
        });
      }
    return [...found.values()];
  },
};
