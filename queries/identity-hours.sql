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
    arraySort(groupUniqArray(1000)((toString(credential_uid), toString(credential_lifetime), toString(src_network), toString(agent_family)))) AS uses,
    arraySort(groupUniqArrayArray(1000)(arrayZip(resource_patterns, resource_scopes))) AS things,
    arraySort(groupUniqArray(1000)((toString(account_uid), toString(region)))) AS places,
    arraySort(arrayFilter(uid -> uid != '', groupUniqArray(1000)(toString(issuer_uid)))) AS issuers,
    arraySort(arrayFilter(uid -> uid != '', groupUniqArray(1000)(toString(target_identity_uid)))) AS targets
FROM seen_actions
WHERE identity_uid != ''
    AND received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
GROUP BY identity_uid, moment_ms, hour
ORDER BY moment_ms, identity_uid, hour
