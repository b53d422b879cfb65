-- Who touched resources of this form (LIKE: % any text, _ one character)? Asked by `who --resource` when no uid matches exactly.
-- The inner read finds the hours of identities, stale versions included; FINAL then merges those only.
SELECT
    identity_uid,
    max(actions.identity_name) AS identity_name,
    max(actions.provider) AS provider,
    max(actions.principal_type) AS principal_type,
    arraySort(groupUniqArrayArray(20)(arrayFilter(uid -> uid LIKE {pattern:String}, actions.resource_uids))) AS resource_uids,
    arraySort(groupUniqArray(100)(concat(service, ':', action))) AS actions,
    arraySort(groupUniqArray(activity)) AS activities,
    count() AS events,
    countIf(outcome = 'denied') AS denied,
    toUnixTimestamp64Milli(min(time)) AS first_at_ms,
    toUnixTimestamp64Milli(max(time)) AS last_at_ms
FROM actions FINAL
PREWHERE (identity_uid, intDiv(toUnixTimestamp64Milli(time), 3600000)) IN (SELECT identity_uid, intDiv(toUnixTimestamp64Milli(time), 3600000) FROM actions WHERE arrayExists(uid -> uid LIKE {pattern:String}, resource_uids))
    AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
WHERE arrayExists(uid -> uid LIKE {pattern:String}, actions.resource_uids)
GROUP BY identity_uid
ORDER BY events DESC, last_at_ms DESC, identity_uid
LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1
