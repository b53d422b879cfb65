-- Which share of each live source's records could not be read lately, and before? Asked by who detects.
SELECT
    toString(source_id) AS source_id,
    sumIf(most_records, minute >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')) AS records,
    sumIf(most_rejected, minute >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')) AS rejected,
    sumIf(most_records, minute < fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')) AS records_before,
    sumIf(most_rejected, minute < fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')) AS rejected_before
FROM
(
    SELECT source_id, minute, process, max(source_activity.records) AS most_records, max(source_activity.rejected) AS most_rejected
    FROM source_activity
    WHERE format = '' AND minute >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY source_id, minute, process
)
GROUP BY source_id
ORDER BY source_id
LIMIT 10000
