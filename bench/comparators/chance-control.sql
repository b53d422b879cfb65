-- Which active identity-hours does a hash pick? See chance-control.ts.
SELECT
    intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS as_of_ms,
    toString(if({identity_key:String} = 'identity_uid', identity_uid, caller_name)) AS identity,
    groupUniqArray(toString(identity_uid)) AS identity_uids,
    as_of_ms - {step_ms:Int64} AS window_from_ms,
    sipHash64(identity, as_of_ms) / 18446744073709551616 AS score,
    'by chance' AS reason,
    groupArraySorted(20)(event_uid) AS event_uids
FROM seen_actions
WHERE as_of_ms > {from_ms:Int64} AND as_of_ms <= {to_ms:Int64} AND modulo(sipHash64(as_of_ms, identity), {one_in:UInt32}) = 0
GROUP BY as_of_ms, identity
ORDER BY as_of_ms, identity
