// What the comparators have in common: a statement beside each, asked over a whole range of moments, once with the product's own key
// for an identity and once with ours. Ours in place of theirs is the only thing that differs between the two.
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Alert, AlertSource, Moments } from "../../detect/alert-source.ts";

export interface ComparatorDefinition {
  /** The name of its .sql, and the start of both detectors' ids. */
  readonly id: string;
  readonly title: string;
  /** Column of comparator_actions that stands for the caller in the product. */
  readonly ownKey: "caller_arn" | "caller_id" | "caller_name";
  /** Parameters of the statement beside the moments and the key. */
  readonly parameters?: Readonly<Record<string, number | string>>;
  /** Where several comparators share a statement. */
  readonly sqlName?: string;
}

const alertRow = z.strictObject({
  as_of_ms: z.coerce.number().int(),
  identity: z.string(),
  identity_uids: z.array(z.string()),
  window_from_ms: z.coerce.number().int(),
  score: z.number(),
  reason: z.string(),
  event_uids: z.array(z.string()),
});

/** The comparator with its own key, then with ours. */
export function comparator({
  id,
  title,
  ownKey,
  parameters = {},
  sqlName = id,
}: ComparatorDefinition): readonly [own: AlertSource, ours: AlertSource] {
  const sql = readFileSync(new URL(`./${sqlName}.sql`, import.meta.url), "utf8");
  const detectorWith = (suffix: string, keyColumn: string, identityKey: string): AlertSource => {
    const detectorId = `${id}-${suffix}`;
    const query = { name: detectorId, sql, parameters: z.record(z.string(), z.union([z.string(), z.number()])), row: alertRow };
    return {
      id: detectorId,
      title: `${title} (${identityKey})`,
      identityKey,
      evaluate: async (view, { fromMs, toMs, stepMs }: Moments): Promise<Alert[]> => {
        const rows = await view.query(query, { ...parameters, identity_key: keyColumn, from_ms: fromMs, to_ms: toMs, step_ms: stepMs });
        return rows.map((row) => ({
          detectorId,
          asOfMs: row.as_of_ms,
          identity: row.identity,
          identityUids: row.identity_uids,
          windowFromMs: row.window_from_ms,
          windowToMs: row.as_of_ms,
          score: row.score,
          reason: row.reason,
          eventUids: row.event_uids,
        }));
      },
    };
  };
  return [detectorWith("own-key", ownKey, ownKey), detectorWith("our-key", "identity_uid", "identity_uid")];
}
