-- How long is each live source usually silent, and how long is it now? Asked by who detects, every few minutes. Time is counted in minutes in which a process
-- looked: when none of ours ran, nobody was silent. A gap belongs to the day on which it ends. The usual one is the second longest of the longest of
-- each day: one outage is no habit, two weekends are. The same for each format of the source's records.
WITH
watched AS
(
    SELECT source_id, minute, row_number() OVER (PARTITION BY source_id ORDER BY minute) AS number
    FROM source_activity
    WHERE format = '' AND minute >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY source_id, minute
),
active AS
(
    SELECT source_id, format, minute, number
    FROM
    (
        SELECT source_id, format, minute
        FROM source_activity
        WHERE records > 0
        GROUP BY source_id, format, minute
    ) AS received
    INNER JOIN watched USING (source_id, minute)
),
gaps AS
(
    SELECT
        source_id,
        format,
        minute,
        number,
        number - lagInFrame(number, 1, number) OVER (PARTITION BY source_id, format ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS gap
    FROM active
),
days AS
(
    SELECT source_id, format, toDate(minute) AS day, max(gap) AS longest, max(number) AS last_number, max(minute) AS last_minute
    FROM gaps
    GROUP BY source_id, format, day
)
SELECT
    toString(days.source_id) AS source_id,
    toString(days.format) AS format,
    toUInt32(count()) AS days,
    toUInt32(arrayReverseSort(groupArray(longest))[2]) AS usual_minutes,
    toUInt32(max(newest.number) - max(last_number)) AS silent_minutes,
    toUnixTimestamp(max(last_minute)) * 1000 AS last_ms,
    toUnixTimestamp(max(newest.minute)) * 1000 AS watched_ms
FROM days
INNER JOIN (SELECT source_id, max(number) AS number, max(minute) AS minute FROM watched GROUP BY source_id) AS newest ON newest.source_id = days.source_id
GROUP BY source_id, format
ORDER BY source_id, format
LIMIT 10000
