-- Which events do these windows hold? A window is an identity and the end of a step of reception. Asked by `detect`, through an as-of
-- view, for the evidence of its findings: events that show one of the telling values come first, then the earliest.
SELECT
    toString(identity_uid) AS identity_uid,
    intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS moment_ms,
    has({telling:Array(String)}, concat(service, ':', action)) + has({telling:Array(String)}, toString(src_network))
        + has({telling:Array(String)}, toString(agent_family)) + has({telling:Array(String)}, toString(region))
        + has({telling:Array(String)}, toString(account_uid)) + has({telling:Array(String)}, toString(credential_uid))
        + has({telling:Array(String)}, toString(issuer_uid)) + has({telling:Array(String)}, toString(target_identity_uid))
        + hasAny({telling:Array(String)}, arrayMap(pattern -> toString(pattern), resource_patterns)) AS shows,
    toString(event_uid) AS event_uid,
    toUnixTimestamp64Milli(time) AS time_ms,
    toString(identity_name) AS identity_name,
    concat(service, ':', action) AS call,
    toString(outcome) AS outcome,
    resource_uids,
    toString(src_ip) AS src_ip,
    toString(agent_family) AS agent_family,
    toString(region) AS region,
    toString(credential_uid) AS credential_uid
FROM seen_actions
WHERE identity_uid IN {identity_uids:Array(String)}
    AND (identity_uid, moment_ms) IN (SELECT arrayJoin(arrayZip({identity_uids:Array(String)}, {moments_ms:Array(Int64)})))
ORDER BY identity_uid, moment_ms, shows DESC, time, event_uid
LIMIT {limit:UInt32} BY identity_uid, moment_ms
