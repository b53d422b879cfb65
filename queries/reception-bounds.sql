-- When was the first and the last action received? Asked by detection, through an as-of view. 0 and 0 where there is none.
SELECT toUnixTimestamp64Milli(min(received_at)) AS first_ms, toUnixTimestamp64Milli(max(received_at)) AS last_ms FROM seen_actions
