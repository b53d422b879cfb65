-- What did detection know of the identities of a bucket at a checkpoint? Asked by the detection loop when it begins. Rows of other numbers
-- belong to a checkpoint whose head was never written, or to one that was given up.
SELECT
    key,
    argMax(detection_checkpoints.slot, detection_checkpoints.number) AS slot,
    argMax(detection_checkpoints.state, detection_checkpoints.number) AS state,
    max(detection_checkpoints.number) AS number
FROM detection_checkpoints
WHERE version = {version:String} AND bucket = {bucket:UInt16} AND detection_checkpoints.number IN {numbers:Array(UInt64)}
GROUP BY key
ORDER BY key
