-- Which credentials are used by more than one identity? Asked by the first screen and by reports.
SELECT
    credential_uid,
    coalesce(nullIf(max(credentials.credential_type), ''), 'unknown') AS credential_type,
    coalesce(nullIf(max(credentials.credential_lifetime), ''), 'unknown') AS credential_lifetime,
    arraySort(groupUniqArray(identity_uid)) AS identity_uids,
    toUnixTimestamp64Milli(min(first_used)) AS first_used_ms,
    toUnixTimestamp64Milli(max(last_used)) AS last_used_ms
FROM credentials
WHERE credential_uid IN (SELECT credential_uid FROM credentials GROUP BY credential_uid HAVING min(identity_uid) != max(identity_uid))
GROUP BY credential_uid
ORDER BY length(identity_uids) DESC, last_used_ms DESC, credential_uid
LIMIT {limit:UInt32}
