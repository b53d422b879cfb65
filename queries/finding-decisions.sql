-- What was decided about a finding, when, by whom and why? Asked by `finding ID`, the latest first.
SELECT
    finding_uid,
    toUnixTimestamp64Milli(decided_at) AS decided_ms,
    toString(state) AS state,
    toUnixTimestamp64Milli(muted_until) AS muted_until_ms,
    reason,
    decided_by
FROM finding_states FINAL
WHERE finding_uid = {finding_uid:String}
ORDER BY decided_at DESC, decision_uid DESC
LIMIT {limit:UInt32}
