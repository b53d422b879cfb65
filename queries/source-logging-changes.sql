-- Who switched logging off or changed it? Asked by who detects, of the last hour. One row a log, call and account, with the first that was received.
SELECT
    toString(source) AS log,
    concat(service, ':', action) AS call,
    toString(account_uid) AS account,
    toUInt64(uniq(event_uid)) AS records,
    toUInt64(uniq(identity_uid)) AS identities,
    argMin(toString(identity_uid), (received_at, time, event_uid)) AS first_identity_uid,
    argMin(event_uid, (received_at, time, event_uid)) AS first_event_uid,
    toUnixTimestamp64Milli(argMin(time, (received_at, time, event_uid))) AS first_ms
FROM actions
WHERE received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND outcome = 'success' AND match(lower(concat(service, ':', action)), {calls:String})
GROUP BY log, call, account
ORDER BY min(received_at), log, call, account
LIMIT {limit:UInt32}
