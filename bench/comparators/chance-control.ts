// No product: a control that raises on one active identity-hour in 200, whatever happens in it. What it finds is found by chance: an attack of
// weeks on a busy identity is "found" by anything that raises often enough. Ranked by the same hash.
import { comparator } from "./comparator.ts";

export const [, chanceControl] = comparator({
  id: "chance-control",
  title: "Control: by chance",
  ownKey: "caller_name",
  parameters: { one_in: 200 },
});
