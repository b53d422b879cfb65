-- Who touched this resource? By its exact uid. Asked by `who --resource`.
-- The inner reads find who and in which ten seconds through the index, stale versions included; FINAL then merges those only. Apart, so that
-- these are bounded however often a resource is touched: 3.4 million in thirteen months (pairs and moments are not); counted in milliseconds, since
-- toStartOfInterval turns round in 2106. The index of resources would be read once more by FINAL, for nothing.
SELECT
    identity_uid,
    max(actions.identity_name) AS identity_name,
    max(actions.provider) AS provider,
    max(actions.principal_type) AS principal_type,
    [{resource_uid:String}] AS resource_uids,
    arraySort(groupUniqArray(100)(concat(service, ':', action))) AS actions,
    arraySort(groupUniqArray(activity)) AS activities,
    count() AS events,
    countIf(outcome = 'denied') AS denied,
    toUnixTimestamp64Milli(min(time)) AS first_at_ms,
    toUnixTimestamp64Milli(max(time)) AS last_at_ms
FROM actions FINAL
PREWHERE identity_uid IN (SELECT identity_uid FROM actions WHERE has(resource_uids, {resource_uid:String}))
    AND intDiv(toUnixTimestamp64Milli(time), 10000) IN (SELECT intDiv(toUnixTimestamp64Milli(time), 10000) FROM actions WHERE has(resource_uids, {resource_uid:String}))
    AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
WHERE has(actions.resource_uids, {resource_uid:String})
GROUP BY identity_uid
ORDER BY events DESC, last_at_ms DESC, identity_uid
LIMIT {limit:UInt32}
SETTINGS use_skip_indexes_if_final = 0, do_not_merge_across_partitions_select_final = 1
