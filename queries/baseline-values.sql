-- What does this identity show in each dimension, on how many days, and how many of them lie before a day? Asked by `baseline ID`, by its
-- --diff, by its --export and by `contract check`. A slot, an hour of the week, is told as an hour of a working day (0 to 23) or of a weekend (24 to 47).
-- By regularity: the values of most days come first. By change: those whose share of the active days differs most before and since the day.
WITH
    toDate(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) AS since_day,
    values AS
    (
        SELECT
            dimension,
            if(dimension = 'slot', toString(modulo(toUInt16OrZero(value), 24) + if(toUInt16OrZero(value) >= 120, 24, 0)), value) AS shown,
            month,
            groupBitOr(behaviour.days) AS month_days,
            multiIf(month < toStartOfMonth(since_day), 4294967295, month > toStartOfMonth(since_day), 0, bitShiftLeft(toUInt32(1), toDayOfMonth(since_day) - 1) - 1)
                AS days_before_since,
            min(behaviour.first_seen) AS month_first,
            max(behaviour.last_seen) AS month_last
        FROM behaviour
        WHERE identity_uid = {identity_uid:String} AND dimension IN {dimensions:Array(String)}
        GROUP BY dimension, shown, month
    ),
    active AS
    (
        SELECT
            greatest(sum(bitCount(bitAnd(month_days, days_before_since))), 1) AS active_before,
            greatest(sum(bitCount(month_days)) - sum(bitCount(bitAnd(month_days, days_before_since))), 1) AS active_since
        FROM
        (
            SELECT
                month,
                groupBitOr(behaviour.days) AS month_days,
                multiIf(month < toStartOfMonth(since_day), 4294967295, month > toStartOfMonth(since_day), 0, bitShiftLeft(toUInt32(1), toDayOfMonth(since_day) - 1) - 1)
                    AS days_before_since
            FROM behaviour
            WHERE identity_uid = {identity_uid:String} AND dimension = 'action'
            GROUP BY month
        )
    )
SELECT
    dimension,
    shown AS value,
    sum(bitCount(month_days)) AS days,
    sum(bitCount(bitAnd(month_days, days_before_since))) AS days_before,
    toUnixTimestamp64Milli(min(month_first)) AS first_seen_ms,
    toUnixTimestamp64Milli(max(month_last)) AS last_seen_ms,
    count() OVER (PARTITION BY dimension) AS total
FROM values
GROUP BY dimension, shown
HAVING last_seen_ms >= {seen_from_ms:Int64}
ORDER BY
    dimension,
    if({order:String} = 'change',
        round(abs(days_before / (SELECT active_before FROM active) - (days - days_before) / (SELECT active_since FROM active)), 6) + if(days_before = 0, 1, 0), 0) DESC,
    days DESC, last_seen_ms DESC, value
LIMIT {limit:UInt32} BY dimension
