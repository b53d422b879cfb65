// The escape model: how surprising a value is for whoever shows it, in bits. One implementation for all dimensions (docs/detection.md).
import type { ValueMemory } from "../memory/value-memory.ts";

/** How many value-days of its own a prior of its peers weighs: Good-Turing, shrunk. */
const priorWeight = 5;

/** Probability that the next value is one never shown before. `prior`: the same of its peers, 0 to 1. */
export function escapeProbability({ singletons, valueDays }: Pick<ValueMemory, "singletons" | "valueDays">, prior: number): number {
  return Math.min(1, Math.max((singletons + priorWeight * prior) / (valueDays + priorWeight), 1e-9));
}

/**
 * Minus log2 of the mass of everything at most as probable as the value: for one shown on `days` days before, the escape and all
 * values as rare; for a new one, the escape alone; for one that somebody said is usual, nothing.
 */
export function valueBits(memory: ValueMemory, value: string, escapeChance: number): number {
  if (memory.isUsual(value)) return 0;
  const days = memory.daysOf(value);
  return days === 0 ? -Math.log2(escapeChance) : -Math.log2(Math.min(1, escapeChance + (1 - escapeChance) * memory.shareOfRarer(days)));
}

/** Minus log2 P(X >= count) for X of a binomial: how odd so many new values among so many are. */
export function burstBits(count: number, of: number, probability: number): number {
  if (count === 0) return 0;
  return -Math.log2(binomialTail(count, of, probability));
}

function binomialTail(count: number, of: number, probability: number): number {
  if (probability >= 1) return 1;
  const odds = Math.log(probability) - Math.log1p(-probability);
  let logTerm = of * Math.log1p(-probability);
  let below = 0;
  // Summed from below; where that leaves nothing to tell, the first term of the tail stands for it.
  for (let k = 0; k < count; k++) {
    below += Math.exp(logTerm);
    logTerm += Math.log((of - k) / (k + 1)) + odds;
  }
  const tail = 1 - below;
  return tail > 1e-9 ? tail : Math.max(Math.exp(logTerm), 1e-300);
}
