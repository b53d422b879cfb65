// Functions that an analyst's own SQL may call: those that compute from their arguments alone. It stands alone because it is a
// list to be read and extended; what is not in it (files, dictionaries, settings, models, addresses, sleep) is refused.

const scalarFunctions = `
and or not xor equals notEquals less lessOrEquals greater greaterOrEquals in notIn globalIn globalNotIn nullIn notNullIn
isDistinctFrom isNotDistinctFrom exists if multiIf caseWithExpression caseWithExpr caseWithoutExpression clamp greatest least lambda
grouping tuple tupleElement tupleNames untuple array arrayJoin map CAST _CAST accurateCast accurateCastOrNull accurateCastOrDefault

plus minus multiply divide intDiv intDivOrZero intDivOrNull divideOrNull modulo moduloOrZero moduloOrNull mod positiveModulo negate abs gcd lcm
min2 max2 avg2 isFinite isInfinite isNaN ifNotFinite exp exp2 exp10 log ln log2 log10 log1p sqrt cbrt pow power sign sigmoid
sin cos tan asin acos atan atan2 pi e degrees radians floor ceil ceiling round roundBankers trunc truncate roundToExp2 roundDown widthBucket
bitAnd bitOr bitXor bitNot bitShiftLeft bitShiftRight bitTest bitTestAny bitTestAll bitCount bitHammingDistance bitmaskToArray bitPositionsToArray
bitmapBuild bitmapToArray bitmapCardinality bitmapContains bitmapAnd bitmapOr bitmapXor bitmapAndnot bitmapHasAny bitmapHasAll
bitmapAndCardinality bitmapOrCardinality bitmapMin bitmapMax

empty notEmpty length has hasAll hasAny hasSubstr indexOf countEqual range reverse replicate arrayElement arrayElementOrNull arrayAll arrayAvg
arrayCompact arrayConcat arrayCount arrayCumSum arrayCumSumNonNegative arrayDifference arrayDistinct arrayEnumerate arrayEnumerateUniq
arrayExcept arrayExists arrayFill arrayFilter arrayFirst arrayFirstIndex arrayFirstOrNull arrayFlatten flatten arrayFold arrayIntersect
arrayJaccardIndex arrayLast arrayLastIndex arrayLastOrNull arrayMap arrayMax arrayMin arrayPopBack arrayPopFront arrayProduct arrayPushBack
arrayPushFront arrayReduce arrayResize arrayReverse arrayReverseSort arrayRotateLeft arrayRotateRight arrayShingles arraySimilarity arraySlice
arraySort arrayPartialSort arrayPartialReverseSort arraySplit arraySum arraySymmetricDifference arrayUnion arrayUniq arrayWithConstant arrayZip
mapKeys mapValues mapContains mapContainsKey mapContainsKeyLike mapFilter mapApply mapSort mapReverseSort mapUpdate mapAdd mapFromArrays
mapExists mapAll mapConcat mapFromString

now now64 today yesterday toDate toDate32 toDateTime toDateTime64 toDateOrNull toDateOrZero toDateTimeOrNull toDateTimeOrZero toDateTime64OrNull
toYear toQuarter toMonth toWeek toDayOfYear toDayOfMonth toDayOfWeek toHour toMinute toSecond toMillisecond toISOYear toISOWeek toYearWeek
YEAR QUARTER MONTH DAY HOUR MINUTE SECOND DAYOFWEEK DAYOFMONTH DAYOFYEAR toMonday toLastDayOfMonth toYYYYMM toYYYYMMDD toYYYYMMDDhhmmss
toStartOfYear toStartOfQuarter toStartOfMonth toStartOfWeek toStartOfDay toStartOfHour toStartOfMinute toStartOfSecond toStartOfInterval
toStartOfFiveMinutes toStartOfTenMinutes toStartOfFifteenMinutes date_bin timeSlot timeSlots dateTrunc DATE_TRUNC dateDiff date_diff DATE_DIFF
timestampDiff age dateName monthName formatDateTime DATE_FORMAT parseDateTime parseDateTimeOrNull parseDateTimeBestEffort
parseDateTimeBestEffortOrNull parseDateTimeBestEffortOrZero parseDateTime64BestEffort parseDateTime64BestEffortOrNull addDate subDate addYears
addQuarters addMonths addWeeks addDays addHours addMinutes addSeconds addMilliseconds addInterval subtractYears subtractQuarters subtractMonths
subtractWeeks subtractDays subtractHours subtractMinutes subtractSeconds subtractMilliseconds subtractInterval toIntervalYear toIntervalQuarter
toIntervalMonth toIntervalWeek toIntervalDay toIntervalHour toIntervalMinute toIntervalSecond toIntervalMillisecond toInterval toUnixTimestamp
toUnixTimestamp64Milli toUnixTimestamp64Second toUnixTimestamp64Micro fromUnixTimestamp fromUnixTimestamp64Milli fromUnixTimestamp64Second
fromUnixTimestamp64Micro toTimezone toTimeZone timezoneOf timezoneOffset makeDate makeDateTime makeDateTime64 timeDiff toRelativeDayNum
toRelativeHourNum toRelativeMinuteNum toDaysInMonth

toString toInt8 toInt16 toInt32 toInt64 toInt128 toInt256 toUInt8 toUInt16 toUInt32 toUInt64 toUInt128 toUInt256 toFloat32 toFloat64 toBool
toInt8OrNull toInt16OrNull toInt32OrNull toInt64OrNull toUInt8OrNull toUInt16OrNull toUInt32OrNull toUInt64OrNull toFloat32OrNull toFloat64OrNull
toInt32OrZero toInt64OrZero toUInt32OrZero toUInt64OrZero toFloat64OrZero toDecimal32 toDecimal64 toDecimal128 toFixedString toUUID toUUIDOrNull
toLowCardinality toNullable toTypeName reinterpretAsUInt64 reinterpretAsString materialize identity ignore
isNull isNotNull isZeroOrNull assumeNotNull coalesce ifNull nullIf firstNonDefault isNullable transform

lower lowerUTF8 lcase upper upperUTF8 ucase initcap lengthUTF8 CHAR_LENGTH left leftUTF8 right rightUTF8 leftPad lpad rightPad rpad substring substr
mid substringUTF8 substringIndex concat concatWithSeparator concat_ws repeat space trim trimBoth trimLeft ltrim trimRight rtrim startsWith endsWith
startsWithUTF8 endsWithUTF8 startsWithCaseInsensitive endsWithCaseInsensitive appendTrailingCharIfAbsent basename firstLine ascii char
base64Encode base64Decode tryBase64Decode base64URLEncode base64URLDecode tryBase64URLDecode base58Encode base58Decode base32Encode base32Decode
hex unhex bin unbin conv isValidUTF8 isValidASCII toValidUTF8 normalizeUTF8NFC normalizeUTF8NFKC stringBytesEntropy stringBytesUniq
editDistance editDistanceUTF8 levenshteinDistance damerauLevenshteinDistance jaroSimilarity jaroWinklerSimilarity stringJaccardIndex soundex
replace replaceAll replaceOne replaceRegexpAll replaceRegexpOne translate translateUTF8 format printf regexpQuoteMeta
position locate positionCaseInsensitive positionUTF8 positionCaseInsensitiveUTF8 countSubstrings countSubstringsCaseInsensitive countMatches
like notLike ilike notILike match extract extractAll extractGroups extractAllGroups extractAllGroupsVertical extractAllGroupsHorizontal
regexpExtract multiMatchAny multiMatchAnyIndex multiMatchAllIndices multiSearchAny multiSearchAnyCaseInsensitive multiSearchFirstIndex
multiSearchFirstPosition multiSearchAllPositions hasToken hasTokenOrNull hasTokenCaseInsensitive ngramDistance ngramSearch hasSubsequence
splitByChar splitByString splitByRegexp splitByWhitespace splitByNonAlpha arrayStringConcat alphaTokens tokens ngrams
formatReadableSize formatReadableQuantity formatReadableTimeDelta formatReadableDecimalSize bar naturalSortKey visibleWidth

JSONHas JSONLength JSONType JSONKey JSONExtract JSONExtractString JSONExtractInt JSONExtractUInt JSONExtractFloat JSONExtractBool JSONExtractRaw
JSONExtractKeys JSONExtractArrayRaw JSONExtractKeysAndValues JSONExtractKeysAndValuesRaw JSON_VALUE JSON_QUERY JSON_EXISTS JSONArrayLength
simpleJSONHas simpleJSONExtractString simpleJSONExtractInt simpleJSONExtractUInt simpleJSONExtractFloat simpleJSONExtractBool simpleJSONExtractRaw
visitParamHas visitParamExtractString visitParamExtractInt visitParamExtractRaw isValidJSON toJSONString prettyPrintJSON
extractKeyValuePairs

protocol domain domainRFC domainWithoutWWW topLevelDomain firstSignificantSubdomain cutToFirstSignificantSubdomain port path pathFull queryString
fragment extractURLParameter extractURLParameters cutURLParameter cutQueryString cutWWW decodeURLComponent encodeURLComponent
IPv4NumToString IPv4StringToNum IPv4StringToNumOrNull IPv4NumToStringClassC IPv6NumToString IPv6StringToNum IPv6StringToNumOrNull IPv4ToIPv6
IPv4CIDRToRange IPv6CIDRToRange isIPv4String isIPv6String isIPAddressInRange toIPv4 toIPv4OrNull toIPv4OrDefault toIPv6 toIPv6OrNull
toIPv6OrDefault cutIPv6

cityHash64 sipHash64 sipHash128 xxHash32 xxHash64 xxh3 murmurHash3_64 MD5 SHA1 SHA224 SHA256 SHA512 halfMD5 farmHash64 intHash32 intHash64 CRC32
generateUUIDv4 UUIDNumToString UUIDStringToNum rand rand64 randUniform randConstant rowNumberInAllBlocks runningDifference neighbor
currentDatabase version timezone finalizeAggregation initializeAggregation
`;

