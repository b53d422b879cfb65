-- How many identities of each kind are there? Asked by the first screen and by `scan`.
SELECT
    provider,
    principal_type,
    arraySort(arrayFilter(type -> type != 'unknown', groupUniqArrayArray(workload_types))) AS workload_types,
    count() AS identities,
    countIf(is_machine) AS machines
FROM
(
    SELECT
        max(identities.provider) AS provider,
        coalesce(nullIf(max(identities.principal_type), ''), 'unknown') AS principal_type,
        groupUniqArrayArray(identities.workload_types) AS workload_types,
        max(identities.is_machine) AS is_machine
    FROM identities
    GROUP BY identity_uid
)
GROUP BY provider, principal_type
ORDER BY provider, identities DESC, principal_type
