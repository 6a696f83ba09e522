import type { Sample } from './types.ts';

/** What was larger in the second half than it ever was in the first, by more than noise. */
export function grown(samples: readonly Sample[]): string[] {
  const half = Math.ceil(samples.length / 2);
  const [first, second] = [samples.slice(0, half), samples.slice(half)];
  const found: string[] = [];
  const look = (name: string, of: (sample: Sample) => number, slack: number): void => {
    const before = Math.max(...first.map(of));
    const after = Math.min(...second.map(of));
    if (after > before * 1.1 + slack) found.push(`${name}: ${before} before, ${after} after`);
  };
  look('heap, MB', ({ heapMb }) => heapMb, 8);
  look('handles', ({ handles }) => handles, 4);
  look('store, MB', ({ storeMb }) => storeMb, 4);
  for (const table of Object.keys(samples[0]?.rows ?? {})) {
    // Jobs that are done are deleted by the real clock.
    if (table !== 'jobs') look(`rows of ${table}`, ({ rows }) => rows[table] ?? 0, 50);
  }
  return found;
}
