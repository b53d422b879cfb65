// What runs behind a role session, by what the credential was issued to or, weaker, by how the session is named.
import type { WorkloadType } from "../../model/identity-action.ts";
import { memoize } from "../memoize.ts";
import { lastNameOf } from "./arn.ts";

export interface SessionWorkload {
  readonly workload_type: WorkloadType;
  readonly workload_uid: string;
}

/** userIdentity.inScopeOf.issuerType, by prefix. */
const scopeWorkloads: readonly (readonly [string, WorkloadType])[] = [
  ["AWS::EC2::", "ec2-instance"],
  ["AWS::Lambda::", "lambda-function"],
  ["AWS::ECS::", "ecs-task"],
  ["AWS::EKS::", "k8s-pod"],
  ["AWS::CodeBuild::", "ci-pipeline"],
  ["AWS::CodePipeline::", "ci-pipeline"],
  ["AWS::CloudFormation::", "infrastructure-as-code"],
  ["AWS::Bedrock", "ai-agent"],
  ["AWS::IoT::", "iot-device"],
  ["AWS::RolesAnywhere::", "on-prem-service"],
];

/** An instance is named by its id alone, so that records with and without inScopeOf name the same one. */
export function workloadInScope(scopeType: string, scopeArn: string): SessionWorkload | undefined {
  for (const [prefix, workload_type] of scopeWorkloads) {
    if (!scopeType.startsWith(prefix)) continue;
    return { workload_type, workload_uid: workload_type === "ec2-instance" ? lastNameOf(scopeArn) : scopeArn };
  }
  return scopeType === "" ? undefined : { workload_type: "unknown", workload_uid: scopeArn };
}

interface SessionName {
  readonly pattern: RegExp;
  readonly workload_type: WorkloadType;
  /** The session is named after who holds it: instance, task, device. */
  readonly namesHolder: boolean;
}

/** Names that AWS services and well-known tools give to the sessions they open. Whoever assumes a role may choose any name. */
const sessionNames: readonly SessionName[] = [
  { pattern: /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, workload_type: "ec2-instance", namesHolder: true },
  { pattern: /^mi-[0-9a-f]{17}$/, workload_type: "on-prem-service", namesHolder: true },
  { pattern: /^[0-9a-f]{32}$/, workload_type: "ecs-task", namesHolder: true },
  { pattern: /^[0-9a-f]{64}$/, workload_type: "iot-device", namesHolder: true },
  { pattern: /^eks-.+-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, workload_type: "k8s-pod", namesHolder: false },
  { pattern: /^AWSCodeBuild(?:-|$)/, workload_type: "ci-pipeline", namesHolder: false },
  { pattern: /^GitHubActions$/, workload_type: "ci-pipeline", namesHolder: false },
  { pattern: /^AWSCloudFormation$/, workload_type: "infrastructure-as-code", namesHolder: false },
];

export function workloadBySessionName(sessionName: string): SessionWorkload | undefined {
  for (const { pattern, workload_type, namesHolder } of sessionNames) {
    if (pattern.test(sessionName)) return { workload_type, workload_uid: namesHolder ? sessionName : "" };
  }
  return undefined;
}

/** IAM Roles Anywhere: the session is named after the certificate's serial number, the source identity after its subject. */
export function isRolesAnywhereSession(sessionName: string, sourceIdentity: string): boolean {
  return sourceIdentity.startsWith("CN=") && /^[0-9a-f]{8,40}$/.test(sessionName);
}

/** The SDKs write AWS_EXECUTION_ENV into the agent. */
const agentWorkloads: readonly (readonly [RegExp, WorkloadType])[] = [
  [/^(?:\[S3Console|S3Console|signin\.amazonaws\.com|(?:[a-z0-9-]+\.)?console\.(?:amazonaws|aws\.amazon)\.com)/, "human"],
  [/exec-env\/AWS_Lambda_/, "lambda-function"],
  [/exec-env\/AWS_ECS_/, "ecs-task"],
  [/exec-env\/AmazonEC2/, "ec2-instance"],
  [/configure-aws-credentials-for-github-actions/, "ci-pipeline"],
];

export const workloadOfAgent: (userAgent: string) => WorkloadType = memoize((userAgent: string) => {
  for (const [pattern, workload] of agentWorkloads) if (pattern.test(userAgent)) return workload;
  return "unknown";
});
