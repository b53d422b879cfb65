-- How many rows were received in this time, repeats included? Asked by an as-of view, before it decides how to read them.
SELECT toUInt64(count()) AS rows
FROM actions
WHERE received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
