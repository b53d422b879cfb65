-- Which rows name a resource, by its exact uid, in place of a filter that was asked for every granule and left all those to be read that
-- hold one of them: `has(resource_uids, …)` is answered by the index alone. Parts of before are indexed once, behind the scenes.
ALTER TABLE actions ADD INDEX IF NOT EXISTS resource_rows resource_uids TYPE text(tokenizer = 'array');

ALTER TABLE actions MATERIALIZE INDEX resource_rows;

ALTER TABLE actions DROP INDEX IF EXISTS resource_filter;
