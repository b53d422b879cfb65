-- From eight parts on, in place of ten: each part that a merge reads takes 13 MB while it runs, much of it granules of `raw` in several forms, and two
-- merges may run at once. A row is written anew a tenth more often for it (docs/performance.md).
ALTER TABLE actions MODIFY SETTING min_parts_to_merge_at_once = 8;
