-- How grave was what these sinks were sent of these incidents, and which message was the first of each severity? Asked by the planner, where people are told
-- again only of what is graver, and by the alert loop, which shows what is graver. What was folded or given up was told to nobody. The earliest first.
SELECT
    toString(sink_id) AS sink_id,
    incident_uid,
    toString(severity) AS severity,
    argMin(delivery_id, (created_at, finding_uid, subject)) AS first_delivery_id
FROM deliveries FINAL
WHERE sink_id IN {sink_ids:Array(String)} AND incident_uid IN {incident_uids:Array(String)} AND deliveries.state NOT IN ('folded', 'failed') AND kind IN ('raised', 'continued')
GROUP BY sink_id, incident_uid, severity
ORDER BY min((created_at, finding_uid, subject)), sink_id
