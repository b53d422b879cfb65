-- Which credentials does this identity use, of what age, from where and with what? Short-lived ones are one row a type,
-- every other is a row of its own. Asked by `baseline ID`, by its --export and by `contract check`. Of lists that an attacker can make endless the first thousand distinct entries are kept.
-- Only key columns stand in PREWHERE: it runs before FINAL picks the version of an event.
SELECT
    toString(actions.credential_type) AS credential_type,
    coalesce(nullIf(max(if(actions.credential_lifetime = 'unknown', '', toString(actions.credential_lifetime))), ''), 'unknown') AS lifetime,
    if(actions.credential_lifetime = 'short-lived', '', actions.credential_uid) AS uid,
    uniqCombined64If(actions.credential_uid, actions.credential_uid != '') AS credentials,
    uniqExact(toDate(time)) AS days,
    count() AS events,
    toUnixTimestamp64Milli(max(actions.credential_issued_at)) AS issued_at_ms,
    toUnixTimestamp64Milli(min(time)) AS first_used_ms,
    toUnixTimestamp64Milli(max(time)) AS last_used_ms,
    arraySort(groupUniqArrayIf(1000)(toString(src_network), src_network != '')) AS networks,
    arraySort(groupUniqArrayIf(1000)(toString(agent_family), agent_family != '')) AS agents
FROM actions FINAL
PREWHERE identity_uid = {identity_uid:String} AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
WHERE credential_type != 'none'
GROUP BY credential_type, uid
ORDER BY lifetime = 'static' DESC, last_used_ms DESC, credential_type, uid
LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1
