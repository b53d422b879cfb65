// A network (a /24 or /48 of public addresses, or a class of addresses) from which the identity never came.
import { noveltyDetector } from "../novelty-detector.ts";

export const newNetwork = noveltyDetector({
  id: "new-network",
  title: "New network",
  aspect: "caller",
  dimension: "network",
  noun: "network",
  techniques: ["T1078.004", "T1550.001"],
  nonHumanIdentityRisks: ["NHI2", "NHI7"],
  needs: "Records that hold addresses; managed identities' sign-ins hold none, which is unknown and not new.",
  falsePositives: ["A vendor that changes its addresses.", "Autoscaling into a new range: this raises little, since its own rate is the measure."],
  blindSpots: ["An attacker behind the victim's own exit, or in the same cloud network."],
  checks: ["Whose address is it?", "Did the same credential keep working from the old network meanwhile?", "What did it do from there?"],
});
