-- Which findings that this sink was sent are open, of these incidents? Asked by the alert loop before it says that an incident is over. What was found benign
-- or is muted is not open.
WITH decided AS
(
    SELECT finding_uid, argMax(finding_states.state, (decided_at, decision_uid)) AS latest_state
    FROM finding_states
    WHERE decided_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND (finding_states.state != 'muted' OR muted_until > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    GROUP BY finding_uid
)
SELECT incident_uid, arraySort(groupUniqArray(finding_uid)) AS finding_uids
FROM deliveries FINAL
WHERE sink_id = {sink_id:String} AND incident_uid IN {incident_uids:Array(String)} AND kind IN ('raised', 'continued')
    AND deliveries.state NOT IN ('folded', 'failed')
    AND finding_uid NOT IN (SELECT decided.finding_uid FROM decided WHERE latest_state IN ('benign', 'muted'))
GROUP BY incident_uid
ORDER BY incident_uid
