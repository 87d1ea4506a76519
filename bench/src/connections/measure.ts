/** One line of the table: what was measured, what it is held against, and the bar. */
export interface Finding {
  id: string;
  what: string;
  value: number;
  /** `×` for ratios, else `ms`, `µs`, `calls`, `%`. */
  unit: string;
  bar: { atMost: number } | { atLeast: number } | { exactly: number };
  remark?: string;
}

export function holds({ value, bar }: Finding): boolean {
  if ('atMost' in bar) return value <= bar.atMost;
  return 'atLeast' in bar ? value >= bar.atLeast : value === bar.exactly;
}

type Work = () => Promise<unknown> | unknown;

/**
 * Seconds a call of each, by the median of interleaved rounds: whatever else the machine does meets all of them alike.
 */
export async function compare<Name extends string>(
  works: Record<Name, Work>,
  { rounds = 15, calls = 200 }: { rounds?: number; calls?: number } = {},
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const seconds = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (const name of names) await timed(works[name], calls); // Warm.
  for (let round = 0; round < rounds; round++)
    for (const name of names) seconds.get(name)?.push((await timed(works[name], calls)) / calls);
  return Object.fromEntries(names.map((name) => [name, median(seconds.get(name) ?? [])])) as Record<Name, number>;
}

async function timed(work: Work, calls: number): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < calls; call++) await work();
  return (performance.now() - start) / 1000;
}

export function median(values: number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
