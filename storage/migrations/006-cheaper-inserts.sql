-- Stores that were made with a view for each dimension of behaviour get the one view of all (003 has it for new stores too).
DROP VIEW IF EXISTS behaviour_action_from_actions;
DROP VIEW IF EXISTS behaviour_denied_action_from_actions;
DROP VIEW IF EXISTS behaviour_resource_from_actions;
DROP VIEW IF EXISTS behaviour_resource_scope_from_actions;
DROP VIEW IF EXISTS behaviour_account_from_actions;
DROP VIEW IF EXISTS behaviour_region_from_actions;
DROP VIEW IF EXISTS behaviour_network_from_actions;
DROP VIEW IF EXISTS behaviour_agent_from_actions;
DROP VIEW IF EXISTS behaviour_credential_from_actions;
DROP VIEW IF EXISTS behaviour_workload_from_actions;
DROP VIEW IF EXISTS behaviour_issuer_from_actions;
DROP VIEW IF EXISTS behaviour_target_from_actions;
DROP VIEW IF EXISTS behaviour_slot_from_actions;

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

-- raw is most of what an insert compresses: lightly while it is new, and well once a day has passed, when its parts are merged.
-- Set again first: a codec that is not there cannot be removed, and a migration that was killed behind this is done once more.
ALTER TABLE actions MODIFY COLUMN IF EXISTS raw CODEC(ZSTD(1));
ALTER TABLE actions MODIFY COLUMN IF EXISTS raw REMOVE CODEC;

ALTER TABLE actions MODIFY TTL
    toDateTime(received_at) + INTERVAL 13 MONTH,
    toDateTime(received_at) + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(1));
