-- What was raised, what became of it, and what of it is to be looked at first? Asked by `findings` and `finding`, and by whoever writes a finding,
-- to go on with it. Of a finding that several configurations raised, the one that was told last is shown.
WITH decided AS
(
    SELECT
        finding_uid,
        argMax(finding_states.state, (decided_at, decision_uid)) AS latest_state,
        argMax(finding_states.reason, (decided_at, decision_uid)) AS latest_reason,
        argMax(finding_states.decided_by, (decided_at, decision_uid)) AS latest_by,
        argMax(finding_states.muted_until, (decided_at, decision_uid)) AS latest_until,
        max(finding_states.decided_at) AS latest_at
    FROM finding_states
    WHERE decided_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND (finding_states.state != 'muted' OR muted_until > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    GROUP BY finding_uid
),
raised AS
(
    SELECT *
    FROM findings FINAL
    WHERE (empty({finding_uids:Array(String)}) OR has({finding_uids:Array(String)}, finding_uid))
        AND startsWith(finding_uid, {uid_prefix:String})
        AND ({configuration:String} = '' OR configuration = {configuration:String})
        AND ({budget:Float64} = 0 OR budget = {budget:Float64})
    ORDER BY finding_uid, version DESC
    LIMIT 1 BY finding_uid
)
SELECT
    finding_uid,
    toString(configuration) AS configuration,
    revision,
    toString(kind) AS kind,
    budget,
    toString(identity_uid) AS identity_uid,
    identity_name,
    identity_uids,
    toString(provider) AS provider,
    toString(principal_type) AS principal_type,
    toString(workload_type) AS workload_type,
    toUnixTimestamp64Milli(window_start) AS window_start_ms,
    toUnixTimestamp64Milli(raised_at) AS raised_ms,
    toUnixTimestamp64Milli(changed_at) AS changed_ms,
    windows,
    bits,
    probability,
    toString(maturity) AS maturity,
    toString(severity) AS severity,
    impact,
    impact_reasons,
    confidence,
    risk,
    detectors,
    techniques,
    nhi_risks,
    reasons,
    members,
    event_uids,
    events,
    lineage,
    checks,
    false_positives,
    blind_spots,
    if(latest_state = '', 'open', toString(latest_state)) AS state,
    latest_reason AS state_reason,
    latest_by AS state_by,
    toUnixTimestamp64Milli(latest_at) AS state_at_ms,
    toUnixTimestamp64Milli(latest_until) AS muted_until_ms,
    toUInt64(count() OVER ()) AS total
FROM raised
LEFT JOIN decided USING (finding_uid)
WHERE raised_at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND raised_at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    AND (empty({states:Array(String)}) OR has({states:Array(String)}, state))
    AND (empty({severities:Array(String)}) OR has({severities:Array(String)}, severity))
    AND ({provider:String} = '' OR provider = {provider:String})
    AND ({detector:String} = '' OR has(detectors, {detector:String}))
    AND ({search:String} = '' OR positionCaseInsensitiveUTF8(identity_name, {search:String}) > 0
        OR arrayExists(uid -> positionCaseInsensitiveUTF8(uid, {search:String}) > 0, identity_uids))
    AND risk >= {min_risk:UInt8}
ORDER BY risk DESC, bits DESC, raised_at DESC, finding_uid
LIMIT {limit:UInt32}
