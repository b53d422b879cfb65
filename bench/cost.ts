// What something costs, by the clock and in CPU time of the process, and how that is told.

export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function measured<Result>(run: () => Promise<Result>): Promise<Cost & { readonly result: Result }> {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  return { result, wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1000 };
}

export function told(costs: readonly Cost[]): string {
  const cpu = costs.map(({ cpuMs }) => cpuMs);
  const wall = costs.map(({ wallMs }) => wallMs);
  const largest = (values: readonly number[]) => Math.max(...values).toFixed(0);
  return `${median(cpu).toFixed(0)} ms CPU (median; most ${largest(cpu)}), ${median(wall).toFixed(0)} ms by the clock (most ${largest(wall)})`;
}

export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
