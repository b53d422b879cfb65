-- Which actions of this identity showed one of these values, how many, and when? Asked by `contract check`, of values that a contract does not
-- allow. Dimensions and values are those of `behaviour`, and `credential_type`.
-- Only key columns stand in PREWHERE: it runs before FINAL picks the version of an event.
SELECT
    value,
    count() AS events,
    toUnixTimestamp64Milli(min(time)) AS first_ms,
    toUnixTimestamp64Milli(max(time)) AS last_ms,
    argMax(event_uid, (time, event_uid)) AS last_event_uid
FROM
(
    SELECT
        time,
        event_uid,
        arrayJoin(arrayDistinct(multiIf(
            {dimension:String} = 'action', [concat(service, ':', action)],
            {dimension:String} = 'resource', resource_patterns,
            {dimension:String} = 'account', [toString(account_uid)],
            {dimension:String} = 'region', [toString(region)],
            {dimension:String} = 'network', [toString(src_network)],
            {dimension:String} = 'agent', [toString(agent_family)],
            {dimension:String} = 'credential', [credential_uid],
            {dimension:String} = 'credential_type', [toString(credential_type)],
            {dimension:String} = 'issuer', [toString(issuer_uid)],
            {dimension:String} = 'target', [toString(target_identity_uid)],
            {dimension:String} = 'slot', [toString(toHour(time) + if(toDayOfWeek(time) > 5, 24, 0))],
            []))) AS value
    FROM actions FINAL
    PREWHERE identity_uid = {identity_uid:String} AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
)
WHERE value IN {values:Array(String)}
GROUP BY value
ORDER BY value
SETTINGS do_not_merge_across_partitions_select_final = 1
