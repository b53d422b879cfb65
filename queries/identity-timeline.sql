-- What did this identity do, newest first? Asked by a timeline with a filter, or of which two rows of the page are one event (identity-page.sql).
-- Only key columns stand in PREWHERE: it runs before FINAL picks the version of an event, and filters what versions share.
-- The page cannot begin before the time of its last row, and that is found by walking the key backwards until enough events have
-- passed: then FINAL reads a few granules, not all the identity ever did. With a filter it is not known beforehand what counts.
WITH page_start AS
(
    SELECT min(time)
    FROM
    (
        SELECT time
        FROM actions
        PREWHERE identity_uid = {identity_uid:String}
            AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
        WHERE {service:String} = '' AND {action:String} = '' AND {outcome:String} = ''
        ORDER BY identity_uid DESC, time DESC, event_uid DESC
        LIMIT 1 BY time, event_uid
        LIMIT {limit:UInt32}
        -- LIMIT BY gives the reader no hint how few rows are wanted: read ahead, it took three times the time (measured at ten million rows).
        SETTINGS read_in_order_use_buffering = 0, max_block_size = 1024
    )
)
SELECT
    toUnixTimestamp64Milli(time) AS time_ms,
    event_uid, provider, source, account_uid, region, session_name, workload_uid, credential_uid, issuer_uid,
    issued_credential_uid, target_identity_uid, service, action, activity, resource_uids, src_ip, src_kind, agent_family,
    outcome, error_code, request_uid
FROM actions FINAL
PREWHERE identity_uid = {identity_uid:String}
    AND time >= greatest(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC'), (SELECT * FROM page_start)) AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
WHERE ({service:String} = '' OR service = {service:String})
    AND ({action:String} = '' OR action = {action:String})
    AND ({outcome:String} = '' OR outcome = {outcome:String})
ORDER BY time DESC, event_uid DESC
LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1
