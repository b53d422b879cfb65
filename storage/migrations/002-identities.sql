-- identities, credentials and lineage: what is known of each identity and of the credentials that it used and issued.
-- Views fill them from every block of actions. Only min, max and sets: the same block twice changes nothing.
CREATE TABLE IF NOT EXISTS identities
(
    identity_uid    LowCardinality(String),
    provider        SimpleAggregateFunction(max, LowCardinality(String)),
    account_uid     SimpleAggregateFunction(max, LowCardinality(String)) COMMENT 'One of the accounts in whose logs it was seen',
    identity_name   SimpleAggregateFunction(max, LowCardinality(String)),
    identity_alias  SimpleAggregateFunction(max, LowCardinality(String)),
    principal_type  SimpleAggregateFunction(max, LowCardinality(String)) COMMENT 'Empty where every record says unknown: what one record knows, others that do not must not hide',
    workload_types  SimpleAggregateFunction(groupUniqArrayArray, Array(String)) COMMENT 'All workloads seen behind it; sort before you compare',
    identity_rules  SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
    is_machine      SimpleAggregateFunction(max, Bool) COMMENT 'False only if every record of it showed a person',
    first_seen      SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_seen       SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY identity_uid;

CREATE MATERIALIZED VIEW IF NOT EXISTS identities_from_actions TO identities AS
SELECT
    identity_uid,
    max(provider) AS provider,
    max(account_uid) AS account_uid,
    max(identity_name) AS identity_name,
    max(identity_alias) AS identity_alias,
    max(if(principal_type = 'unknown', '', principal_type)) AS principal_type,
    groupUniqArray(workload_type) AS workload_types,
    groupUniqArray(identity_rule) AS identity_rules,
    max(is_machine) AS is_machine,
    min(time) AS first_seen,
    max(time) AS last_seen
FROM actions
GROUP BY identity_uid;

CREATE TABLE IF NOT EXISTS credentials
(
    credential_uid      String,
    identity_uid        LowCardinality(String) COMMENT 'Identity that used it; a credential with two rows is used by two identities',
    credential_type     SimpleAggregateFunction(max, LowCardinality(String)) COMMENT 'Empty where every record says unknown or none',
    credential_lifetime SimpleAggregateFunction(max, LowCardinality(String)) COMMENT 'Empty where every record says unknown',
    issued_at           SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT '1970-01-01 where no record says',
    first_used          SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_used           SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    INDEX identity_filter identity_uid TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = AggregatingMergeTree
ORDER BY (credential_uid, identity_uid);

CREATE MATERIALIZED VIEW IF NOT EXISTS credentials_from_actions TO credentials AS
SELECT
    credential_uid,
    identity_uid,
    max(if(credential_type IN ('unknown', 'none'), '', credential_type)) AS credential_type,
    max(if(credential_lifetime = 'unknown', '', credential_lifetime)) AS credential_lifetime,
    max(credential_issued_at) AS issued_at,
    min(time) AS first_used,
    max(time) AS last_used
FROM actions
WHERE credential_uid != ''
GROUP BY credential_uid, identity_uid;

-- lineage: who handed a session or credential to whom. relation says what the row rests on:
--   issued     an event issued credential_uid to subject_uid; its use joins by credential_uid (table credentials)
--   stated     a record of subject_uid itself names issuer_uid as the issuer of its session
--   delegated  a record states the chain; issuer_uid is recorded as acting through subject_uid
CREATE TABLE IF NOT EXISTS lineage
(
    subject_uid    LowCardinality(String) COMMENT 'Who received it; empty where the issuing event does not say',
    issuer_uid     LowCardinality(String),
    relation       LowCardinality(String),
    credential_uid String COMMENT 'Credential that was issued; empty for stated and delegated',
    first_at       SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_at        SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    event_uid      SimpleAggregateFunction(min, String) COMMENT 'One event that shows it',
    INDEX issuer_filter issuer_uid TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX credential_filter credential_uid TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = AggregatingMergeTree
ORDER BY (subject_uid, issuer_uid, relation, credential_uid);

CREATE MATERIALIZED VIEW IF NOT EXISTS lineage_issued_from_actions TO lineage AS
SELECT
    target_identity_uid AS subject_uid,
    identity_uid AS issuer_uid,
    'issued' AS relation,
    issued_credential_uid AS credential_uid,
    min(time) AS first_at,
    max(time) AS last_at,
    min(actions.event_uid) AS event_uid
FROM actions
WHERE issued_credential_uid != ''
GROUP BY subject_uid, issuer_uid, credential_uid;

CREATE MATERIALIZED VIEW IF NOT EXISTS lineage_stated_from_actions TO lineage AS
SELECT
    identity_uid AS subject_uid,
    issuer_uid,
    'stated' AS relation,
    '' AS credential_uid,
    min(time) AS first_at,
    max(time) AS last_at,
    min(actions.event_uid) AS event_uid
FROM actions
WHERE issuer_uid != ''
GROUP BY subject_uid, issuer_uid;

CREATE MATERIALIZED VIEW IF NOT EXISTS lineage_delegated_from_actions TO lineage AS
SELECT
    pair.2 AS subject_uid,
    pair.1 AS issuer_uid,
    'delegated' AS relation,
    '' AS credential_uid,
    min(time) AS first_at,
    max(time) AS last_at,
    min(actions.event_uid) AS event_uid
FROM actions
ARRAY JOIN arrayZip(delegation, arraySlice(arrayPushFront(delegation, identity_uid), 1, length(delegation))) AS pair
WHERE notEmpty(delegation)
GROUP BY subject_uid, issuer_uid;

-- Kubernetes impersonation: the caller authenticated as itself and acted as another user of the cluster.
CREATE MATERIALIZED VIEW IF NOT EXISTS lineage_impersonated_from_actions TO lineage AS
SELECT
    target_identity_uid AS subject_uid,
    identity_uid AS issuer_uid,
    'delegated' AS relation,
    '' AS credential_uid,
    min(time) AS first_at,
    max(time) AS last_at,
    min(actions.event_uid) AS event_uid
FROM actions
WHERE source = 'kubernetes-audit' AND target_identity_uid != '' AND issued_credential_uid = '' AND activity != 'auth'
GROUP BY subject_uid, issuer_uid;
