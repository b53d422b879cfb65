-- How many findings were told on each day, under which budget? Asked by `budget --stored`. A finding that goes on counts on its first day;
-- each configuration of detection counts for itself. Findings about sources take no place of a budget.
SELECT
    toUnixTimestamp(toDateTime(toDate(raised_at, 'UTC'), 'UTC')) * 1000 AS day_ms,
    toString(configuration) AS configuration,
    budget,
    toUInt64(count()) AS raised
FROM findings FINAL
WHERE raised_at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND raised_at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    AND kind = 'identity'
GROUP BY day_ms, configuration, budget
ORDER BY day_ms, configuration, budget
