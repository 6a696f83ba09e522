/** One warm-up, then rounds; the caller interleaves engines so that a busy machine hits them alike. */
export function timed(verdicts: number, run: () => void): number {
  const start = performance.now();
  run();
  return verdicts / ((performance.now() - start) / 1000);
}

export async function timedAsync(verdicts: number, run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return verdicts / ((performance.now() - start) / 1000);
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export function spread(numbers: readonly number[]): string {
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  return `${readable(low)}-${readable(high)}`;
}

export function readable(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(1)} M`;
  return `${(perSecond / 1e3).toFixed(perSecond < 1e4 ? 1 : 0)} k`;
}
