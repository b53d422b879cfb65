// How odd so many events are: the tail of the negative binomial (Gamma-Poisson), whose variance is mean + mean² / size.

/** Minus log2 P(X >= count). `size` is the dispersion: small is wild. */
export function negativeBinomialBits(count: number, mean: number, size: number): number {
  if (count <= 0) return 0;
  if (mean <= 0) return 1074;
  const logFail = Math.log(mean / (mean + size));
  const logTerm = logGamma(count + size) - logGamma(size) - logGamma(count + 1) + size * Math.log(size / (mean + size)) + count * logFail;
  if (count <= mean) return 0;
  // Above the mean terms fall by a ratio that tends to mean / (mean + size) < 1: the sum is the first one times a convergent series.
  let ratio = 1;
  let sum = 1;
  for (let k = count; k < count + 5000; k++) {
    ratio *= ((k + size) / (k + 1)) * Math.exp(logFail);
    sum += ratio;
    if (ratio < 1e-6 * sum) break;
  }
  return Math.max(0, -(logTerm + Math.log(sum)) / Math.LN2);
}

/** Lanczos's approximation (g = 7, nine terms), good to 1e-13 for positive arguments. */
export function logGamma(value: number): number {
  if (value < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * value)) - logGamma(1 - value);
  const x = value - 1;
  let sum = lanczos[0] ?? 0;
  for (let index = 1; index < lanczos.length; index++) sum += (lanczos[index] ?? 0) / (x + index);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}

const lanczos = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6, 12.507_343_278_686_905,
  -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
];
