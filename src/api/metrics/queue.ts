import type { QueueDepth } from '../../scan/boss.ts';
import type { Family } from './family.ts';

/** Where several instances share one queue; the same on each of them. */
export async function queueFamilies(depth: (() => Promise<QueueDepth[]>) | undefined): Promise<Family[]> {
  if (depth === undefined) return [];
  return [
    {
      name: 'roomwarden_queue_jobs',
      help: 'Scans and slices that wait or run now, of all instances together.',
      type: 'gauge',
      samples: (await depth()).map(({ jobs, ...labels }) => ({ labels, value: jobs })),
    },
  ];
}
