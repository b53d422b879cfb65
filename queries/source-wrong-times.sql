-- Whose records say that they happened when they cannot have: before any such log was, or long after they were received? Asked by who detects, of the last
-- minutes. One row a log.
SELECT
    toString(source) AS log,
    toUInt64(uniq(event_uid)) AS records,
    toUnixTimestamp64Milli(min(time)) AS earliest_ms,
    toUnixTimestamp64Milli(max(time)) AS latest_ms
FROM actions
WHERE received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND (time < fromUnixTimestamp64Milli({oldest_ms:Int64}, 'UTC')
        OR toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(received_at) > {most_ahead_ms:Int64})
GROUP BY log
ORDER BY log
