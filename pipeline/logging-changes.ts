// Logs that were switched off, narrowed or sent elsewhere: told by rule, whoever did it and however usual it is for them, since what detection rests on may
// be missing from then on. The detector log-tampering judges the same calls, and many more, by what their callers usually do.
import { sourceLoggingChanges } from "../queries/source-logging-changes.ts";
import { minuteText } from "../runtime/minute-text.ts";
import type { Store } from "../storage/store.ts";
import type { ProblemSeen } from "./source-finding.ts";

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

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

/**
 * What was received in the hour before `nowMs`, one a log, call, account and day of it. An hour, since rows are seen some time after they are received;
 * of each account, since who changes a trail of one would hide who stops that of another; the first hundred, since records name accounts as they like.
 */
export async function loggingChanges(store: Store, nowMs: number): Promise<ProblemSeen[]> {
  const rows = await store.query(sourceLoggingChanges, { from_ms: nowMs - hourMs, now_ms: nowMs, calls: `^(?:${calls.join("|")})$` });
  return rows.map(({ log, call, account, records, identities, first_identity_uid, first_event_uid, first_ms }) => {
    const where = account === "" ? "" : ` in ${account}`;
    const more = records > 1 ? `; ${records} such calls of ${identities} in the hour` : "";
    return {
      ...{
        problem: "logging-changed",
        about: log,
        type: log,
        since: JSON.stringify([call, account, Math.floor(first_ms / dayMs)]),
        sinceMs: first_ms,
      },
      observed: `${call} by ${first_identity_uid || "somebody unknown"}${where}, ${minuteText(first_ms)} UTC (event ${first_event_uid})${more}`,
      baseline: "logging is left as it is",
    };
  });
}
