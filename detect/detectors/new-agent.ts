// A tool, by name and major version, that the identity never used.
import { noveltyDetector } from "../novelty-detector.ts";

export const newAgent = noveltyDetector({
  id: "new-agent",
  title: "New agent",
  aspect: "caller",
  dimension: "agent",
  noun: "agent",
  techniques: ["T1078.004"],
  nonHumanIdentityRisks: ["NHI10"],
  needs: "Records that hold user agents.",
  falsePositives: ["A new major version of an SDK or tool."],
  blindSpots: ["An attacker who copies the agent, which is the caller's own word."],
  checks: ["Is it a tool that people use?", "Did the network change with it?"],
});
