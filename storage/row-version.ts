// Which of two rows of one key stays, decided by the rows themselves and never by the order in which they arrive.

const inverseTimeRange = 2 ** 44;

/** Two halves of 32 bits. */
export type RowVersion = readonly [high: number, low: number];

/**
 * The `version` of a row: 4 bits of rank (higher stays), 44 bits of reception time
 * inverted (earlier stays; milliseconds until the year 2527), 16 bits of a digest over length and sampled bytes: of two forged
 * copies of one event received in the same millisecond, nearly always the same one stays.
 */
export function rowVersion(rank: number, receivedAtMs: number, bytes: Uint8Array, start: number, end: number): RowVersion {
  const inverse = inverseTimeRange - 1 - Math.min(Math.max(receivedAtMs, 0), inverseTimeRange - 1);
  const high = ((rank & 15) << 28) | Math.floor(inverse / 65_536);
  const low = ((inverse & 0xffff) << 16) | sampledDigest(bytes, start, end);
  return [high >>> 0, low >>> 0];
}

function sampledDigest(bytes: Uint8Array, start: number, end: number): number {
  let digest = end - start;
  for (let index = start; index < end; index += 61) digest = Math.imul(digest ^ (bytes[index] ?? 0), 0x01000193);
  return (digest ^ (digest >>> 16)) & 0xffff;
}
