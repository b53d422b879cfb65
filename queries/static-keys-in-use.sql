-- Which credentials live until someone deletes them, and are used? Oldest first. Asked by the first screen and by reports.
-- issued_at_ms: as a record of its use states it, else when an event issued it; few logs state it, so the second is the usual one.
SELECT
    keys.credential_uid AS credential_uid,
    keys.identity_uid AS identity_uid,
    known.name AS identity_name,
    known.provider AS provider,
    known.principal_type AS principal_type,
    keys.credential_type AS credential_type,
    toUnixTimestamp64Milli(if(keys.issued_at > fromUnixTimestamp64Milli(0, 'UTC'), keys.issued_at, issues.issued_at)) AS issued_at_ms,
    toUnixTimestamp64Milli(keys.first_used) AS first_used_ms,
    toUnixTimestamp64Milli(keys.last_used) AS last_used_ms
FROM
(
    SELECT
        credential_uid,
        identity_uid,
        coalesce(nullIf(max(credentials.credential_type), ''), 'unknown') AS credential_type,
        max(credentials.issued_at) AS issued_at,
        min(credentials.first_used) AS first_used,
        max(credentials.last_used) AS last_used
    FROM credentials
    WHERE credential_uid IN (SELECT credential_uid FROM credentials WHERE credential_lifetime = 'static')
    GROUP BY credential_uid, identity_uid
    HAVING max(credentials.credential_lifetime) = 'static' AND last_used >= fromUnixTimestamp64Milli({used_since_ms:Int64}, 'UTC')
) AS keys
LEFT JOIN
(
    SELECT identity_uid, max(identities.identity_name) AS name, max(identities.provider) AS provider, max(identities.principal_type) AS principal_type
    FROM identities
    GROUP BY identity_uid
) AS known ON known.identity_uid = keys.identity_uid
LEFT JOIN
(
    SELECT credential_uid, min(lineage.first_at) AS issued_at
    FROM lineage
    WHERE relation = 'issued' AND credential_uid IN (SELECT credential_uid FROM credentials WHERE credential_lifetime = 'static')
    GROUP BY credential_uid
) AS issues ON issues.credential_uid = keys.credential_uid
ORDER BY if(issued_at_ms > 0, issued_at_ms, first_used_ms), credential_uid, identity_uid
LIMIT {limit:UInt32}
