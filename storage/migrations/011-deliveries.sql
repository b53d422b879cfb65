-- deliveries: what goes to which sink and what became of it, written by pipeline/delivery-log.ts, read by the alert loop and by `deliveries`. The rows of
-- one finding, and the row without a sink that says that it was planned, are one insert and one part: all are there, or none, and then the finding is
-- planned again under the same ids (docs/alerts.md).
CREATE TABLE IF NOT EXISTS deliveries
(
    delivery_id  String                 COMMENT 'SHA-256 of sink and subject, 32 hexadecimal digits: the same over all attempts; receivers know repeats by it',
    sink_id      LowCardinality(String) COMMENT 'As in the configuration; empty in the row that says that a finding or decision was planned',
    kind         LowCardinality(String) COMMENT 'raised, continued, decided: of a finding; flood, digest, parked: of the program itself',
    subject      String                 COMMENT 'What it tells: finding_uid:rREVISION, finding_uid:dTIME-DECISION, flood:TIME, digest:DAY, parked:SINK:TIME',
    finding_uid  String,
    incident_uid String                 COMMENT 'finding_uid of the first finding of what one identity did within a day of the one before: one thread, one page',
    identity_uid String                 COMMENT 'In the row of the plan only',
    raised_at    DateTime64(3, 'UTC')   COMMENT 'In the row of the plan only: of the finding',
    severity     LowCardinality(String),
    created_at   DateTime64(3, 'UTC')   COMMENT 'When it was planned, by our clock',
    state        LowCardinality(String) COMMENT 'pending, leased, delivered, failed (given up), folded (counted in another message)',
    attempts     UInt16                 COMMENT 'Tries that were answered or not; those that the receiver put off by Retry-After do not count',
    next_at      DateTime64(3, 'UTC')   COMMENT 'Not sent before',
    fence        UInt64                 COMMENT 'Number of who leased it: a process that was replaced has a smaller one, and what it still writes does not count',
    lease_until  DateTime64(3, 'UTC')   COMMENT 'Afterwards it is sent again: whoever leased it is gone',
    version      UInt64                 COMMENT 'Which row stays: 0 as planned, then at least fence * 2^20, growing. Written by alert/outbox.ts and `deliveries retry`',
    reason       String                 COMMENT 'Of the last failure, or why it was folded',
    receipt      String                 COMMENT 'What the sink needs to answer in the same thread (Slack: ts)',
    folded_into  String                 COMMENT 'delivery_id of the flood message that counts it; empty where the digest does',
    ended_at     DateTime64(3, 'UTC')   COMMENT 'Delivered, given up or folded; 1970-01-01 before'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY delivery_id
-- What was planned is remembered as long as findings are.
TTL toDateTime(created_at) + INTERVAL 13 MONTH DELETE WHERE sink_id != '';

-- alert_sinks: how a sink fares, where that changed, written by the alert loop and by `alerts test`, read by both. A sink without a row is active.
CREATE TABLE IF NOT EXISTS alert_sinks
(
    sink_id       LowCardinality(String),
    configuration String                 COMMENT 'Digest of its settings: rows of another one are not read, so that a mended sink starts anew',
    state         LowCardinality(String) COMMENT 'active, failing, parked (failed for long, tried once an hour), disabled (answered 410)',
    since         DateTime64(3, 'UTC'),
    reason        String,
    version       UInt64                 COMMENT 'The latest stays; as in deliveries'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (sink_id, configuration);
