-- What did a user do, reach or use in this step for the first time in 180 days, or not within 10? See sentinel-first-seen.ts.
WITH
met AS
(
    SELECT
        toString(if({identity_key:String} = 'identity_uid', identity_uid, caller_arn)) AS identity,
        insight.1 AS dimension,
        insight.2 AS value,
        intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS moment_ms,
        groupUniqArray(toString(identity_uid)) AS uids,
        groupArraySorted(20)(event_uid) AS events
    FROM seen_actions
    ARRAY JOIN arrayFilter(pair -> pair.2 != '', arrayConcat(
        [
            ('action', concat(service, ':', action)),
            ('network', toString(src_network)),
            ('agent', toString(agent_family))
        ],
        arrayMap(scope -> ('resource', scope), arrayDistinct(resource_scopes)))) AS insight
    WHERE identity != ''
    GROUP BY identity, dimension, value, moment_ms
),
dated AS
(
    SELECT
        *,
        max(moment_ms) OVER (PARTITION BY identity, dimension, value ORDER BY moment_ms RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_ms,
        max(moment_ms) OVER (PARTITION BY dimension, value ORDER BY moment_ms RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS tenant_before_ms
    FROM met
),
insights AS
(
    SELECT
        *,
        before_ms < moment_ms - 15552000000 AS is_first,
        tenant_before_ms < moment_ms - 15552000000 AS is_first_in_tenant,
        NOT is_first AND before_ms < moment_ms - 864000000 AS is_uncommon
    FROM dated
    WHERE moment_ms > {from_ms:Int64} AND moment_ms <= {to_ms:Int64}
)
SELECT
    moment_ms AS as_of_ms,
    identity,
    arraySort(groupUniqArrayArray(uids)) AS identity_uids,
    moment_ms - {step_ms:Int64} AS window_from_ms,
    least(toFloat64(10), sum(is_first + is_first_in_tenant + 0.5 * is_uncommon)) AS score,
    arrayStringConcat(arraySlice(arraySort(groupArray(concat(if(is_first, 'first ', 'uncommon '), dimension, ' ', value))), 1, 5), '; ') AS reason,
    arraySlice(arraySort(arrayDistinct(groupArrayArray(events))), 1, 20) AS event_uids
FROM insights
WHERE is_first OR is_uncommon
GROUP BY moment_ms, identity
HAVING max(is_first)
ORDER BY as_of_ms, identity
