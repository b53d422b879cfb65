-- What could not be read, why, and where is one example? Asked by `scan`, `doctor` and the first screen.
SELECT
    source_id,
    reason,
    count() AS records,
    uniqExact(origin) AS origins,
    argMin(origin, (origin, position)) AS example_origin,
    argMin(position, (origin, position)) AS example_position,
    toUnixTimestamp64Milli(min(quarantine.received_at)) AS first_received_ms,
    toUnixTimestamp64Milli(max(quarantine.received_at)) AS last_received_ms
FROM quarantine FINAL
GROUP BY source_id, reason
ORDER BY records DESC, source_id, reason
LIMIT {limit:UInt32}
