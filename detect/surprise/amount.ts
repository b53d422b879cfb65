// How odd an amount is: what is known of active hours or days, and a tail that is as heavy as machines' are.
import type { Expected } from "../memory/volume-memory.ts";
import { studentBits } from "./student-t.ts";

/** Minus log2 P(as much or more): that the kind shows at all, and then so much. */
export function amountBits(count: number, { median, spread, share }: Expected): number {
  // Counts vary by chance as well, the small ones more.
  const deviation = Math.log(count / median) / Math.sqrt(spread ** 2 + 1 / Math.max(median, 1));
  return studentBits(deviation) - Math.log2(Math.min(share, 1));
}
