-- Who does the same as this identity? Those that share actions with it, the most similar first. Asked by `baseline ID`. Of each action, the share of
-- its most regular action's days on which the one and the other do it: similarity is the sum of the smaller shares by that of the larger ones, and
-- an action weighs the more the fewer identities have it. So neither what all do nor what was done once makes or unmakes a peer.
WITH
    acts AS
    (
        SELECT identity_uid, value, days / max(days) OVER (PARTITION BY identity_uid) AS share
        FROM
        (
            SELECT identity_uid, value, sum(bitCount(month_days)) AS days
            FROM
            (
                SELECT identity_uid, value, month, groupBitOr(behaviour.days) AS month_days
                FROM behaviour
                WHERE dimension = 'action'
                GROUP BY identity_uid, value, month
            )
            GROUP BY identity_uid, value
        )
    ),
    weights AS
    (
        SELECT value, log2(1 + (SELECT uniqExact(identity_uid) FROM acts) / count()) AS weight FROM acts GROUP BY value
    ),
    own AS
    (
        SELECT value, share FROM acts WHERE identity_uid = {identity_uid:String}
    ),
    compared AS
    (
        SELECT
            acts.identity_uid AS identity_uid,
            sum(weights.weight * least(acts.share, own.share)) AS both,
            sum(weights.weight * acts.share) AS theirs,
            countIf(own.share > 0) AS shared_actions,
            count() AS actions
        FROM acts
        INNER JOIN weights ON weights.value = acts.value
        LEFT JOIN own ON own.value = acts.value
        GROUP BY acts.identity_uid
        HAVING shared_actions > 0
    )
SELECT
    compared.identity_uid AS identity_uid,
    known.name AS identity_name,
    coalesce(nullIf(known.type, ''), 'unknown') AS principal_type,
    round(compared.both / (compared.theirs + (SELECT max(theirs) FROM compared WHERE identity_uid = {identity_uid:String}) - compared.both), 3) AS similarity,
    compared.shared_actions AS shared_actions,
    compared.actions AS actions,
    toUnixTimestamp64Milli(known.first) AS first_seen_ms,
    toUnixTimestamp64Milli(known.last) AS last_seen_ms
FROM compared
INNER JOIN
(
    SELECT identity_uid, max(identities.identity_name) AS name, max(identities.principal_type) AS type, min(first_seen) AS first, max(last_seen) AS last
    FROM identities
    GROUP BY identity_uid
) AS known ON known.identity_uid = compared.identity_uid
WHERE compared.identity_uid != {identity_uid:String} AND similarity >= {least:Float64}
ORDER BY similarity DESC, shared_actions DESC, identity_uid
LIMIT {limit:UInt32}
