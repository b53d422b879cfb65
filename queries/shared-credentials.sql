-- Which credentials are used by more than one identity? Asked by the first screen and by reports.
-- An Entra certificate has a key id of its own in each application: what its users share is the thumbprint that their sign-ins showed.
SELECT
    credential_uid,
    credential_type,
    credential_lifetime,
    identity_uids,
    toUnixTimestamp64Milli(first_used) AS first_used_ms,
    toUnixTimestamp64Milli(last_used) AS last_used_ms
FROM
(
    SELECT
        credential_uid,
        coalesce(nullIf(max(credentials.credential_type), ''), 'unknown') AS credential_type,
        coalesce(nullIf(max(credentials.credential_lifetime), ''), 'unknown') AS credential_lifetime,
        arraySort(groupUniqArray(identity_uid)) AS identity_uids,
        min(credentials.first_used) AS first_used,
        max(credentials.last_used) AS last_used
    FROM credentials
    WHERE credential_uid IN (SELECT credential_uid FROM credentials GROUP BY credential_uid HAVING min(identity_uid) != max(identity_uid))
    GROUP BY credential_uid
    UNION ALL
    SELECT
        substring(authorization_basis, length('certificate with thumbprint ') + 1) AS credential_uid,
        max(actions.credential_type) AS credential_type,
        max(actions.credential_lifetime) AS credential_lifetime,
        arraySort(groupUniqArray(identity_uid)) AS identity_uids,
        min(time) AS first_used,
        max(time) AS last_used
    FROM actions
    WHERE source = 'entra-signin' AND startsWith(authorization_basis, 'certificate with thumbprint ')
    GROUP BY credential_uid
    HAVING min(actions.identity_uid) != max(actions.identity_uid) AND min(actions.credential_uid) != max(actions.credential_uid)
)
ORDER BY length(identity_uids) DESC, last_used_ms DESC, credential_uid
LIMIT {limit:UInt32}
