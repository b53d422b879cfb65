-- How many identities of each kind are there? Asked by the first screen and by `scan`.
SELECT
    provider,
    principal_type,
    arrayJoin(if(empty(workload_types), ['unknown'], workload_types)) AS workload_type,
    count() AS identities,
    countIf(is_machine) AS machines
FROM
(
    SELECT
        max(identities.provider) AS provider,
        coalesce(nullIf(max(identities.principal_type), ''), 'unknown') AS principal_type,
        -- An identity counts as unknown only where no record shows what runs behind it.
        arrayFilter(type -> type != 'unknown', groupUniqArrayArray(identities.workload_types)) AS workload_types,
        max(identities.is_machine) AS is_machine
    FROM identities
    GROUP BY identity_uid
)
GROUP BY provider, principal_type, workload_type
ORDER BY provider, identities DESC, principal_type, workload_type
