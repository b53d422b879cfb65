-- Which findings, or revisions of them, were not planned for alerts yet? Asked by pipeline/alert-planner.ts up to twice a second, the earliest first. Of
-- a finding that several configurations raised, the one that was told last counts. All findings are looked at by three narrow columns, and only those that
-- are not planned are read: the row of the greatest version is the one that stays, also before it is merged.
WITH decided AS
(
    SELECT finding_uid, argMax(finding_states.state, (decided_at, decision_uid)) AS latest_state
    FROM finding_states
    WHERE decided_at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND (finding_states.state != 'muted' OR muted_until > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    GROUP BY finding_uid
),
unplanned AS
(
    SELECT finding_uid
    FROM (SELECT finding_uid, argMax(revision, version) AS latest_revision FROM findings GROUP BY finding_uid)
    WHERE concat(finding_uid, ':r', toString(latest_revision)) NOT IN (SELECT deliveries.subject FROM deliveries WHERE sink_id = '' AND kind != 'decided')
),
latest AS
(
    SELECT finding_uid, revision, identity_uid, identity_uids, provider, severity, detectors, raised_at
    FROM findings
    WHERE finding_uid IN (SELECT unplanned.finding_uid FROM unplanned)
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
ORDER BY raised_at, finding_uid
LIMIT {limit:UInt32}
