import { randomUUID } from 'node:crypto';
import type { ApiDeps } from '../api/deps.ts';
import { Membership } from '../scan/membership.ts';
import type { SharedQueue } from '../scan/queue.ts';
import type { RecordDeps } from '../scan/runner.ts';
import type { Environment } from './environment.ts';
import { configurationHash } from './fingerprint.ts';
import type { Work } from './work.ts';

const sweepEveryMs = 60_000;

/** Takes part in the work of all instances while their configuration is this one. */
export function shareWork(
  { config, log, ...rest }: Environment,
  { store, key }: RecordDeps,
  { queue, work, version }: { queue: SharedQueue; work: Work; version: string },
): Membership {
  const works = config.instance.roles.includes('worker');
  const sweep = {
    name: 'scans',
    every: sweepEveryMs,
    atStart: true as const,
    async run(): Promise<void> {
      const given = await queue.sweep();
      if (given > 0) log.warn({ scans: given }, 'scans were given up: no instance could finish them');
    },
  };
  return new Membership({
    store,
    id: randomUUID(),
    configuration: configurationHash({ config, log, ...rest }, key, version),
    works,
    heartbeat: config.instance.heartbeat,
    log,
    async onChange(accepted) {
      if (!works) return;
      if (accepted) {
        await work.prepare();
        work.run([sweep]);
        await queue.work(true);
      } else {
        await queue.work(false);
        await queue.idle();
        await work.stop();
      }
    },
  });
}

/** For `/readyz`, and so that nothing is changed by a configuration that is not the one of all. */
export function standing(membership: Membership, roles: readonly string[]): NonNullable<ApiDeps['instance']> {
  return {
    roles,
    accepted: () => membership.accepted,
    configuration: membership.own,
    working: () => membership.working,
  };
}
