import type { Counted } from '../api/metrics/counted.ts';
import { RoomwardenError } from '../errors.ts';
import { isOfAttempt } from '../scan/fence.ts';
import { boundLog } from '../scan/log.ts';
import type { SharedQueue, SharedQueueDeps } from '../scan/queue.ts';
import {
  newScanId,
  type RecordDeps,
  recordScan,
  type ScanProgress,
  type ScanRequest,
} from '../scan/runner.ts';
import { Scheduler } from '../scan/schedule.ts';
import { collectSlice } from '../scan/slice-collect.ts';
import type { Environment } from './environment.ts';

/** Scans in flight over all targets. */
const concurrency = 4;

type Asked = Pick<ScanRequest, 'id' | 'signal' | 'fence' | 'onProgress' | 'divide'>;

/** Runs scans by schedule and on demand; `progress` knows those under way, `counted` those that ended. */
export function openScheduler(
  environment: Environment,
  deps: RecordDeps,
  progress: Map<string, ScanProgress>,
  counted: Counted,
): Scheduler {
  const scan = scanning(environment, deps, counted);
  return new Scheduler({
    timezone: environment.config.timezone,
    concurrency,
    now: Date.now,
    newScanId,
    async run(target, id, signal) {
      try {
        await scan(target, { id, signal, onProgress: (step) => progress.set(id, step) });
      } finally {
        progress.delete(id);
      }
    },
  });
}

/** The same for all instances of one PostgreSQL. */
export async function openSharedQueue(
  environment: Environment,
  deps: RecordDeps,
  counted: Counted,
): Promise<SharedQueue> {
  const { targets, timezone, instance } = environment.config;
  const scan = scanning(environment, deps, counted);
  const { SharedQueue } = await import('../scan/queue.ts');
  return SharedQueue.open({
    store: deps.store,
    timezone,
    concurrency,
    heartbeat: instance.heartbeat,
    deadline: instance.shutdown * 1000,
    takes: instance.roles.includes('worker'),
    targets,
    now: Date.now,
    newScanId,
    log: environment.log,
    knows: (id) => targets.some((target) => target.id === id),
    slices: instance.slice_rooms === 0 ? null : slicing(environment, deps, counted),
    run: ({ target, scan: id, ...turn }) => scan(target, { id, ...turn }),
  });
}

function slicing(
  { config }: Environment,
  deps: RecordDeps,
  counted: Counted,
): NonNullable<SharedQueueDeps['slices']> {
  const { targets, instance } = config;
  const divisible = targets.filter(({ vendor }) => deps.adapters.get(vendor)?.collectSlice !== undefined);
  return {
    size: instance.slice_rooms,
    counts: counted.slices(divisible),
    async collect({ target: id, signal, ...asked }) {
      const target = targets.find((candidate) => candidate.id === id);
      const adapter = deps.adapters.get(target?.vendor ?? '');
      if (target === undefined || adapter === undefined) throw new Error(`no adapter for ${id}`);
      return collectSlice({ target, adapter, config, ...asked }, { ...deps.collect, signal });
    },
  };
}

function scanning({ config, log }: Environment, deps: RecordDeps, counted: Counted) {
  return async (id: string, asked: Asked): Promise<void> => {
    const target = config.targets.find((candidate) => candidate.id === id);
    if (target === undefined) return;
    const started = Date.now();
    const own = boundLog(log, { target: id, scan: asked.id });
    try {
      const summary = await recordScan(deps, { ...asked, target });
      const ms = Date.now() - started;
      if (summary !== null && !asked.signal.aborted) counted.scanned(target, summary.state, ms);
      const fields = { state: summary?.state, ms };
      if (summary?.error === undefined) own.info(fields, 'scan finished');
      else
        own.warn(
          { ...fields, error: summary.error.code, detail: summary.error.message.en },
          'scan incomplete',
        );
    } catch (error) {
      if (isOfAttempt(error)) throw error;
      counted.scanned(target, 'unrecorded', Date.now() - started);
      const told = error instanceof RoomwardenError ? error.message : 'unexpected';
      own.error({ error: told }, 'scan could not be recorded; the ledger is as before');
    }
  };
}
