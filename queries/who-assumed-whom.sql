-- Which identities hand sessions and credentials to which? Asked by the first screen after a scan.
SELECT
    issuer_uid,
    subject_uid,
    arraySort(groupUniqArray(relation)) AS relations,
    uniqExactIf(credential_uid, credential_uid != '') AS credentials,
    toUnixTimestamp64Milli(min(first_at)) AS first_at_ms,
    toUnixTimestamp64Milli(max(last_at)) AS last_at_ms
FROM
(
    SELECT issuer_uid, subject_uid, relation, credential_uid, first_at, last_at
    FROM lineage
    WHERE subject_uid != ''
    UNION ALL
    -- Issued to nobody in particular: whoever used it.
    SELECT lineage.issuer_uid, credentials.identity_uid AS subject_uid, lineage.relation, lineage.credential_uid, lineage.first_at, lineage.last_at
    FROM credentials
    INNER JOIN lineage ON lineage.credential_uid = credentials.credential_uid
    WHERE lineage.subject_uid = '' AND lineage.credential_uid != ''
        AND credentials.credential_uid IN (SELECT credential_uid FROM lineage WHERE subject_uid = '' AND credential_uid != '')
)
WHERE issuer_uid != subject_uid
GROUP BY issuer_uid, subject_uid
ORDER BY last_at_ms DESC, issuer_uid, subject_uid
LIMIT {limit:UInt32}
