-- Which findings, or revisions of them, were not planned for alerts yet? Asked by pipeline/alert-planner.ts, the earliest first. Of a finding that several
-- configurations raised, the one that was told last counts.
WITH decided AS
(
    SELECT finding_uid, argMax(finding_states.state, (decided_at, decision_uid)) AS latest_state
    FROM finding_states
    WHERE decided_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND (finding_states.state != 'muted' OR muted_until > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    GROUP BY finding_uid
),
latest AS
(
    SELECT finding_uid, revision, identity_uid, identity_uids, provider, severity, detectors, raised_at
    FROM findings FINAL
    ORDER BY finding_uid, version DESC
    LIMIT 1 BY finding_uid
)
SELECT
    finding_uid,
    concat(finding_uid, ':r', toString(revision)) AS subject,
    toString(identity_uid) AS identity_uid,
    identity_uids,
    toString(provider) AS provider,
    toString(severity) AS severity,
    detectors,
    toUnixTimestamp64Milli(raised_at) AS raised_ms,
    if(latest_state = '', 'open', toString(latest_state)) AS state
FROM latest
LEFT JOIN decided USING (finding_uid)
WHERE subject NOT IN (SELECT subject FROM deliveries WHERE sink_id = '')
ORDER BY raised_at, finding_uid
LIMIT {limit:UInt32}
