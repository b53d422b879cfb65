// How odd a deviation is where the spread is known of few occurrences only: the upper tail of Student's t with five degrees of freedom,
// which falls with the fifth power. Amounts of machines have such tails: backfills, retries, month-ends.

const freedom = 5;
/** Where the closed form has no digits left, the power goes on. */
const farthest = 300;

/** Minus log2 P(T >= deviation); 0 below the middle. */
export function studentBits(deviation: number): number {
  if (deviation <= 0) return 0;
  const near = Math.min(deviation, farthest);
  return -Math.log2(tail(near)) + freedom * Math.log2(deviation / near);
}

function tail(deviation: number): number {
  const root = Math.sqrt(freedom);
  const rest = 1 + deviation ** 2 / freedom;
  return (Math.atan(root / deviation) - (deviation / (root * rest)) * (1 + 2 / (3 * rest))) / Math.PI;
}
