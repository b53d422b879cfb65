-- behaviour and activity_hourly: what each identity does, in idempotent aggregates only (never count or sum), so that
-- a replay changes nothing, and any of them can be read as of a day.
CREATE TABLE IF NOT EXISTS behaviour
(
    identity_uid LowCardinality(String),
    dimension    LowCardinality(String) COMMENT 'action, denied_action, resource, resource_scope, account, region, network, agent, credential, workload, issuer, target, slot',
    value        String,
    month        Date COMMENT 'First day of the month that `days` counts in',
    first_seen   SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_seen    SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    days         SimpleAggregateFunction(groupBitOr, UInt32) COMMENT 'Bit d-1 set: seen on day d of the month (UTC)'
)
ENGINE = AggregatingMergeTree
ORDER BY (identity_uid, dimension, value, month);

-- One view for all dimensions: the texts of a row in one list, with their places among the names. Each view is planned, run and
-- written by itself, and thirteen on one table took nearly half of an insert.
CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_from_actions TO behaviour AS
SELECT
    identity_uid,
    ['action', 'denied_action', 'account', 'region', 'network', 'agent', 'credential', 'workload', 'issuer', 'target', 'slot',
     'resource', 'resource_scope'][place] AS dimension,
    value,
    month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(day) AS days
FROM
(
    SELECT
        identity_uid,
        time,
        toStartOfMonth(time) AS month,
        toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1)) AS day,
        concat(service, ':', action) AS operation,
        toString((toDayOfWeek(time) - 1) * 24 + toHour(time)) AS slot,
        arrayConcat(
            [operation, if(outcome = 'denied', operation, ''), toString(account_uid), toString(region), toString(src_network), toString(agent_family),
             credential_uid, workload_uid, toString(issuer_uid), toString(target_identity_uid), slot],
            resource_patterns,
            resource_scopes) AS values,
        arrayConcat(
            arrayMap(place -> toUInt8(place), range(1, 12)),
            arrayWithConstant(length(resource_patterns), toUInt8(12)),
            arrayWithConstant(length(resource_scopes), toUInt8(13))) AS places
    FROM actions
)
ARRAY JOIN values AS value, places AS place
WHERE value != ''
GROUP BY identity_uid, place, value, month;

-- activity_hourly: distinct events by identity and hour. uniqCombined64 of event uids, so that a redelivered event counts once.
CREATE TABLE IF NOT EXISTS activity_hourly
(
    identity_uid LowCardinality(String),
    hour         DateTime('UTC'),
    activity     LowCardinality(String) COMMENT 'As in actions',
    is_denied    Bool,
    is_issuing   Bool COMMENT 'The event issued a credential',
    events       AggregateFunction(uniqCombined64, String) COMMENT 'Distinct event uids; merge over rows with uniqCombined64Merge'
)
ENGINE = AggregatingMergeTree
ORDER BY (identity_uid, hour, activity, is_denied, is_issuing);

CREATE MATERIALIZED VIEW IF NOT EXISTS activity_hourly_from_actions TO activity_hourly AS
SELECT
    identity_uid,
    toStartOfHour(time) AS hour,
    activity,
    outcome = 'denied' AS is_denied,
    issued_credential_uid != '' AS is_issuing,
    uniqCombined64State(event_uid) AS events
FROM actions
GROUP BY identity_uid, hour, activity, is_denied, is_issuing;
