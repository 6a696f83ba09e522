import { rmSync } from 'node:fs';
import type { Logger } from 'pino';
import type { LoadedConfig } from '../config/load.ts';
import { keepToRetention } from '../findings/retention.ts';
import { serverClock } from '../store/clock.ts';
import type { Store } from '../store/index.ts';
import type { Job } from './jobs.ts';
import { copiesBeside, storeFile } from './stored.ts';

export interface KeepingDeps {
  store: Store;
  config: Pick<LoadedConfig, 'retention' | 'push' | 'data' | 'database'>;
  log: Pick<Logger, 'info' | 'warn'>;
}

const day = 86_400_000;

/** Deletes what is older than its time, every day and at the start; of several instances one at a time. */
export function keepingJob(deps: KeepingDeps): Job {
  return { name: 'retention', every: day, atStart: 'later', run: (now, signal) => keep(deps, now, signal) };
}

async function keep({ store, config, log }: KeepingDeps, now: number, signal: AbortSignal): Promise<void> {
  const hold = await store.hold('retention');
  if (hold === null) return;
  try {
    const receivers = config.push.map((receiver) => receiver.id);
    const deps = { store, retention: config.retention, receivers, signal };
    const deleted = await keepToRetention(deps, await soberly(store, now));
    if (config.database === null) dropCopies(config, now);
    if (Object.keys(deleted).length === 0) return;
    log.info({ deleted }, 'records beyond their retention deleted');
    if (!signal.aborted && !(await store.tidy()))
      log.warn('deleted text may still be in the write-ahead log: another process was reading');
  } finally {
    await hold.release();
  }
}

/** What all instances have is not deleted by the clock of one that is ahead. */
async function soberly(store: Store, now: number): Promise<number> {
  return store.dialect === 'sqlite' ? now : Math.min(now, await serverClock(store.db));
}

/** An upgrade or a restore leaves the store of before beside: as long as a room that is gone is kept. */
function dropCopies(config: KeepingDeps['config'], now: number): void {
  for (const { file, madeAt } of copiesBeside(storeFile(config))) {
    if (madeAt < now - config.retention.gone_rooms * 1000) rmSync(file, { force: true });
  }
}