const aggregateFunctions = `
count min max sum avg any any_value anyLast anyHeavy first_value last_value argMin argMax min_by max_by uniq uniqExact uniqCombined uniqCombined64
uniqHLL12 groupArray array_agg groupUniqArray groupArraySorted groupArrayLast groupArraySample groupArrayInsertAt groupArrayIntersect groupConcat
group_concat string_agg groupBitAnd groupBitOr groupBitXor groupBitmap groupBitmapAnd groupBitmapOr groupBitmapXor topK topKWeighted approx_top_k
approx_top_count approx_top_sum quantile quantiles median quantileExact quantilesExact medianExact quantileExactLow quantileExactHigh
quantileExactWeighted quantilesExactWeighted quantileTDigest quantilesTDigest quantileTiming quantilesTiming quantileDD quantilesDD
quantileBFloat16 quantileInterpolatedWeighted varPop varSamp stddevPop stddevSamp VAR_POP VAR_SAMP STDDEV_POP STDDEV_SAMP covarPop covarSamp corr
skewPop skewSamp kurtPop kurtSamp entropy histogram sumMap minMap maxMap sumWithOverflow sumKahan sumCount avgWeighted deltaSum deltaSumTimestamp
intervalLengthSum maxIntersections boundingRatio singleValueOrNull retention windowFunnel sequenceMatch sequenceCount simpleLinearRegression
exponentialMovingAverage exponentialTimeDecayedAvg exponentialTimeDecayedCount exponentialTimeDecayedSum sparkbar mannWhitneyUTest welchTTest
studentTTest kolmogorovSmirnovTest rankCorr cramersV theilsU contingency
row_number rank dense_rank denseRank percent_rank percentRank cume_dist ntile nth_value lag lead lagInFrame leadInFrame nonNegativeDerivative
`;

const combinators = ["If", "Array", "Map", "Distinct", "OrNull", "OrDefault", "Merge", "State", "SimpleState", "ForEach", "ArgMin", "ArgMax"].map(
  (name) => name.toLowerCase(),
);

const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().split(/\s+/).filter(Boolean));
const scalars = words(scalarFunctions);
const aggregates = words(aggregateFunctions);

/** By name in any case: no function that is refused differs from an allowed one by case alone (a test holds it). */
export function isAnalystFunction(name: string): boolean {
  const folded = name.toLowerCase();
  return scalars.has(folded) || isAggregate(folded);
}

function isAggregate(folded: string): boolean {
  if (aggregates.has(folded)) return true;
  return combinators.some((suffix) => folded.length > suffix.length && folded.endsWith(suffix) && isAggregate(folded.slice(0, -suffix.length)));
}
