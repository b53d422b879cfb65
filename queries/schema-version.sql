-- Which version of the schema does the store have? Asked by `doctor`.
SELECT max(version) AS version FROM schema_migrations
