-- Who used this credential, and who issued it to whom? Asked by `who --credential`.
-- GLOBAL says nothing on one server; a cluster asks for the roles once, for all shards.
-- A certificate is stored by its key id; its thumbprint (40 or 64 hexadecimal digits) stands in the sign-ins that it was shown in.
WITH roles AS
(
    SELECT 'user' AS role, identity_uid, coalesce(nullIf(max(credentials.credential_type), ''), 'unknown') AS credential_type,
        coalesce(nullIf(max(credentials.credential_lifetime), ''), 'unknown') AS credential_lifetime,
        max(credentials.issued_at) AS issued_at, min(first_used) AS first_at, max(last_used) AS last_at, '' AS event_uid
    FROM credentials
    WHERE credential_uid = {credential_uid:String}
    GROUP BY identity_uid
    UNION ALL
    SELECT 'user' AS role, identity_uid, max(actions.credential_type) AS credential_type, max(actions.credential_lifetime) AS credential_lifetime,
        max(actions.credential_issued_at) AS issued_at, min(time) AS first_at, max(time) AS last_at, '' AS event_uid
    FROM actions
    WHERE length({credential_uid:String}) IN (40, 64) AND source = 'entra-signin'
        AND authorization_basis = concat('certificate with thumbprint ', lower({credential_uid:String})) AND credential_uid != lower({credential_uid:String})
    GROUP BY identity_uid
    UNION ALL
    SELECT 'issuer' AS role, issuer_uid AS identity_uid, '' AS credential_type, '' AS credential_lifetime,
        min(lineage.first_at) AS issued_at, min(lineage.first_at) AS first_at, max(lineage.last_at) AS last_at, min(lineage.event_uid) AS event_uid
    FROM lineage
    WHERE credential_uid = {credential_uid:String} AND credential_uid != ''
    GROUP BY issuer_uid
    UNION ALL
    SELECT 'recipient' AS role, subject_uid AS identity_uid, '' AS credential_type, '' AS credential_lifetime,
        min(lineage.first_at) AS issued_at, min(lineage.first_at) AS first_at, max(lineage.last_at) AS last_at, min(lineage.event_uid) AS event_uid
    FROM lineage
    WHERE credential_uid = {credential_uid:String} AND credential_uid != '' AND subject_uid != ''
    GROUP BY subject_uid
)
SELECT
    roles.role AS role,
    roles.identity_uid AS identity_uid,
    known.name AS identity_name,
    known.provider AS provider,
    known.principal_type AS principal_type,
    roles.credential_type AS credential_type,
    roles.credential_lifetime AS credential_lifetime,
    toUnixTimestamp64Milli(roles.issued_at) AS issued_at_ms,
    toUnixTimestamp64Milli(roles.first_at) AS first_at_ms,
    toUnixTimestamp64Milli(roles.last_at) AS last_at_ms,
    roles.event_uid AS event_uid
FROM roles
LEFT JOIN
(
    SELECT identity_uid, max(identities.identity_name) AS name, max(identities.provider) AS provider, max(identities.principal_type) AS principal_type
    FROM identities
    WHERE identity_uid GLOBAL IN (SELECT identity_uid FROM roles)
    GROUP BY identity_uid
) AS known ON known.identity_uid = roles.identity_uid
ORDER BY roles.role, roles.last_at DESC, roles.identity_uid
LIMIT {limit:UInt32}
