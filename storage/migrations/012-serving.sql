-- leases: which of several processes over one server does what one alone should do, written and read by pipeline/lease.ts. Rows are claims. ClickHouse
-- has no compare-and-swap, so that whoever claims looks afterwards: the greatest fence counts, if one claim alone has it, and nobody holds it otherwise.
CREATE TABLE IF NOT EXISTS leases
(
    name        LowCardinality(String) COMMENT 'What is held: detection',
    fence       UInt64                 COMMENT 'Grows with each claim: who was replaced has a smaller one',
    holder      String                 COMMENT 'A process, for as long as it lives: its host, its id and a random part',
    renewed_at  DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC') COMMENT 'By the clock of the store, which alone says what has run out',
    is_released Bool                   COMMENT 'Given back in order: nobody needs to wait for its end'
)
ENGINE = ReplacingMergeTree(renewed_at)
ORDER BY (name, fence, holder)
TTL toDateTime(renewed_at) + INTERVAL 60 DAY;

ALTER TABLE findings COMMENT COLUMN kind 'identity: one identity was odd; source: a source of records is not well, then identity_uid is source:<id>';

-- source_activity: what each live source received in each minute in which a process looked, written and read by pipeline/source-watch.ts: how long a
-- source is usually silent is learned here, whoever was started again when. A count of what was received, not of what there is: repeats count again.
CREATE TABLE IF NOT EXISTS source_activity
(
    source_id LowCardinality(String) COMMENT 'As in the configuration',
    format    LowCardinality(String) COMMENT 'Format of the records; empty: all of the source, also where nothing came',
    minute    DateTime('UTC')        COMMENT 'Start of the minute, by our clock',
    process   String                 COMMENT 'Which of several: sum over them',
    records   UInt64                 COMMENT 'Read in that minute',
    rejected  UInt64                 COMMENT 'Of them, put into quarantine; of all of the source only'
)
ENGINE = ReplacingMergeTree(records)
ORDER BY (source_id, format, minute, process)
TTL minute + INTERVAL 60 DAY;
