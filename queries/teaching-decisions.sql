-- Which decisions change what detection learns, and from which windows? Asked by detection, in the order in which they were made. Windows are those of
-- all configurations that raised the finding.
SELECT
    toUnixTimestamp64Milli(decided_at) AS decided_ms,
    toString(decided.state) AS state,
    toUnixTimestamp64Milli(min(findings.window_start)) AS window_start_ms,
    arraySort(arrayDistinct(groupArrayArray(findings.windows))) AS windows
FROM (SELECT * FROM finding_states FINAL WHERE finding_states.state IN ('benign', 'confirmed')) AS decided
INNER JOIN (SELECT * FROM findings FINAL WHERE kind = 'identity') AS findings ON findings.finding_uid = decided.finding_uid
WHERE decided_at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY decided.finding_uid, decided_at, decision_uid, state
ORDER BY decided_at, decision_uid
