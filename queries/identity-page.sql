-- Which rows of this identity are the newest, as they lie: an event once for each version that is not merged away yet? Asked by every timeline
-- (pipeline/read-timeline.ts); where two rows are one event, identity-timeline.sql tells which counts. The key is walked backwards until so many rows
-- have passed.
SELECT
    toUnixTimestamp64Milli(time) AS time_ms,
    event_uid, provider, source, account_uid, region, session_name, workload_uid, credential_uid, issuer_uid,
    issued_credential_uid, target_identity_uid, service, action, activity, resource_uids, src_ip, src_kind, agent_family,
    outcome, error_code, request_uid
FROM actions
PREWHERE identity_uid = {identity_uid:String}
    AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
ORDER BY identity_uid DESC, time DESC, event_uid DESC
LIMIT {limit:UInt32}
-- One granule of each part is read. A second thread has nothing to do, and reading ahead reads more than the page.
SETTINGS read_in_order_use_buffering = 0, max_block_size = 1024, max_threads = 1
