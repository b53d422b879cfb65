-- Which deliveries are to be sent now? Asked by the alert loop, for the sinks that are free. What a process leased that was replaced, or that never came
-- back, is due again.
SELECT
    delivery_id,
    toString(sink_id) AS sink_id,
    toString(kind) AS kind,
    subject,
    finding_uid,
    incident_uid,
    toString(severity) AS severity,
    toUnixTimestamp64Milli(created_at) AS created_ms,
    toString(deliveries.state) AS state,
    attempts,
    toUnixTimestamp64Milli(next_at) AS next_ms,
    deliveries.fence AS fence,
    toUnixTimestamp64Milli(lease_until) AS lease_until_ms,
    toString(deliveries.version) AS version,
    reason,
    receipt,
    folded_into,
    toUnixTimestamp64Milli(ended_at) AS ended_ms
FROM deliveries FINAL
WHERE sink_id IN {sink_ids:Array(String)}
    AND ((deliveries.state = 'pending' AND next_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
        OR (deliveries.state = 'leased' AND (deliveries.fence < {fence:UInt64} OR lease_until <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))))
ORDER BY created_at, finding_uid, subject
LIMIT {limit:UInt32} BY sink_id
