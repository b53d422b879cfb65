-- What the ingest pipeline itself keeps: completions of long-running operations, records that it could not read, and
-- where each source resumes.
CREATE TABLE IF NOT EXISTS completions
(
    event_uid     String COMMENT 'event_uid of the action that ended',
    completed_at  DateTime64(3, 'UTC'),
    outcome       LowCardinality(String),
    error_code    LowCardinality(String),
    error_message String
)
ENGINE = ReplacingMergeTree
ORDER BY (event_uid, completed_at, outcome);

CREATE TABLE IF NOT EXISTS quarantine
(
    source_id   LowCardinality(String) COMMENT 'Source in the configuration that read it',
    origin      String COMMENT 'File, topic and partition, queue or route',
    position    UInt64 COMMENT 'Offset of the record in the origin, in decompressed bytes',
    reason      LowCardinality(String) COMMENT 'Constant text: count by it',
    received_at DateTime64(3, 'UTC'),
    version     UInt64 COMMENT 'Later receptions are lower: the first one stays',
    raw         String COMMENT 'The bytes as received, to 64 KiB, secrets redacted' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (source_id, origin, position, reason)
TTL toDateTime(received_at) + INTERVAL 13 MONTH;

CREATE TABLE IF NOT EXISTS cursors
(
    source_id  LowCardinality(String),
    partition  String COMMENT 'What the position counts within: a file''s content identity, a topic''s partition',
    position   String COMMENT 'JSON, written and read by the source only',
    updated_at DateTime64(6, 'UTC') COMMENT 'By our clock; the latest stays'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (source_id, partition);
