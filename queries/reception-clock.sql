-- Does reception tell what was known when? Asked by detection before it learns, through an as-of view: a store that was filled in one go
-- has no past. `late` counts what came more than three days after it happened: an archive, read as if it had just come.
SELECT
    toUInt64(count()) AS events,
    toUInt64(countIf(received_at > time + INTERVAL 3 DAY)) AS late,
    toUInt64(uniqExact(toDate(received_at, 'UTC'))) AS reception_days,
    toUnixTimestamp64Milli(min(received_at)) AS first_received_ms,
    toUnixTimestamp64Milli(max(received_at)) AS last_received_ms,
    toUInt64(uniqExact(toDate(time, 'UTC'))) AS event_days,
    toUnixTimestamp64Milli(min(time)) AS first_event_ms,
    toUnixTimestamp64Milli(max(time)) AS last_event_ms
FROM seen_actions
WHERE identity_uid != ''
