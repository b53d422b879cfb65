-- To whom did these identities hand sessions and credentials? One hop; asked hop by hop by walk-lineage.ts.
WITH handed AS
(
    SELECT subject_uid, issuer_uid, relation, first_at, last_at, credential_uid, event_uid
    FROM lineage
    WHERE issuer_uid IN {identity_uids:Array(String)}
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
    FROM handed
    WHERE subject_uid != ''
    UNION ALL
    SELECT credentials.identity_uid AS subject_uid, handed.issuer_uid, handed.relation, handed.first_at, handed.last_at, handed.credential_uid, handed.event_uid
    FROM credentials
    INNER JOIN handed ON handed.credential_uid = credentials.credential_uid
    WHERE credentials.credential_uid IN (SELECT credential_uid FROM handed WHERE credential_uid != '')
)
GROUP BY subject_uid, issuer_uid, relation
ORDER BY last_at_ms DESC, subject_uid, issuer_uid, relation
LIMIT {limit:UInt32}
