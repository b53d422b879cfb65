// One credential at work in two networks at the same time: copied to a second machine, or to a second pair of hands.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { simultaneousUses } from "../simultaneous-use.ts";
import { traitBaseline, traitSurprise } from "../trait-surprise.ts";
import { twoMachines, twoPlaces } from "../traits.ts";

const told = 3;
/** A machine of so many active days that never did so does not begin to by itself: it has one place. */
const certainDays = 7;

export const credentialShared: Detector = {
  id: "credential-shared",
  title: "One credential in two places at once",
  aspect: "caller",
  techniques: ["T1078.004", "T1550.001"],
  nonHumanIdentityRisks: ["NHI9"],
  needs: "Credential ids and addresses, with the times of calls: CloudTrail, Google Cloud keys, Kubernetes tokens, Entra key ids.",
  falsePositives: ["A machine with two exits, of which one is new.", "A job that is moved to another machine while both run."],
  blindSpots: [
    "Two machines behind one exit.",
    "Copies that never work in the same hour.",
    "Sessions that each machine opens for itself with one secret: the sessions differ.",
  ],
  checks: ["Which of the two places is the owner's?", "Give each machine a credential of its own, then take the shared one away."],
  score(window: Window, past: Past): readonly Surprise[] {
    const places = traitSurprise(past, window.identityUid, twoPlaces);
    const machines = traitSurprise(past, window.identityUid, twoMachines);
    return simultaneousUses(window.hours)
      .map(
        ({ credential, networks, isOtherAgent }): Surprise => ({
          bits: isOtherAgent ? Math.max(places.bits, machines.bits) : places.bits,
          what: `${credential} ${networks.join(" ")}`,
          observed: `${credential || "a credential"} at once from ${networks.join(" and ")}${isOtherAgent ? ", with other agents" : ""}`,
          baseline: `so ${traitBaseline(isOtherAgent ? machines : places)}`,
          certainty: places.days === 0 && places.activeDays >= certainDays ? "mechanism" : undefined,
        }),
      )
      .sort((left, right) => right.bits - left.bits || (left.what < right.what ? -1 : 1))
      .slice(0, told);
  },
};
