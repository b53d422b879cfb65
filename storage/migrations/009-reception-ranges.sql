-- When rows were received and when they happened, by granule: a question about a minute of reception passes over what lies elsewhere.
-- Parts hold what came together, so that the newest rows stand in few of them (docs/decisions/0010-what-was-received-in-a-minute.md).
ALTER TABLE actions
    ADD INDEX IF NOT EXISTS received_range received_at TYPE minmax GRANULARITY 1,
    ADD INDEX IF NOT EXISTS time_range time TYPE minmax GRANULARITY 1;

ALTER TABLE actions
    MATERIALIZE INDEX received_range,
    MATERIALIZE INDEX time_range;
