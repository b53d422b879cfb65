-- Whose records happened after they were received? Asked by who detects, of the last minutes: a log whose clock runs ahead, or ours behind, with the account
-- of most such records. One row a log: a log is one of ours, accounts are whatever records say, and those of one log are not to crowd out another. Half of
-- the events at least, each counted once, at its first reception: so copies change nothing, merged or not, and no event is held in memory.
SELECT
    toString(source) AS log,
    toString(account_uid) AS account_uid,
    toUInt32(count() OVER (PARTITION BY log)) AS accounts,
    toUInt64(uniq(event_uid)) AS records,
    toInt64(max(toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(received_at))) AS most_ahead_ms
FROM actions
WHERE received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY log, account_uid
HAVING records >= {least_records:UInt32}
    AND 2 * uniqIf(event_uid, toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(received_at) >= {least_ahead_ms:Int64}) >= records
ORDER BY log, records DESC, account_uid
LIMIT 1 BY log
