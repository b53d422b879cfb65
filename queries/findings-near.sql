-- Which findings have an id that is nearly this one? Asked by `finding ID` where none has it: a typo in some of its digits.
SELECT DISTINCT finding_uid
FROM findings
WHERE editDistance(substring(finding_uid, 1, greatest(length({text:String}), 4)), {text:String}) <= intDiv(length({text:String}) + 2, 4)
ORDER BY editDistance(substring(finding_uid, 1, greatest(length({text:String}), 4)), {text:String}), finding_uid
LIMIT {limit:UInt32}
