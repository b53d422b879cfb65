-- Who is active in an hour of the week in which it never was in the 90 days before? See panther-activity-slots.ts.
WITH
steps AS
(
    SELECT
        toString(if({identity_key:String} = 'identity_uid', identity_uid, caller_arn)) AS identity,
        intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS moment_ms,
        modulo(intDiv(moment_ms - 1, 3600000), 168) AS slot,
        groupUniqArray(toString(identity_uid)) AS uids,
        groupArraySorted(20)(event_uid) AS events
    FROM seen_actions
    WHERE identity != ''
    GROUP BY identity, moment_ms
),
dated AS
(
    SELECT
        *,
        max(moment_ms) OVER (PARTITION BY identity, slot ORDER BY moment_ms RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_ms,
        min(moment_ms) OVER (PARTITION BY identity ORDER BY moment_ms) AS known_since_ms
    FROM steps
),
counted AS
(
    SELECT *, countIf(before_ms = 0) OVER (PARTITION BY identity ORDER BY moment_ms RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS slots_known
    FROM dated
)
SELECT
    moment_ms AS as_of_ms,
    identity,
    arraySort(uids) AS identity_uids,
    moment_ms - {step_ms:Int64} AS window_from_ms,
    1 - slots_known / 168 AS score,
    concat('active in slot ', toString(slot), ' of the week; so far in ', toString(slots_known), ' of 168') AS reason,
    events AS event_uids
FROM counted
WHERE moment_ms > {from_ms:Int64} AND moment_ms <= {to_ms:Int64}
    AND before_ms < moment_ms - 7776000000 AND known_since_ms <= moment_ms - 1209600000
ORDER BY as_of_ms, identity
