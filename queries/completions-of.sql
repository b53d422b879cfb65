-- How did these long-running operations end? Asked by a timeline, of actions whose provider logs the end in a record of its own.
SELECT
    event_uid,
    outcome,
    error_code,
    toUnixTimestamp64Milli(completed_at) AS completed_at_ms
FROM completions
WHERE event_uid IN {event_uids:Array(String)}
ORDER BY event_uid, completed_at DESC, outcome DESC
LIMIT 1 BY event_uid
