-- Whose records happened after they were received? Asked by who detects, of the last minutes: a log and account whose clock runs ahead, or ours behind.
SELECT
    toString(source) AS log,
    toString(account_uid) AS account_uid,
    toUInt64(uniq(event_uid)) AS records,
    toInt64(quantile(0.5)(toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(received_at))) AS ahead_ms
FROM actions
WHERE received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY log, account_uid
HAVING records >= {least_records:UInt32} AND ahead_ms >= {least_ahead_ms:Int64}
ORDER BY ahead_ms DESC, log, account_uid
LIMIT 100
