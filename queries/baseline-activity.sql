-- How much does this identity do, of which kind, on how many days, and how much of it before a day? Asked by `baseline ID`. One row an
-- activity, and one of the refused, the issuing and all of them. events: distinct events by uniqCombined64, exact to some thousands, within 1 % beyond.
WITH
    hours AS
    (
        SELECT
            arrayJoin(arrayConcat(['all', toString(activity)], if(is_denied, ['denied'], []), if(is_issuing, ['issuing'], []))) AS kind,
            toDate(hour, 'UTC') AS day,
            events
        FROM activity_hourly
        WHERE identity_uid = {identity_uid:String}
    )
SELECT
    kind,
    uniqCombined64Merge(hours.events) AS events,
    uniqCombined64MergeIf(hours.events, day < toDate(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))) AS events_before,
    uniqExact(day) AS days,
    uniqExactIf(day, day < toDate(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))) AS days_before,
    uniqExactIf(day, toDayOfWeek(day) < 6) AS working_days,
    toUnixTimestamp(toDateTime(min(day), 'UTC')) * 1000 AS first_day_ms,
    toUnixTimestamp(toDateTime(max(day), 'UTC')) * 1000 AS last_day_ms,
    (SELECT toUnixTimestamp64Milli(max(last_seen)) FROM identities) AS store_last_ms
FROM hours
GROUP BY kind
ORDER BY events DESC, kind
