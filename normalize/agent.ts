// User agents reduced to tool and major version, so that a baseline survives a patch release. Never the raw agent.
import { memoizeText } from "./memoize.ts";

type AgentKind = "sdk" | "cli" | "browser" | "infrastructure-as-code" | "kubernetes-client" | "provider-service" | "other" | "none";

export interface Agent {
  /** Tool and major version: "aws-cli/2", "terraform/1", "kubectl/1"; "" where there is no agent. */
  readonly family: string;
  readonly kind: AgentKind;
}

/** Pure, memoised, linear in the length of the agent. */
export const readAgent: (userAgent: string) => Agent = memoizeText(parseAgent);

/** Longest part that is looked at: what names the tool stands in front. */
const readLength = 512;
const longestFamily = 64;

interface AgentRule {
  readonly pattern: RegExp;
  /** Name of the tool; its major version is the group `major`. */
  readonly tool: string;
  readonly kind: AgentKind;
}

/** Tried in order: what drives a library stands before the library. Forms as the tools write them, seen in real records. */
const agentRules: readonly AgentRule[] = [
  { pattern: /\bTerraform\/v?(?<major>\d+)/i, tool: "terraform", kind: "infrastructure-as-code" },
  { pattern: /\bOpenTofu\/v?(?<major>\d+)/i, tool: "opentofu", kind: "infrastructure-as-code" },
  { pattern: /terraform-provider-[a-z]+\/v?(?<major>\d+)/i, tool: "terraform-provider", kind: "infrastructure-as-code" },
  { pattern: /\bpulumi[-/a-z]*\/v?(?<major>\d+)/i, tool: "pulumi", kind: "infrastructure-as-code" },
  { pattern: /\b(?:aws-cdk|cdk)\/v?(?<major>\d+)/i, tool: "aws-cdk", kind: "infrastructure-as-code" },
  { pattern: /^cloudformation(?:\.amazonaws\.com)?$/i, tool: "cloudformation", kind: "infrastructure-as-code" },
  { pattern: /\bansible(?:[-/ ]v?(?<major>\d+))?/i, tool: "ansible", kind: "infrastructure-as-code" },
  { pattern: /\bcrossplane[-a-z]*\/v?(?<major>\d+)/i, tool: "crossplane", kind: "infrastructure-as-code" },
  { pattern: /^aws-cli\/(?<major>\d+)/, tool: "aws-cli", kind: "cli" },
  { pattern: /\baws-sdk-nodejs\/(?<major>\d+)/, tool: "aws-sdk-nodejs", kind: "sdk" },
  { pattern: /\b(?<tool>aws-sdk-[a-z]+\d*(?:-v\d+)?(?:-[a-z]+)?)\/v?(?<major>\d+)/, tool: "", kind: "sdk" },
  { pattern: /\bBoto3\/(?<major>\d+)/, tool: "boto3", kind: "sdk" },
  { pattern: /\bBotocore\/(?<major>\d+)/i, tool: "botocore", kind: "sdk" },
  { pattern: /^(?<tool>S3Console|console\.amazonaws\.com|signin\.amazonaws\.com)(?:\/(?<major>\d+))?/, tool: "", kind: "browser" },
  { pattern: /^kubectl(?:\.exe)?\/v?(?<major>\d+)/, tool: "kubectl", kind: "kubernetes-client" },
  { pattern: /^helm\/v?(?<major>\d+)/i, tool: "helm", kind: "kubernetes-client" },
  {
    pattern:
      /^(?<tool>kube-[a-z-]+|kubelet|argocd[a-z-]*|cluster-autoscaler|flux[a-z-]*|cert-manager[a-z-]*|coredns|metrics-server)\/v?(?<major>\d+)/,
    tool: "",
    kind: "kubernetes-client",
  },
  { pattern: /\bgoogle-cloud-sdk\b.*?gcloud\/(?<major>\d+)|\bgcloud\/(?<gcloud>\d+)/, tool: "gcloud", kind: "cli" },
  { pattern: /\bgoogle-cloud-sdk\b/, tool: "gcloud", kind: "cli" },
  { pattern: /\bgsutil\/(?<major>\d+)/, tool: "gsutil", kind: "cli" },
  { pattern: /\b(?<tool>google-api-[a-z]+-client|gcloud-[a-z]+|gl-[a-z]+)\/v?(?<major>\d+)/, tool: "", kind: "sdk" },
  { pattern: /\bAZURECLI\/(?<major>\d+)/i, tool: "azure-cli", kind: "cli" },
  { pattern: /\bAzurePowershell\/v?(?<major>\d+)/i, tool: "azure-powershell", kind: "cli" },
  { pattern: /\b(?<tool>azsdk-[a-z]+-[a-z.-]+)\/v?(?<major>\d+)/i, tool: "", kind: "sdk" },
  { pattern: /\bMicrosoft Azure CLI\b/, tool: "azure-cli", kind: "cli" },
  { pattern: /^Mozilla\/.*\bEdg\//, tool: "edge", kind: "browser" },
  { pattern: /^Mozilla\/.*\bFirefox\//, tool: "firefox", kind: "browser" },
  { pattern: /^Mozilla\/.*\bChrome\//, tool: "chrome", kind: "browser" },
  { pattern: /^Mozilla\/.*\bSafari\//, tool: "safari", kind: "browser" },
  { pattern: /^Mozilla\//, tool: "browser", kind: "browser" },
  { pattern: /^AWS Internal$/, tool: "aws-internal", kind: "provider-service" },
  { pattern: /^(?<tool>[a-z0-9-]+\.(?:amazonaws\.com|aws\.internal|amazonaws\.com\.cn|googleapis\.com))$/, tool: "", kind: "provider-service" },
  { pattern: /^curl\/(?<major>\d+)/, tool: "curl", kind: "cli" },
  { pattern: /^Wget\/(?<major>\d+)/, tool: "wget", kind: "cli" },
  {
    pattern:
      /^(?<tool>python-requests|python-httpx|Go-http-client|axios|okhttp|Java|node-fetch|undici|grpc-[a-z+-]+|Apache-HttpClient)\/v?(?<major>\d+)/i,
    tool: "",
    kind: "sdk",
  },
];

function parseAgent(userAgent: string): Agent {
  const agent = withoutWrapping(userAgent.slice(0, readLength));
  if (agent === "") return { family: "", kind: "none" };
  for (const { pattern, tool, kind } of agentRules) {
    const groups = pattern.exec(agent);
    if (groups === null) continue;
    const name = tool || (groups.groups?.tool ?? "").toLowerCase();
    const major = groups.groups?.major ?? groups.groups?.gcloud;
    return { family: (major === undefined ? name : `${name}/${major}`).slice(0, longestFamily), kind };
  }
  return { family: firstProduct(agent), kind: "other" };
}

/** S3 and CloudTrail put some agents into brackets; control characters never belong to one. */
function withoutWrapping(agent: string): string {
  const printable = agent.replace(/[\p{Cc}\p{Cf}"]/gu, "").trim();
  return printable.startsWith("[") ? (printable.replace(/^\[/, "").replace(/\]$/, "").split(",")[0]?.trim() ?? "") : printable;
}

/** `tool/1.2.3 …` to `tool/1`; a first word without a version as it stands. */
function firstProduct(agent: string): string {
  const first = agent.split(/[\s(]/, 1)[0] ?? "";
  const [name = "", version = ""] = first.split("/", 2);
  const major = /^v?(\d+)/.exec(version)?.[1];
  return (major === undefined ? name : `${name}/${major}`).slice(0, longestFamily);
}
