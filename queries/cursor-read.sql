-- Where does a source resume? Asked by the ingest pipeline, for the partitions that a source is about to read.
SELECT partition, argMax(cursors.position, (updated_at, cursors.position)) AS position
FROM cursors
WHERE source_id = {source_id:String} AND partition IN {partitions:Array(String)}
GROUP BY partition
