// Elastic's new-terms rules: an alert when a combination of up to three fields is met that the history window does not hold.
// The rule type: elastic/docs-content, solutions/security/detect-and-alert/new-terms.md. The rules, with their windows, fields and risk
// scores: elastic/detection-rules, rules/integrations/{aws,azure,kubernetes}, as of 2026 (names in the statement). They run on
// event.ingested, as here on the reception; every 5 minutes there, every step here. user.name of a role's session is taken to be the
// role's name, user.id its principal id, which holds the session.
//   elastic-new-terms        eight of those rules, each with its own filter
//   elastic-new-terms-broad  their combinations of fields without the filters, on every log: what the rule type could see at most
// Blind to: volume, time of day, anything done with terms seen before; whatever is new to nobody is new to it after the window.
import { comparator } from "./comparator.ts";

const title = "Elastic new terms";

export const elasticNewTerms = comparator({ id: "elastic-new-terms", title, ownKey: "caller_name", parameters: { rules: "published" } });

export const elasticNewTermsBroad = comparator({
  id: "elastic-new-terms-broad",
  title: `${title}, any action`,
  ownKey: "caller_name",
  parameters: { rules: "broad" },
  sqlName: "elastic-new-terms",
});
