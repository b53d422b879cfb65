-- Which credentials did this identity use, how old are they, who else uses them, who issued them? Asked by `identity ID`.
WITH used AS
(
    SELECT
        credential_uid,
        coalesce(nullIf(max(credentials.credential_type), ''), 'unknown') AS credential_type,
        coalesce(nullIf(max(credentials.credential_lifetime), ''), 'unknown') AS credential_lifetime,
        max(credentials.issued_at) AS issued_at,
        min(credentials.first_used) AS first_used,
        max(credentials.last_used) AS last_used
    FROM credentials
    WHERE identity_uid = {identity_uid:String}
    GROUP BY credential_uid
    ORDER BY credential_lifetime = 'static' DESC, last_used DESC, credential_uid
    LIMIT {limit:UInt32}
)
SELECT
    used.credential_uid AS credential_uid,
    used.credential_type AS credential_type,
    used.credential_lifetime AS credential_lifetime,
    toUnixTimestamp64Milli(used.issued_at) AS issued_at_ms,
    toUnixTimestamp64Milli(used.first_used) AS first_used_ms,
    toUnixTimestamp64Milli(used.last_used) AS last_used_ms,
    others.identity_uids AS other_identity_uids,
    issued.issuer_uids AS issuer_uids
FROM used
LEFT JOIN
(
    SELECT credential_uid, arraySort(groupUniqArray(identity_uid)) AS identity_uids
    FROM credentials
    WHERE credential_uid IN (SELECT credential_uid FROM used) AND identity_uid != {identity_uid:String}
    GROUP BY credential_uid
) AS others ON others.credential_uid = used.credential_uid
LEFT JOIN
(
    SELECT credential_uid, arraySort(groupUniqArray(issuer_uid)) AS issuer_uids
    FROM lineage
    WHERE credential_uid IN (SELECT credential_uid FROM used)
    GROUP BY credential_uid
) AS issued ON issued.credential_uid = used.credential_uid
ORDER BY used.credential_lifetime = 'static' DESC, used.last_used DESC, used.credential_uid
