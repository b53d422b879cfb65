-- What did this identity do, newest first? Asked by `identity ID` and by every investigation.
-- Only key columns stand in PREWHERE: it runs before FINAL picks the version of an event, and filters what versions share.
WITH page AS
(
    SELECT
        time, event_uid, provider, source, account_uid, region, session_name, workload_uid, credential_uid, issuer_uid,
        issued_credential_uid, target_identity_uid, service, action, activity, resource_uids, src_ip, src_kind, agent_family,
        outcome, error_code, request_uid
    FROM actions FINAL
    PREWHERE identity_uid = {identity_uid:String}
        AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
    WHERE ({service:String} = '' OR service = {service:String})
        AND ({action:String} = '' OR action = {action:String})
        AND ({outcome:String} = '' OR outcome = {outcome:String})
    ORDER BY time DESC, event_uid DESC
    LIMIT {limit:UInt32}
)
SELECT
    toUnixTimestamp64Milli(page.time) AS time_ms,
    page.event_uid AS event_uid,
    page.provider AS provider,
    page.source AS source,
    page.account_uid AS account_uid,
    page.region AS region,
    page.session_name AS session_name,
    page.workload_uid AS workload_uid,
    page.credential_uid AS credential_uid,
    page.issuer_uid AS issuer_uid,
    page.issued_credential_uid AS issued_credential_uid,
    page.target_identity_uid AS target_identity_uid,
    page.service AS service,
    page.action AS action,
    page.activity AS activity,
    page.resource_uids AS resource_uids,
    page.src_ip AS src_ip,
    page.src_kind AS src_kind,
    page.agent_family AS agent_family,
    if(completed.event_uid = '', page.outcome, completed.outcome) AS outcome,
    if(completed.event_uid = '', page.error_code, completed.error_code) AS error_code,
    page.request_uid AS request_uid,
    if(completed.event_uid = '', 0, toUnixTimestamp64Milli(completed.completed_at)) AS completed_at_ms
FROM page
LEFT JOIN
(
    SELECT
        event_uid,
        max(completions.completed_at) AS completed_at,
        argMax(completions.outcome, (completions.completed_at, completions.outcome)) AS outcome,
        argMax(completions.error_code, (completions.completed_at, completions.outcome)) AS error_code
    FROM completions
    WHERE event_uid IN (SELECT event_uid FROM page)
    GROUP BY event_uid
) AS completed ON completed.event_uid = page.event_uid
ORDER BY page.time DESC, page.event_uid DESC
SETTINGS do_not_merge_across_partitions_select_final = 1
