-- actions: one row an action, written by the ingest pipeline in Arrow blocks, read by every query. Rows merge by
-- (identity_uid, time, event_uid): the highest `version` stays, so the order and number of deliveries do not show. The record itself is in `records`,
-- under the same key; stores that were made before migration 16 have a column `raw` here, which holds those of before it.
-- Texts of many values (sessions, credentials, addresses, resources) are plain: as LowCardinality they cost 2 us more an event.
-- Granules of 1,024 rows, an eighth of the usual: a page or a resource's rows are few in each, and a merge holds some of each part that it reads (docs/performance.md).
-- They cannot be changed later; stores of before keep theirs.
-- Partitioned by the event's own month: by insert time, a redelivery across a month's end would double.
CREATE TABLE IF NOT EXISTS actions
(
    time                   DateTime64(3, 'UTC') COMMENT 'When it happened, by the provider''s clock' CODEC(Delta(8), ZSTD(1)),
    received_at            DateTime64(3, 'UTC') COMMENT 'When it was first read, by our clock; retention counts from here' CODEC(Delta(8), ZSTD(1)),
    event_uid              String               COMMENT 'Stable id of the event',
    version                UInt64               COMMENT 'event_rank, then earliest reception, then a digest of the bytes: which row stays. Made by storage/row-version.ts only',
    shared_event_uid       String               COMMENT 'Joins the copies that two accounts received',
    provider               LowCardinality(String),
    source                 LowCardinality(String),
    account_uid            LowCardinality(String),
    region                 LowCardinality(String),
    identity_uid           LowCardinality(String) COMMENT 'The durable identity behind the session',
    identity_name          LowCardinality(String),
    identity_alias         LowCardinality(String),
    identity_rule          LowCardinality(String) COMMENT 'Rule that resolved the caller; see docs/identity-rules.md',
    principal_type         LowCardinality(String),
    workload_type          LowCardinality(String),
    is_machine             Bool,
    session_name           String,
    workload_uid           String,
    credential_uid         String COMMENT 'Id of the credential, never the secret',
    credential_type        LowCardinality(String),
    credential_lifetime    LowCardinality(String),
    credential_issued_at   DateTime64(3, 'UTC') COMMENT '1970-01-01 where the record does not say',
    issuer_uid             LowCardinality(String),
    delegation             Array(LowCardinality(String)),
    issued_credential_uid  String,
    issued_credential_type LowCardinality(String),
    target_identity_uid    LowCardinality(String),
    service                LowCardinality(String),
    action                 LowCardinality(String),
    activity               LowCardinality(String),
    resource_types         Array(LowCardinality(String)),
    resource_uids          Array(String),
    resource_accounts      Array(LowCardinality(String)),
    resource_patterns      Array(String) COMMENT 'resource_uids with generated parts replaced by *, for baselines',
    resource_scopes        Array(String) COMMENT 'What each resource stands in: bucket, vault, namespace, account',
    src_ip                 String,
    src_kind               LowCardinality(String),
    src_network            LowCardinality(String) COMMENT 'Network for baselines: src_kind, with /24 or /48 where the address is public',
    user_agent             LowCardinality(String),
    agent_family           LowCardinality(String),
    outcome                LowCardinality(String),
    error_code             LowCardinality(String),
    error_message          String,
    authorization_basis    String,
    request_uid            String,
    INDEX event_uid_filter event_uid TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX resource_filter resource_uids TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX credential_filter credential_uid TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(time)
ORDER BY (identity_uid, time, event_uid)
TTL toDateTime(received_at) + INTERVAL 13 MONTH
SETTINGS min_bytes_for_wide_part = 1073741824, index_granularity = 1024;
