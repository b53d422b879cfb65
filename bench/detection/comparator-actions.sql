-- What comparators read: actions folded once, with the caller as other products name it, which the record says. Written once a store,
-- because a dozen comparators would otherwise parse every record again.
--   caller_arn   the caller's own text: CloudTrail userIdentity.arn (new with every session), principalEmail, username, Azure caller
--   caller_id    CloudTrail userIdentity.principalId, which for a role holds the session's name too; elsewhere caller_arn
--   caller_name  CloudTrail userName of the user or of the session's issuer; elsewhere caller_arn
CREATE TABLE comparator_actions ENGINE = MergeTree ORDER BY (received_at, event_uid) AS
SELECT
    actions.*,
    if(caller_text = '', identity_uid, caller_text) AS caller_arn,
    if(principal_text = '', caller_arn, principal_text) AS caller_id,
    if(provider = 'aws', identity_name, caller_arn) AS caller_name
FROM (SELECT * FROM actions FINAL) AS actions
LEFT JOIN
(
    SELECT
        identity_uid,
        time,
        event_uid,
        multiIf(
            JSONHas(raw, 'userIdentity'), JSONExtractString(raw, 'userIdentity', 'arn'),
            JSONHas(raw, 'protoPayload'), JSONExtractString(raw, 'protoPayload', 'authenticationInfo', 'principalEmail'),
            JSONHas(raw, 'user', 'username'), JSONExtractString(raw, 'user', 'username'),
            JSONHas(raw, 'caller'), JSONExtractString(raw, 'caller'),
            JSONHas(raw, 'Caller'), JSONExtractString(raw, 'Caller'),
            JSONHas(raw, 'identity', 'claims', 'appid'), JSONExtractString(raw, 'identity', 'claims', 'appid'),
            JSONHas(raw, 'properties', 'appId'), JSONExtractString(raw, 'properties', 'appId'),
            '') AS caller_text,
        JSONExtractString(raw, 'userIdentity', 'principalId') AS principal_text
    FROM records FINAL
) AS callers USING (identity_uid, time, event_uid)
