-- Whose records happened after they were received? Asked by who detects, of the last minutes: a log whose clock runs ahead, or ours behind, with the account
-- of most such records. One row a log: a log is one of ours, accounts are whatever records say, and those of one log are not to crowd out another. An event
-- counts once, at its first reception, whether its repeats are merged or not.
SELECT
    log,
    toString(account) AS account_uid,
    toUInt32(count() OVER (PARTITION BY log)) AS accounts,
    toUInt64(count()) AS records,
    toInt64(quantile(0.5)(event_ahead_ms)) AS ahead_ms
FROM
(
    SELECT toString(source) AS log, account_uid AS account, max(toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(received_at)) AS event_ahead_ms
    FROM actions
    WHERE received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY log, account, event_uid
)
GROUP BY log, account
HAVING records >= {least_records:UInt32} AND ahead_ms >= {least_ahead_ms:Int64}
ORDER BY log, records DESC, account_uid
LIMIT 1 BY log
