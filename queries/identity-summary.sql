-- What does this identity usually do? Its most regular values of each dimension. Asked by `identity ID`.
SELECT
    dimension,
    value,
    sum(month_days) AS days,
    toUnixTimestamp64Milli(min(month_first)) AS first_seen_ms,
    toUnixTimestamp64Milli(max(month_last)) AS last_seen_ms
FROM
(
    SELECT
        dimension,
        value,
        bitCount(groupBitOr(behaviour.days)) AS month_days,
        min(behaviour.first_seen) AS month_first,
        max(behaviour.last_seen) AS month_last
    FROM behaviour
    WHERE identity_uid = {identity_uid:String} AND dimension IN {dimensions:Array(String)}
    GROUP BY dimension, value, month
)
GROUP BY dimension, value
ORDER BY dimension, days DESC, last_seen_ms DESC, value
LIMIT {limit:UInt32} BY dimension
