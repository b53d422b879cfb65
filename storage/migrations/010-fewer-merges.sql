-- A merge of actions writes `raw` anew, most of what a row is. From ten parts on, in place of five or six, a row of an archive is
-- written half as often; a month keeps up to nine small parts of each size. The other tables are small, and merging them costs little.
ALTER TABLE actions MODIFY SETTING min_parts_to_merge_at_once = 10;
