// Many different secrets read within an hour by one who reads few.
import { burstDetector } from "../burst-detector.ts";

export const secretsInBulk = burstDetector({
  id: "secrets-in-bulk",
  title: "Secrets read in bulk",
  aspect: "object",
  dimension: "secret",
  noun: "secrets",
  techniques: ["T1555.006", "T1552.007"],
  nonHumanIdentityRisks: ["NHI2", "NHI5"],
  needs: "Reads of secrets by name: CloudTrail, Data Access logs of Secret Manager, Key Vault's audit events, Kubernetes requests.",
  falsePositives: ["A rotation or a backup of all secrets that runs for the first time.", "A controller that starts anew and reads what it watches."],
  blindSpots: ["Key Vault's own log where it is not collected.", "Secrets that names with generated parts make one.", "One secret an hour."],
  checks: ["Which of them does the machine need?", "Change those that it does not.", "Where did the credential come from in that hour?"],
});
