-- What did each identity do, hour by hour, as it was received? One row an identity, step of reception and hour of the event: the windows
-- that detectors score. Asked by detection, through an as-of view, never of the table itself. Of lists that an attacker can make endless the first
-- thousand distinct entries are kept.
SELECT
    toString(identity_uid) AS identity_uid,
    intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS moment_ms,
    intDiv(toUnixTimestamp64Milli(time), 3600000) AS hour,
    toString(min(provider)) AS provider,
    toString(min(principal_type)) AS principal_type,
    arraySort(arrayFilter(type -> type != 'unknown', groupUniqArray(toString(workload_type)))) AS workload_types,
    toUInt32(count()) AS events,
    toUInt32(countIf(outcome = 'denied')) AS denied,
    toUInt32(countIf(activity IN ('read', 'data-read'))) AS reads,
    toUInt32(countIf(activity IN ('write', 'data-write'))) AS writes,
    toUInt32(countIf(activity = 'admin')) AS admin,
    toUInt32(countIf(activity = 'secret-read')) AS secret_reads,
    toUInt32(countIf(issued_credential_uid != '')) AS issued,
    arraySort(groupUniqArray(1000)((concat(service, ':', action), toString(activity), toString(outcome)))) AS deeds,
    arraySort(groupUniqArray(1000)((toString(credential_uid), toString(credential_lifetime), toString(src_network), toString(agent_family), toUInt16(cityHash64(credential_uid, src_network, agent_family) % 1024)))) AS uses,
    -- Of each of 1,024 buckets of uses the two-minute slots of the hour that saw it, as bits: what was in use at the same time.
    arraySort(CAST(groupBitOrMap(map(toUInt16(cityHash64(credential_uid, src_network, agent_family) % 1024), bitShiftLeft(toUInt32(1), intDiv(toMinute(time), 2)))), 'Array(Tuple(UInt16, UInt32))')) AS busy,
    arraySort(groupUniqArrayIf(1000)((toString(credential_uid), toString(workload_uid)), workload_uid != '')) AS holders,
    -- Agents that only stand on a desk: a Mac's, a terminal's, a penetration tester's. The raw agent says it, its family does not.
    arraySort(groupUniqArrayIf(100)((toString(credential_uid), toString(src_network), toString(agent_family)), match(user_agent, '(?i)darwin|macintosh|os/macos|interactive/true|\\bkali|\\bparrot'))) AS desks,
    -- Seconds of the hour in which a tool that people type into, or click in, called.
    arraySort(groupUniqArrayIf(200)(toUInt16((toUnixTimestamp64Milli(time) % 3600000) / 1000), match(agent_family, '^(?:aws-cli|azure-cli|azure-powershell|gcloud|gsutil|kubectl|curl|wget|s3console|console|signin|chrome|firefox|edge|safari|browser)\\b'))) AS typed,
    arraySort(groupUniqArrayIf(1000)((toString(issued_credential_uid), toString(target_identity_uid), toString(issued_credential_type)), issued_credential_uid != '')) AS handed_out,
    arraySort(groupUniqArrayIf(100)((toString(credential_uid), toUnixTimestamp64Milli(credential_issued_at)), credential_lifetime = 'static' AND toUnixTimestamp64Milli(credential_issued_at) > 0)) AS issue_dates,
    -- A pod has one address: a token that shows two of them was carried to another.
    arraySort(groupUniqArrayIf(200)((toString(credential_uid), toString(src_ip)), source = 'kubernetes-audit' AND workload_uid != '' AND src_kind = 'private')) AS pod_addresses,
    arraySort(groupUniqArrayArray(1000)(arrayZip(resource_patterns, resource_scopes))) AS things,
    arraySort(groupUniqArray(1000)((toString(account_uid), toString(region)))) AS places,
    arraySort(arrayFilter(uid -> uid != '', groupUniqArray(1000)(toString(issuer_uid)))) AS issuers,
    arraySort(arrayFilter(uid -> uid != '', groupUniqArray(1000)(toString(target_identity_uid)))) AS targets
FROM received_actions
WHERE identity_uid != ''
    AND received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
GROUP BY identity_uid, moment_ms, hour
ORDER BY moment_ms, identity_uid, hour
