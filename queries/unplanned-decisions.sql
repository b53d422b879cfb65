-- Which decisions about findings that went out were not planned for alerts yet, and which sinks heard of the finding? Asked by pipeline/alert-planner.ts,
-- the earliest first.
WITH told AS
(
    SELECT finding_uid, argMin(deliveries.incident_uid, created_at) AS incident, groupUniqArray(toString(sink_id)) AS sinks
    FROM deliveries FINAL
    WHERE sink_id != '' AND finding_uid != '' AND deliveries.state != 'folded'
    GROUP BY finding_uid
)
SELECT
    decisions.finding_uid AS finding_uid,
    concat(decisions.finding_uid, ':d', toString(toUnixTimestamp64Milli(decided_at)), '-', decision_uid) AS subject,
    told.incident AS incident_uid,
    toString(findings.severity) AS severity,
    told.sinks AS sink_ids
FROM (SELECT finding_uid, decision_uid, decided_at FROM finding_states FINAL) AS decisions
INNER JOIN told ON told.finding_uid = decisions.finding_uid
INNER JOIN (SELECT finding_uid, severity FROM findings FINAL ORDER BY finding_uid, version DESC LIMIT 1 BY finding_uid) AS findings
    ON findings.finding_uid = decisions.finding_uid
WHERE subject NOT IN (SELECT deliveries.subject FROM deliveries WHERE sink_id = '')
ORDER BY decided_at, decision_uid
LIMIT {limit:UInt32}
