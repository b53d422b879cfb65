-- What does a flood message, or a day's digest for one sink, stand for: how many findings of which severity and of how many identities? Asked by the alert
-- loop when it writes that message. Each finding counts once, whatever the number of its revisions.
SELECT
    toString(severity) AS severity,
    toUInt64(uniqExact(deliveries.finding_uid)) AS findings,
    toUInt64(uniqExact(raised.identity_uid)) AS identities,
    arrayMap(each -> (each.3, each.4), arraySlice(arrayReverseSort(groupUniqArray((raised.risk, raised.bits, raised.finding_uid, raised.who))), 1, 10)) AS gravest
FROM
(
    SELECT finding_uid, severity
    FROM deliveries FINAL
    WHERE if({folded_into:String} != '',
        folded_into = {folded_into:String},
        sink_id = '' AND kind = 'raised'
            AND created_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND created_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
            AND finding_uid NOT IN (SELECT told.finding_uid FROM deliveries AS told FINAL WHERE told.sink_id = {sink_id:String} AND told.state != 'folded'))
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
