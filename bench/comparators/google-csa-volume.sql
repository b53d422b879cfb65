-- Which callers' calls of this day are above the mean and three deviations of their days before? See google-csa-volume.ts.
WITH
steps AS
(
    SELECT
        toString(if({identity_key:String} = 'identity_uid', identity_uid, caller_arn)) AS identity,
        intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS moment_ms,
        intDiv(moment_ms - 1, 86400000) AS day,
        count() AS calls,
        groupUniqArray(toString(identity_uid)) AS uids,
        groupArraySorted(20)(event_uid) AS events
    FROM seen_actions
    WHERE identity != ''
        AND NOT (provider = 'gcp' AND (action LIKE 'storage.%.get' OR action LIKE 'v1.compute.%.list' OR action LIKE 'beta.compute.%.list'))
    GROUP BY identity, moment_ms
),
days AS (SELECT identity, day, sum(calls) AS calls_of_day FROM steps GROUP BY identity, day),
baselines AS
(
    SELECT
        identity,
        day,
        avg(calls_of_day) OVER before AS mean,
        stddevSamp(calls_of_day) OVER before AS deviation
    FROM days
    WINDOW before AS (PARTITION BY identity ORDER BY day RANGE BETWEEN 60 PRECEDING AND 1 PRECEDING)
),
running AS
(
    SELECT identity, day, moment_ms, calls, uids, events, sum(calls) OVER (PARTITION BY identity, day ORDER BY moment_ms) AS calls_so_far
    FROM steps
)
SELECT
    running.moment_ms AS as_of_ms,
    running.identity AS identity,
    arraySort(running.uids) AS identity_uids,
    running.day * 86400000 AS window_from_ms,
    toFloat64(running.calls_so_far) AS score,
    concat(toString(running.calls_so_far), ' calls on a day; mean ', toString(round(baselines.mean, 1)), ', deviation ',
        toString(round(baselines.deviation, 1))) AS reason,
    running.events AS event_uids
FROM running
INNER JOIN baselines ON baselines.identity = running.identity AND baselines.day = running.day
WHERE running.moment_ms > {from_ms:Int64} AND running.moment_ms <= {to_ms:Int64}
    AND running.calls_so_far > baselines.mean + 3 * baselines.deviation
    AND running.calls_so_far - running.calls <= baselines.mean + 3 * baselines.deviation
ORDER BY as_of_ms, identity
