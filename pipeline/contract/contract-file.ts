// A purpose contract as a file: what an identity may do, as a person approved it. The format is docs/contracts.md; problems are told with line and
// column.
import { z } from "zod";
import { ConfigError } from "../../model/errors.ts";
import { formatYamlProblem, readYaml } from "../../runtime/yaml-file.ts";

const patterns = (what: string) => z.array(z.string().min(1, "must not be empty")).optional().describe(what);

const hoursSentence = 'must be hours (UTC) such as "08", or "08-17" from the first to the last';
const hours = z.array(z.string(hoursSentence).regex(/^(?:[01]\d|2[0-3])(?:-(?:[01]\d|2[0-3]))?$/, hoursSentence)).optional();

const contractSchema = z.strictObject({
  contract: z.literal(1, "must be 1, the only version of the format that there is"),
  identity: z.string().min(1, "must not be empty"),
  purpose: z.string().optional(),
  approved_by: z.string().min(1, "must not be empty; remove it where nobody approved the contract").optional(),
  note: z.string().optional(),
  allow: z.strictObject({
    actions: patterns("service:action"),
    resources: patterns("Resources, generated parts as *"),
    accounts: patterns("Accounts, subscriptions, projects or clusters"),
    regions: patterns("Regions"),
    networks: patterns("Networks"),
    agents: patterns("Tools and their major versions"),
    credential_types: patterns("Types of credentials"),
    static_credentials: patterns("Ids of credentials that stay until somebody deletes them"),
    issuers: patterns("Who hands it credentials"),
    targets: patterns("Whom it hands credentials, or changes"),
    hours: z.strictObject({ working_days: hours, weekends: hours }).optional(),
  }),
});

export type Contract = z.infer<typeof contractSchema>;
type Allow = Contract["allow"];
export type PatternSection = Exclude<keyof Allow, "hours">;

/** @throws ConfigError listing every problem with its place. `file` is what messages call it. */
export function parseContract(text: string, file: string): Contract {
  const { values, problems } = readYaml(text).check(contractSchema, "a contract");
  if (values !== undefined) return values;
  throw new ConfigError(problems.map((problem) => formatYamlProblem(file, problem)).join("\n"));
}

/** "22-01" is 22, 23, 0, 1. */
export function hoursOf(ranges: readonly string[]): ReadonlySet<number> {
  const allowed = new Set<number>();
  for (const range of ranges) {
    const [from = 0, to = from] = range.split("-").map(Number);
    for (let hour = from; ; hour = (hour + 1) % 24) {
      allowed.add(hour);
      if (hour === to) break;
    }
  }
  return allowed;
}
