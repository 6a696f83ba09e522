import { readFile } from 'node:fs/promises';
import type { Api, ApiDeps } from '../api/deps.ts';
import { buildApi } from '../api/server.ts';
import { RoomwardenError } from '../errors.ts';
import { lastStarts } from '../inventory/queries.ts';
import { DueWatch } from '../scan/due.ts';
import { Pushes } from '../scan/push.ts';
import { newScanId, type RecordDeps, recordScan, recoverScans, type ScanProgress } from '../scan/runner.ts';
import { Scheduler } from '../scan/schedule.ts';
import { adoptKey, archiveRemoved } from '../scan/scope.ts';
import type { Store } from '../store/index.ts';
import { type Environment, openConfiguredStore } from './environment.ts';
import { type Job, startJobs } from './jobs.ts';
import { keepingJob } from './keeping.ts';
import { startPushing } from './receivers.ts';
import { makeFolder, recordDeps } from './recording.ts';

export interface Service {
  store: Store;
  scheduler: Scheduler;
  /** `http://127.0.0.1:8480` */
  url: string;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  version: string;
  /** Overrides `listen.port`; 0 = any free one. */
  port?: number;
}

/** Scans in flight over all targets. */
const concurrency = 4;
/** Another instance may have given something that falls due soon. */
const dueEveryMs = 60_000;

/** @throws {RoomwardenError} RW1016, RW1017, RW30xx: nothing is left running then */
export async function startService(environment: Environment, options: ServiceOptions): Promise<Service> {
  const { config, log } = environment;
  makeFolder(config.data);
  const store = await openConfiguredStore(config, true);
  const closers: (() => Promise<unknown>)[] = [() => store.close()];
  try {
    const deps = await recordDeps(environment, store);
    await adoptKey(deps);
    // Before anything is told: a new receiver begins here. Ended last, so that the last scan is sent, too.
    const pushing = await startPushing(environment, store, options.version);
    closers.unshift(() => pushing.stop());
    const now = Date.now();
    const interrupted = await recoverScans(store, deps.spool, now);
    if (interrupted > 0) log.warn({ scans: interrupted }, 'scans were interrupted by the last stop');
    const ids = config.targets.map((target) => target.id);
    const archived = await archiveRemoved(deps, ids, now);
    if (archived.length > 0)
      log.info({ targets: archived }, 'targets left the configuration, findings archived');
    const due = new DueWatch({ ...deps, log, now: Date.now });
    closers.unshift(() => due.stop());
    await due.start();
    const progress = new Map<string, ScanProgress>();
    const scheduler = openScheduler(environment, deps, progress);
    closers.unshift(() => scheduler.stop());
    const pushes = new Pushes(deps);
    closers.unshift(() => pushes.stop());
    const api = await buildApi({
      ...environment,
      store,
      scheduler,
      pushes,
      now: Date.now,
      key: deps.key,
      version: options.version,
      onDeclared: () => void due.run().catch(() => {}),
      progress: (scan) => progress.get(scan) ?? null,
      ...(await tlsOf(config)),
    });
    closers.unshift(() => api.close());
    const url = await listen(api, config.listen.host, options.port ?? config.listen.port);
    closers.unshift(startJobs(jobsOf(deps, due, environment), log, Date.now));
    const starts = await lastStarts(store);
    scheduler.start(
      config.targets.map(({ id, schedule }) => ({ id, schedule, lastStartedAt: starts.get(id) ?? null })),
    );
    return { store, scheduler, url, stop: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function tlsOf({ listen }: Environment['config']): Promise<Pick<ApiDeps, 'tls'>> {
  if (listen.tls === null) return {};
  const read = (path: string): Promise<Buffer> =>
    readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new RoomwardenError('RW1009', { path, detail: error.code ?? 'EIO' });
    });
  return { tls: { cert: await read(listen.tls.cert), key: await read(listen.tls.key) } };
}

function openScheduler(
  { config, log }: Environment,
  deps: RecordDeps,
  progress: Map<string, ScanProgress>,
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
      try {
        const summary = await recordScan(deps, {
          id: scan,
          target,
          signal,
          onProgress: (step) => progress.set(scan, step),
        });
        const fields = { target: id, scan, state: summary?.state, ms: Date.now() - started };
        if (summary?.error === undefined) log.info(fields, 'scan finished');
        else
          log.warn(
            { ...fields, error: summary.error.code, detail: summary.error.message.en },
            'scan incomplete',
          );
      } catch (error) {
        const told = error instanceof RoomwardenError ? error.message : 'unexpected';
        log.error({ target: id, scan, error: told }, 'scan could not be recorded; the ledger is as before');
      } finally {
        progress.delete(scan);
      }
    },
  });
}

function jobsOf(deps: RecordDeps, due: DueWatch, { config, log }: Environment): Job[] {
  return [
    keepingJob({ store: deps.store, config, log }),
    { name: 'due', every: dueEveryMs, run: () => due.run() },
  ];
}

async function listen(api: Api, host: string, port: number): Promise<string> {
  try {
    return await api.listen({ host, port });
  } catch (error) {
    const detail = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new RoomwardenError('RW1016', { address: `${host}:${port}`, detail });
  }
}

async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closers) await close();
}
