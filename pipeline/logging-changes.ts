// Logs that were switched off, narrowed or sent elsewhere: told by rule, whoever did it and however usual it is for them, since what detection rests on may
// be missing from then on. The detector log-tampering judges the same calls, and many more, by what their callers usually do.
import { sourceLoggingChanges } from "../queries/source-logging-changes.ts";
import { minuteText } from "../runtime/minute-text.ts";
import type { Store } from "../storage/store.ts";
import type { ProblemSeen } from "./source-finding.ts";

const dayMs = 24 * 60 * 60_000;

/**
 * Calls of the logs that are read here, as `service:action` in small letters. Each is a name and no pattern of names: records could bring any number of those.
 * Left out are settings that travel in calls for much else, and diagnostic settings written, as policies do for each new resource.
 */
const calls = [
  "cloudtrail:(?:stoplogging|deletetrail|updatetrail|put(?:event|insight)selectors|deleteeventdatastore|updateeventdatastore|stopeventdatastoreingestion)",
  "logging[.]googleapis[.]com:google[.]logging[.]v2[.]configservicev2[.](?:(?:update|delete)(?:sink|bucket)|(?:create|update)exclusion)",
  "container[.]googleapis[.]com:google[.]container[.]v1(?:alpha1|beta1)?[.]clustermanager[.]setloggingservice",
  "microsoft[.]insights:microsoft[.]insights/(?:diagnosticsettings/delete|logprofiles/(?:write|delete))",
  "auditregistration[.]k8s[.]io:(?:create|update|patch|delete|deletecollection) auditsinks",
];

/** What was received after `fromMs` and by `nowMs`: one a log, call and day of it. */
export async function loggingChanges(store: Store, fromMs: number, nowMs: number): Promise<ProblemSeen[]> {
  const rows = await store.query(sourceLoggingChanges, { from_ms: fromMs, now_ms: nowMs, calls: `^(?:${calls.join("|")})$` });
  return rows.map(({ log, call, records, identities, first_identity_uid, first_account_uid, first_event_uid, first_ms }) => {
    const where = first_account_uid === "" ? "" : ` in ${first_account_uid}`;
    const more = records > 1 ? `; ${records} such calls of ${identities} in these minutes` : "";
    return {
      ...{ problem: "logging-changed", about: log, type: log, since: JSON.stringify([call, Math.floor(first_ms / dayMs)]), sinceMs: first_ms },
      observed: `${call} by ${first_identity_uid || "somebody unknown"}${where}, ${minuteText(first_ms)} UTC (event ${first_event_uid})${more}`,
      baseline: "logging is left as it is",
    };
  });
}
