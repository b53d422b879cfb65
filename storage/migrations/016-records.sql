-- records: what each action was read from, written by the ingest pipeline just before the action itself, read by analysts' SQL: by `event_uid`, or by the
-- three columns of the key. A row whose action is not there (yet) is of a write that was broken off; it is read again, and then it is the same row.
-- A table of its own since it is four fifths of all bytes: `actions` is written in blocks of four times the rows for it, and merged in a third of the
-- time (docs/performance.md). Merged late, since nothing but space is gained: repeats are few, and whoever asks says FINAL.
CREATE TABLE IF NOT EXISTS records
(
    identity_uid LowCardinality(String)  COMMENT 'With time and event_uid the key, as in actions',
    time         DateTime64(3, 'UTC')    CODEC(Delta(8), ZSTD(1)),
    event_uid    String,
    version      UInt64                  COMMENT 'As in actions: the row that stays there was read from the record that stays here',
    received_at  DateTime64(3, 'UTC')    COMMENT 'As in actions; retention counts from here' CODEC(Delta(8), ZSTD(1)),
    raw          String                  COMMENT 'The record as received, secrets redacted',
    INDEX event_uid_filter event_uid TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(time)
ORDER BY (identity_uid, time, event_uid)
TTL
    toDateTime(received_at) + INTERVAL 13 MONTH,
    toDateTime(received_at) + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(1))
SETTINGS index_granularity = 256, merge_max_block_size = 256,
    min_parts_to_merge_at_once = 32, max_parts_to_merge_at_once = 33, merge_selector_base = 24;

-- Where the column is: in stores that were made before this migration.
ALTER TABLE actions MODIFY COLUMN IF EXISTS raw COMMENT 'The record, of rows of before the table records; empty since';

-- From sixteen parts on, in place of eight: without `raw` a merge of so many takes the memory that eight took, and a row is written anew half as often.
-- No more than that at once in either table: what a merge takes grows with its parts, and up to a hundred were allowed. The most is one less than
-- max_parts_to_merge_at_once: where both settings are the same, nothing is merged at all (test/storage/embedded.test.ts). And only where the largest
-- is a twelfth of all (records: a 24th), in place of a fifth: else one that is merged takes fifteen small ones in again and again (docs/performance.md).
ALTER TABLE actions MODIFY SETTING min_parts_to_merge_at_once = 16, max_parts_to_merge_at_once = 17, merge_selector_base = 12;
