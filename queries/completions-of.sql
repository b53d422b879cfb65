-- How did the long-running operations of this identity end? Asked by a timeline for the time of its page, where a provider logs the end in a record of its own.
-- By identity and time, not by event: an event's id is as long as whoever sent the record made it, and a server refuses a long parameter.
-- GLOBAL says nothing on one server; a cluster asks for the events once, for all shards.
SELECT
    event_uid,
    outcome,
    error_code,
    toUnixTimestamp64Milli(completed_at) AS completed_at_ms
FROM completions
WHERE event_uid GLOBAL IN
(
    SELECT event_uid
    FROM actions
    PREWHERE identity_uid = {identity_uid:String}
        AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
)
ORDER BY event_uid, completed_at DESC, outcome DESC
LIMIT 1 BY event_uid
