import type { Counted } from '../api/metrics/counted.ts';
import { RoomwardenError } from '../errors.ts';
import { boundLog } from '../scan/log.ts';
import { newScanId, type RecordDeps, recordScan, type ScanProgress } from '../scan/runner.ts';
import { Scheduler } from '../scan/schedule.ts';
import type { Environment } from './environment.ts';

/** Scans in flight over all targets. */
const concurrency = 4;

/** Runs scans by schedule and on demand; `progress` knows those under way, `counted` those that ended. */
export function openScheduler(
  { config, log }: Environment,
  deps: RecordDeps,
  progress: Map<string, ScanProgress>,
  counted: Counted,
): Scheduler {
  return new Scheduler({
    timezone: config.timezone,
    concurrency,
    now: Date.now,
    newScanId,
    async run(id, scan, signal) {
      const target = config.targets.find((candidate) => candidate.id === id);
      if (target === undefined) return;
      const started = Date.now();
      const own = boundLog(log, { target: id, scan });
      try {
        const summary = await recordScan(deps, {
          id: scan,
          target,
          signal,
          onProgress: (step) => progress.set(scan, step),
        });
        const ms = Date.now() - started;
        if (summary !== null && !signal.aborted) counted.scanned(target, summary.state, ms);
        const fields = { state: summary?.state, ms };
        if (summary?.error === undefined) own.info(fields, 'scan finished');
        else
          own.warn(
            { ...fields, error: summary.error.code, detail: summary.error.message.en },
            'scan incomplete',
          );
      } catch (error) {
        counted.scanned(target, 'unrecorded', Date.now() - started);
        const told = error instanceof RoomwardenError ? error.message : 'unexpected';
        own.error({ error: told }, 'scan could not be recorded; the ledger is as before');
      } finally {
        progress.delete(scan);
      }
    },
  });
}
