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

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_action_from_actions TO behaviour AS
SELECT
    identity_uid,
    'action' AS dimension,
    concat(service, ':', action) AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_denied_action_from_actions TO behaviour AS
SELECT
    identity_uid,
    'denied_action' AS dimension,
    concat(service, ':', action) AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != '' AND outcome = 'denied'
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_resource_from_actions TO behaviour AS
SELECT
    identity_uid,
    'resource' AS dimension,
    arrayJoin(resource_patterns) AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_resource_scope_from_actions TO behaviour AS
SELECT
    identity_uid,
    'resource_scope' AS dimension,
    arrayJoin(resource_scopes) AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_account_from_actions TO behaviour AS
SELECT
    identity_uid,
    'account' AS dimension,
    account_uid AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_region_from_actions TO behaviour AS
SELECT
    identity_uid,
    'region' AS dimension,
    region AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_network_from_actions TO behaviour AS
SELECT
    identity_uid,
    'network' AS dimension,
    src_network AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_agent_from_actions TO behaviour AS
SELECT
    identity_uid,
    'agent' AS dimension,
    agent_family AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_credential_from_actions TO behaviour AS
SELECT
    identity_uid,
    'credential' AS dimension,
    credential_uid AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_workload_from_actions TO behaviour AS
SELECT
    identity_uid,
    'workload' AS dimension,
    workload_uid AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_issuer_from_actions TO behaviour AS
SELECT
    identity_uid,
    'issuer' AS dimension,
    issuer_uid AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_target_from_actions TO behaviour AS
SELECT
    identity_uid,
    'target' AS dimension,
    target_identity_uid AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

CREATE MATERIALIZED VIEW IF NOT EXISTS behaviour_slot_from_actions TO behaviour AS
SELECT
    identity_uid,
    'slot' AS dimension,
    toString((toDayOfWeek(time) - 1) * 24 + toHour(time)) AS value,
    toStartOfMonth(time) AS month,
    min(time) AS first_seen,
    max(time) AS last_seen,
    groupBitOr(toUInt32(bitShiftLeft(toUInt32(1), toDayOfMonth(time) - 1))) AS days
FROM actions
WHERE value != ''
GROUP BY identity_uid, value, month;

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
