-- Which identities may have been meant by a partial or mistyped name? Asked when `identity ID` finds none.
-- First those that contain the text, then the nearest names by edit distance.
SELECT
    identity_uid,
    max(identities.identity_name) AS identity_name,
    max(identities.provider) AS provider,
    coalesce(nullIf(max(identities.principal_type), ''), 'unknown') AS principal_type,
    positionCaseInsensitiveUTF8(concat(identity_name, '\n', identity_uid, '\n', max(identities.identity_alias)), {text:String}) > 0 AS contains,
    damerauLevenshteinDistance(lower(substring(identity_name, 1, 128)), lower({text:String})) AS distance
FROM identities
GROUP BY identity_uid
HAVING contains OR distance <= greatest(2, intDiv(length({text:String}), 4))
ORDER BY contains DESC, distance, identity_uid
LIMIT {limit:UInt32}
