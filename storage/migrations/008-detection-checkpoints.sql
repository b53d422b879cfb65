-- detection_checkpoints: what detection knows at a moment, so that it goes on from there and need not read all that was ever received. Written and
-- read by pipeline/checkpoint.ts only (docs/decisions/0009-checkpoints-of-the-fold.md). A checkpoint is one head and, of each identity, the last
-- row that is not younger than it. Nothing else depends on these rows: without them detection begins from the first reception.
CREATE TABLE IF NOT EXISTS detection_checkpoints
(
    version    LowCardinality(String) COMMENT 'Digest of the program and of what it was told: rows of another one are not read',
    bucket     UInt16 COMMENT '0: heads; 1 to 64: identities, by the digest of their id',
    key        String COMMENT 'identity_uid; empty in heads',
    slot       UInt8 COMMENT 'The last two rows of a key stay, in 0 and 1 by turns: until a new head is written the rows before it count',
    number     UInt64 COMMENT 'Checkpoint that the row was written for: our clock in epoch milliseconds, or more where that stands still',
    state      String COMMENT 'JSON; empty where the identity was forgotten' CODEC(ZSTD(3)),
    written_at DateTime64(3, 'UTC') COMMENT 'By our clock; rows of identities that do not change are written again within twenty days'
)
ENGINE = ReplacingMergeTree(number)
ORDER BY (version, bucket, key, slot)
TTL toDateTime(written_at) + INTERVAL 60 DAY;
