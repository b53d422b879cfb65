-- What is to be told of these findings, and what was decided about them by then? Asked by the alert loop for each batch. The rows of findings-list,
-- uncounted and read without FINAL, since of each finding the row of the greatest version is taken anyway: half of what that costs.
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
    WHERE finding_uid IN {finding_uids:Array(String)} AND decided_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND (finding_states.state != 'muted' OR muted_until > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    GROUP BY finding_uid
),
raised AS
(
    SELECT *
    FROM findings
    WHERE finding_uid IN {finding_uids:Array(String)}
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
    toUnixTimestamp64Milli(latest_until) AS muted_until_ms
FROM raised
LEFT JOIN decided USING (finding_uid)
ORDER BY finding_uid
