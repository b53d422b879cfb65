// All identity rules, for explain and for the generated document: which caller becomes which identity, and on what ground.
import { awsIdentityRules } from "../normalize/identity/aws.ts";
import { azureIdentityRules } from "../normalize/identity/azure.ts";
import { gcpIdentityRules } from "../normalize/identity/gcp.ts";
import { kubernetesIdentityRules } from "../normalize/identity/kubernetes.ts";
import type { IdentityRule } from "../normalize/identity/rule.ts";

/** A rule without its functions. `caller`, `becomes`: one example. */
export interface DescribedRule {
  readonly id: string;
  readonly says: string;
  readonly source: string;
  readonly examples: readonly { readonly caller: object; readonly is: object }[];
}

export interface RuleTable {
  readonly title: string;
  /** In the order in which they are tried. */
  readonly rules: readonly DescribedRule[];
}

export const identityRuleTables: readonly RuleTable[] = [
  { title: "AWS", rules: describe(awsIdentityRules) },
  { title: "Azure and Entra", rules: describe(azureIdentityRules) },
  { title: "Google Cloud", rules: describe(gcpIdentityRules) },
  { title: "Kubernetes", rules: describe(kubernetesIdentityRules) },
];

export function identityRule(id: string): DescribedRule | undefined {
  return identityRuleTables.flatMap(({ rules }) => rules).find((rule) => rule.id === id);
}

function describe<Caller extends object>(rules: readonly IdentityRule<Caller>[]): DescribedRule[] {
  return rules.map(({ id, says, source, examples }) => ({ id, says, source, examples }));
}
