-- Where can detection go on from? Asked by the detection loop: the last two checkpoints of this version, the latest first.
SELECT number, argMax(detection_checkpoints.slot, written_at) AS slot, argMax(detection_checkpoints.state, written_at) AS state
FROM detection_checkpoints
WHERE version = {version:String} AND bucket = 0
GROUP BY number
ORDER BY number DESC
LIMIT 2
