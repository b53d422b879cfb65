-- In which hours was this identity active, and how much did it do? Asked by `detect ID`, through an as-of view, to draw a finding's hour
-- beside those before it.
SELECT intDiv(toUnixTimestamp64Milli(time), 3600000) AS hour, toUInt32(count()) AS events
FROM seen_actions
WHERE identity_uid = {identity_uid:String}
    AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
GROUP BY hour
ORDER BY hour
