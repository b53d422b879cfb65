-- Whose successful changes in this step are above the upper bound of the density of their block? See splunk-escu-density.ts.
-- 1970-01-01 was a Thursday: weeks of data begin on Saturday (day 2), weeks of a model on Sunday at 02:00.
WITH
steps AS
(
    SELECT
        toString(if({identity_key:String} = 'identity_uid', identity_uid, caller_name)) AS identity,
        intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS moment_ms,
        intDiv(modulo(moment_ms - 1, 86400000), 14400000) AS block,
        modulo(intDiv(moment_ms - 1, 86400000) + 3, 7) >= 5 AS is_weekend,
        count() AS calls,
        groupUniqArray(toString(identity_uid)) AS uids,
        groupArraySorted(20)(event_uid) AS events
    FROM seen_actions
    WHERE identity != '' AND outcome = 'success' AND activity IN ('write', 'admin')
    GROUP BY identity, moment_ms
),
weeks AS
(
    SELECT
        identity,
        block,
        is_weekend,
        intDiv(moment_ms - 1 - 172800000, 604800000) AS week,
        count() AS hours,
        sum(calls) AS total,
        sum(calls * calls) AS squares
    FROM steps
    GROUP BY identity, block, is_weekend, week
),
models AS
(
    SELECT
        identity,
        block,
        is_weekend,
        week + 1 AS model_week,
        sum(hours) OVER fitted AS model_hours,
        sum(total) OVER fitted / model_hours AS mean,
        sqrt(greatest(sum(squares) OVER fitted / model_hours - mean * mean, 0)) AS deviation
    FROM weeks
    WINDOW fitted AS (PARTITION BY identity, block, is_weekend ORDER BY week RANGE BETWEEN 12 PRECEDING AND CURRENT ROW)
),
asked AS (SELECT *, intDiv(moment_ms - 1 - 266400000, 604800000) AS model_week FROM steps WHERE moment_ms > {from_ms:Int64} AND moment_ms <= {to_ms:Int64})
SELECT
    asked.moment_ms AS as_of_ms,
    asked.identity AS identity,
    arraySort(asked.uids) AS identity_uids,
    asked.moment_ms - {step_ms:Int64} AS window_from_ms,
    asked.calls - models.mean - 2.807 * models.deviation AS score,
    concat(toString(asked.calls), ' changes in an hour; upper bound ', toString(round(models.mean + 2.807 * models.deviation, 1))) AS reason,
    asked.events AS event_uids
FROM asked
ASOF INNER JOIN models ON models.identity = asked.identity AND models.block = asked.block AND models.is_weekend = asked.is_weekend
    AND asked.model_week >= models.model_week
WHERE models.model_hours >= 16 AND score > 0
ORDER BY as_of_ms, identity
