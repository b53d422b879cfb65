-- Whose last 7 days are 3 deviations above the days up to 90 before, in volume and in diversity? See panther-zscore.ts.
WITH
hours AS
(
    SELECT
        toString(if({identity_key:String} = 'identity_uid', identity_uid, caller_arn)) AS identity,
        intDiv(toUnixTimestamp64Milli(received_at) + 3599999, 3600000) AS hour,
        groupUniqArray(toString(identity_uid)) AS uids,
        groupArraySorted(20)(event_uid) AS events,
        toFloat64(count()) AS n1,
        toFloat64(uniqExact(service, action)) AS n2,
        toFloat64(uniqExact(src_ip)) AS n3,
        toFloat64(uniqExactArray(resource_scopes)) AS n4
    FROM seen_actions
    WHERE identity != ''
    GROUP BY identity, hour
),
runs AS
(
    SELECT
        identity,
        intDiv(hour + 5, 6) AS run,
        groupUniqArrayArray(uids) AS run_uids,
        arraySlice(arraySort(groupArrayArray(events)), 1, 20) AS run_events,
        count() AS active,
        [sum(n1), sum(n2), sum(n3), sum(n4)] AS sums,
        [sum(n1 * n1), sum(n2 * n2), sum(n3 * n3), sum(n4 * n4)] AS squares
    FROM hours
    GROUP BY identity, run
),
windows AS
(
    SELECT
        identity,
        run,
        run_uids,
        run_events,
        sum(active) OVER recent AS recent_hours,
        sum(active) OVER past AS past_hours,
        sumForEach(sums) OVER recent AS recent_sums,
        sumForEach(sums) OVER past AS past_sums,
        sumForEach(squares) OVER past AS past_squares
    FROM runs
    WINDOW
        recent AS (PARTITION BY identity ORDER BY run RANGE BETWEEN 27 PRECEDING AND CURRENT ROW),
        past AS (PARTITION BY identity ORDER BY run RANGE BETWEEN 359 PRECEDING AND 28 PRECEDING)
),
scored AS
(
    SELECT
        run * 21600000 AS as_of_ms,
        identity,
        run_uids,
        run_events,
        recent_sums[1] AS recent_events,
        arrayMap((recent, past, square) ->
            if(square / past_hours > pow(past / past_hours, 2) * (1 + 1e-9),
                (recent / recent_hours - past / past_hours) / sqrt((square - past * past / past_hours) / (past_hours - 1)), 0),
            recent_sums, past_sums, past_squares) AS z
    FROM windows
    WHERE past_hours > 1
),
daily AS
(
    SELECT *
    FROM scored
    WHERE recent_events >= 50 AND z[1] > 3 AND arrayExists(value -> value > 2, arraySlice(z, 2))
    ORDER BY as_of_ms, identity
    LIMIT 1 BY identity, intDiv(as_of_ms - 1, 86400000)
)
SELECT
    as_of_ms,
    identity,
    arraySort(run_uids) AS identity_uids,
    as_of_ms - 604800000 AS window_from_ms,
    arraySum(value -> greatest(value, 0), z) AS score,
    concat('z-scores of events, actions, addresses, resource scopes: ', arrayStringConcat(arrayMap(value -> toString(round(value, 1)), z), ', ')) AS reason,
    run_events AS event_uids
FROM daily
WHERE as_of_ms > {from_ms:Int64} AND as_of_ms <= {to_ms:Int64} AND modulo(as_of_ms, {step_ms:Int64}) = 0
ORDER BY as_of_ms, identity
