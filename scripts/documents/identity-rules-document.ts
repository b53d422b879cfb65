// docs/identity-rules.md: the rules that turn a caller into a durable identity, from the rule tables, with their examples.
import { identityRuleTables, type RuleTable } from "../../pipeline/identity-rules.ts";
import { generatedNote } from "./markdown.ts";

export function identityRulesDocument(): string {
  return [
    "# Identity rules",
    generatedNote,
    "A role session, a pod, a CI run are faces of an identity. These rules turn the caller, as a provider writes it, into the durable identity behind it. " +
      "Within a provider they are tried in order; the first that fits decides, and its id is stored with every action (`identity_rule`). " +
      "`machinetrail explain` shows which one fitted a record. The examples are run as tests.",
    ...identityRuleTables.flatMap(tableSections),
    "",
  ].join("\n\n");
}

function tableSections({ title, rules }: RuleTable): string[] {
  return [
    `## ${title}`,
    ...rules.map((rule, index) => `${index + 1}. **${rule.id}**: ${rule.says} *${rule.source}*\n\n${rule.examples.map(exampleText).join("\n")}`),
  ];
}

function exampleText({ caller, is }: { readonly caller: object; readonly is: object }): string {
  return `   \`${JSON.stringify(stated(caller))}\` becomes \`${JSON.stringify(is)}\`  `;
}

/** Callers have a field for everything that a provider may write; only what an example does write is shown. */
function stated(caller: object): object {
  return Object.fromEntries(
    Object.entries(caller).filter(
      ([, value]) => value !== "" && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
