-- Which identities are there? Asked by `identities` and by whoever pages through them.
-- actions: distinct events by uniqCombined64, exact to some thousands, within 1 % beyond.
WITH page AS
(
    SELECT
        identity_uid,
        max(identities.identity_name) AS name,
        max(identities.identity_alias) AS alias,
        max(identities.provider) AS provider,
        max(identities.account_uid) AS account_uid,
        coalesce(nullIf(max(identities.principal_type), ''), 'unknown') AS principal_type,
        arraySort(groupUniqArrayArray(identities.workload_types)) AS workload_types,
        max(identities.is_machine) AS is_machine,
        min(identities.first_seen) AS first_seen,
        max(identities.last_seen) AS last_seen,
        count() OVER () AS total
    FROM identities
    GROUP BY identity_uid
    HAVING ({provider:String} = '' OR provider = {provider:String})
        AND ({principal_type:String} = '' OR principal_type = {principal_type:String})
        AND ({workload_type:String} = '' OR has(workload_types, {workload_type:String}))
        AND (is_machine OR NOT {machines_only:Bool})
        AND ({search:String} = '' OR positionCaseInsensitiveUTF8(concat(name, '\n', identity_uid, '\n', alias), {search:String}) > 0)
    ORDER BY if({order:String} = 'name', name, ''), last_seen DESC, identity_uid
    LIMIT {limit:UInt32} OFFSET {offset:UInt32}
)
SELECT
    page.identity_uid AS identity_uid,
    page.name AS identity_name,
    page.alias AS identity_alias,
    page.provider AS provider,
    page.account_uid AS account_uid,
    page.principal_type AS principal_type,
    page.workload_types AS workload_types,
    page.is_machine AS is_machine,
    toUnixTimestamp64Milli(page.first_seen) AS first_seen_ms,
    toUnixTimestamp64Milli(page.last_seen) AS last_seen_ms,
    counted.actions AS actions,
    counted.denied AS denied,
    page.total AS total
FROM page
LEFT JOIN
(
    SELECT identity_uid, uniqCombined64Merge(events) AS actions, uniqCombined64MergeIf(events, is_denied) AS denied
    FROM activity_hourly
    WHERE identity_uid IN (SELECT identity_uid FROM page)
    GROUP BY identity_uid
) AS counted ON counted.identity_uid = page.identity_uid
ORDER BY if({order:String} = 'name', page.name, ''), page.last_seen DESC, page.identity_uid
