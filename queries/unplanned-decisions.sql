-- Which decisions about findings that went out were not planned for alerts yet, and which sinks heard of the finding? Asked by pipeline/alert-planner.ts each
-- second, the earliest first. What went out is looked for only of findings that somebody decided about, which are few; nothing that is not folded becomes so,
-- so that of the rows of a delivery any will do.
WITH fresh AS
(
    SELECT finding_uid, decided_at, concat(finding_uid, ':d', toString(toUnixTimestamp64Milli(decided_at)), '-', decision_uid) AS subject
    FROM (SELECT finding_uid, decision_uid, decided_at FROM finding_states FINAL)
    WHERE subject NOT IN (SELECT deliveries.subject FROM deliveries WHERE sink_id = '' AND kind = 'decided')
),
told AS
(
    SELECT finding_uid, argMin(deliveries.incident_uid, created_at) AS incident, groupUniqArray(toString(sink_id)) AS sinks
    FROM deliveries
    WHERE sink_id != '' AND deliveries.state != 'folded' AND finding_uid IN (SELECT finding_states.finding_uid FROM finding_states)
    GROUP BY finding_uid
)
SELECT
    fresh.finding_uid AS finding_uid,
    fresh.subject AS subject,
    told.incident AS incident_uid,
    toString(findings.severity) AS severity,
    arraySort(told.sinks) AS sink_ids
FROM fresh
INNER JOIN told ON told.finding_uid = fresh.finding_uid
INNER JOIN
(
    SELECT finding_uid, severity
    FROM findings
    WHERE finding_uid IN (SELECT finding_states.finding_uid FROM finding_states)
    ORDER BY finding_uid, version DESC
    LIMIT 1 BY finding_uid
) AS findings ON findings.finding_uid = fresh.finding_uid
ORDER BY decided_at, subject
LIMIT {limit:UInt32}
