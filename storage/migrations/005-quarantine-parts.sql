-- Several parts of one envelope may be refused for one reason: they stand at one position, and each is a row of its own.
ALTER TABLE quarantine
    ADD COLUMN IF NOT EXISTS part UInt32 COMMENT 'Which of the parts of the envelope at this position, from 0, that were refused for this reason' AFTER position,
    MODIFY ORDER BY (source_id, origin, position, reason, part);
