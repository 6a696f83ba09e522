import { z } from 'zod';
import { SecretRef } from '../../adapters/contract/target.ts';
import { checked, Duration, must } from './checks.ts';
import { parseDuration } from './duration.ts';
import type { InstanceSettings } from './types.ts';

/** The queue looks for signs of life every few seconds; more often would take living ones for dead. */
const shortestS = 10;
const heartbeatRule = must((value: string) => isShort(value) === false, {
  de: 'Hier steht eine Dauer von mindestens 10s.',
  en: 'A duration of at least 10s stands here.',
});

function isShort(value: string): boolean {
  try {
    return parseDuration(value) < shortestS;
  } catch {
    return true;
  }
}

/** One process of those that share a store. */
export const Instance = z.strictObject({
  key: SecretRef.optional().describe('Key for pseudonyms; with PostgreSQL the same for all instances.'),
  roles: z
    .array(z.enum(['api', 'worker']))
    .min(1)
    .default(['api', 'worker'])
    .describe('With PostgreSQL: api answers REST, worker scans and sends.'),
  heartbeat: checked(heartbeatRule)
    .default('30s')
    .describe('With PostgreSQL: without a sign of life for so long, others take over.'),
  shutdown: Duration.default('30s').describe('How long a stop waits for what runs.'),
  slice_rooms: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(10_000)
    .describe('With PostgreSQL: rooms of a larger target are collected in slices of so many, 0 never.'),
});

export function instanceOf({
  key,
  roles,
  heartbeat,
  shutdown,
  slice_rooms,
}: z.output<typeof Instance>): InstanceSettings {
  return {
    key: key ?? null,
    roles: [...new Set(roles)].sort(),
    heartbeat: parseDuration(heartbeat),
    shutdown: parseDuration(shutdown),
    slice_rooms,
  };
}
