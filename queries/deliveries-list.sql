-- What went to which sink, and what became of it? Asked by `deliveries`, the latest first.
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
    toUnixTimestamp64Milli(ended_at) AS ended_ms,
    toUInt64(count() OVER ()) AS total
FROM deliveries FINAL
WHERE deliveries.sink_id != ''
    AND startsWith(delivery_id, {uid_prefix:String})
    AND ({sink:String} = '' OR deliveries.sink_id = {sink:String})
    AND (empty({states:Array(String)}) OR has({states:Array(String)}, toString(deliveries.state)))
    AND ({finding_uid:String} = '' OR finding_uid = {finding_uid:String})
    AND ({folded_into:String} = '' OR folded_into = {folded_into:String})
ORDER BY created_at DESC, delivery_id
LIMIT {limit:UInt32}
