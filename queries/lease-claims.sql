-- Who claims the greatest fence of a lease, and has each claim run out? Asked by every process that wants it, and before each write of who holds it.
SELECT
    fence,
    holder,
    argMax(leases.is_released, renewed_at) AS is_released,
    max(renewed_at) < now64(6, 'UTC') - toIntervalMillisecond({lease_ms:UInt32}) AS is_over
FROM leases
WHERE name = {name:String} AND fence = (SELECT max(fence) FROM leases WHERE name = {name:String})
GROUP BY fence, holder
ORDER BY holder
LIMIT 100
