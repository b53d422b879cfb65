-- What does a flood message, or a day's digest for one sink, stand for: how many findings of which severity and of how many identities? Asked by the alert
-- loop when it writes that message. Each finding counts once, at its gravest, whatever the number of its revisions. A digest leaves out what was found
-- benign or is muted when its span ends, and what the sink was sent a message about that was as grave.
WITH told AS
(
    SELECT finding_uid, max(indexOf(['low', 'medium', 'high', 'critical'], severity)) AS gravest_told
    FROM deliveries FINAL
    WHERE sink_id = {sink_id:String} AND sink_id != '' AND kind IN ('raised', 'continued') AND state NOT IN ('folded', 'failed')
    GROUP BY finding_uid
),
decided AS
(
    SELECT finding_uid, argMax(finding_states.state, (decided_at, decision_uid)) AS latest_state
    FROM finding_states
    WHERE finding_states.state != 'muted' OR muted_until > fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
    GROUP BY finding_uid
)
SELECT
    toString(severity) AS severity,
    toUInt64(uniqExact(deliveries.finding_uid)) AS findings,
    toUInt64(uniqExact(raised.identity_uid)) AS identities,
    arrayMap(each -> (each.3, each.4), arraySlice(arrayReverseSort(groupUniqArray((raised.risk, raised.bits, raised.finding_uid, raised.who))), 1, 10)) AS gravest
FROM
(
    SELECT finding_uid, argMax(severity, grave) AS severity
    FROM
    (
        SELECT finding_uid, severity, indexOf(['low', 'medium', 'high', 'critical'], severity) AS grave
        FROM deliveries FINAL
        WHERE if({folded_into:String} != '',
            folded_into = {folded_into:String},
            sink_id = '' AND kind IN ('raised', 'continued')
                AND created_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND created_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
                AND finding_uid NOT IN (SELECT decided.finding_uid FROM decided WHERE latest_state IN ('benign', 'muted')))
    ) AS planned
    LEFT JOIN told ON told.finding_uid = planned.finding_uid
    -- Who was told of it, and that it was as grave, is not told once more.
    WHERE {folded_into:String} != '' OR grave > gravest_told
    GROUP BY finding_uid
) AS deliveries
LEFT JOIN
(
    SELECT finding_uid, toString(findings.identity_uid) AS identity_uid, risk, bits, if(identity_name = '', toString(findings.identity_uid), identity_name) AS who
    FROM findings FINAL
    ORDER BY finding_uid, version DESC
    LIMIT 1 BY finding_uid
) AS raised USING (finding_uid)
GROUP BY severity
ORDER BY severity
