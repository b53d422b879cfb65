-- How many actions were received in each hour? Asked by the detection loop, through an as-of view: an hour that holds more than it did when
-- it was judged is judged again.
SELECT
    intDiv(toUnixTimestamp64Milli(received_at) + 3599999, 3600000) * 3600000 AS moment_ms,
    toUInt64(count()) AS events
FROM received_actions
WHERE identity_uid != ''
    AND received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
GROUP BY moment_ms
ORDER BY moment_ms
