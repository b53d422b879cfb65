-- Who is this? By uid, or by a name or second id that several identities may share. Asked by `identity ID`.
SELECT
    identity_uid,
    max(identities.identity_name) AS identity_name,
    max(identities.identity_alias) AS identity_alias,
    max(identities.provider) AS provider,
    max(identities.account_uid) AS account_uid,
    coalesce(nullIf(max(identities.principal_type), ''), 'unknown') AS principal_type,
    arraySort(groupUniqArrayArray(identities.workload_types)) AS workload_types,
    arraySort(groupUniqArrayArray(identities.identity_rules)) AS identity_rules,
    max(identities.is_machine) AS is_machine,
    toUnixTimestamp64Milli(min(identities.first_seen)) AS first_seen_ms,
    toUnixTimestamp64Milli(max(identities.last_seen)) AS last_seen_ms
FROM identities
GROUP BY identity_uid
HAVING identity_uid = {identity:String} OR identity_name = {identity:String} OR (identity_alias = {identity:String} AND identity_alias != '')
ORDER BY identity_uid = {identity:String} DESC, last_seen_ms DESC, identity_uid
LIMIT 100
