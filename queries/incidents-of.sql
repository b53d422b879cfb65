-- Which incident does a new finding of these identities belong to? To that of the last one planned.
-- Asked by pipeline/alert-planner.ts. What was found benign is closed, and what comes then is new.
SELECT
    identity_uid,
    argMax(deliveries.incident_uid, (raised_at, finding_uid)) AS incident_uid,
    toUnixTimestamp64Milli(max(raised_at)) AS last_raised_ms,
    groupUniqArray((finding_uid, deliveries.incident_uid)) AS findings
FROM deliveries
WHERE sink_id = '' AND identity_uid IN {identity_uids:Array(String)} AND raised_at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND deliveries.incident_uid NOT IN (SELECT finding_states.finding_uid FROM finding_states WHERE finding_states.state = 'benign')
GROUP BY identity_uid
