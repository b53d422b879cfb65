-- Who handed these identities their sessions and credentials? One hop; asked hop by hop by walk-lineage.ts.
-- issued: an event issued the credential for the identity, or issued a credential that the identity then used.
WITH used AS
(
    SELECT credential_uid, identity_uid, max(credentials.last_used) AS last_used
    FROM credentials
    WHERE identity_uid IN {identity_uids:Array(String)}
    GROUP BY credential_uid, identity_uid
)
SELECT
    subject_uid,
    issuer_uid,
    relation,
    toUnixTimestamp64Milli(min(first_at)) AS first_at_ms,
    toUnixTimestamp64Milli(max(last_at)) AS last_at_ms,
    uniqExactIf(credential_uid, credential_uid != '') AS credentials,
    min(event_uid) AS event_uid
FROM
(
    SELECT subject_uid, issuer_uid, relation, first_at, last_at, credential_uid, event_uid
    FROM lineage
    WHERE subject_uid IN {identity_uids:Array(String)} AND subject_uid != ''
    UNION ALL
    SELECT used.identity_uid AS subject_uid, lineage.issuer_uid, lineage.relation, lineage.first_at, lineage.last_at, lineage.credential_uid, lineage.event_uid
    FROM lineage
    INNER JOIN used ON used.credential_uid = lineage.credential_uid
    WHERE lineage.credential_uid IN (SELECT credential_uid FROM used)
)
GROUP BY subject_uid, issuer_uid, relation
ORDER BY last_at_ms DESC, issuer_uid, subject_uid, relation
LIMIT {limit:UInt32}
