// A secret that the identity has never read.
import { noveltyDetector } from "../novelty-detector.ts";

export const newSecret = noveltyDetector({
  id: "new-secret",
  title: "New secret read",
  aspect: "object",
  dimension: "secret",
  noun: "secret",
  techniques: ["T1555.006"],
  nonHumanIdentityRisks: ["NHI2"],
  needs: "Secrets Manager, SSM, Key Vault or Secret Manager reads; Kubernetes secrets at Metadata level.",
  falsePositives: ["A service that got a new database.", "A rotation that renames secrets."],
  blindSpots: ["Secrets read from environment variables or files."],
  checks: ["Whose secret is it?", "Who may use what it opens?", "Was it one, or many?"],
});
