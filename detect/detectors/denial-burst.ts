// Refused at many different things within an hour: somebody tries out what a credential is good for.
import { burstDetector } from "../burst-detector.ts";

export const denialBurst = burstDetector({
  id: "denial-burst",
  title: "Refused at many things",
  aspect: "action",
  dimension: "denied-action",
  noun: "refused actions",
  techniques: ["T1580", "T1087.004"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Refusals in the log: CloudTrail's AccessDenied, Google Cloud's PERMISSION_DENIED, Kubernetes' 403, Azure's AuthorizationFailed.",
  falsePositives: ["Rights taken away from a machine that does many things.", "A scanner of rights that runs for the first time."],
  blindSpots: ["One thing refused a thousand times: unusual-volume has it.", "A thief who is allowed everything he tries."],
  checks: ["Did anybody change its rights today?", "Do the refused actions belong to its work, or are they a survey?", "What was not refused?"],
});
