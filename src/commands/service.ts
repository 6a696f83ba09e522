import { purgeSessions } from '../access/sessions.ts';
import type { Api } from '../api/deps.ts';
import { Counted } from '../api/metrics/counted.ts';
import { buildApi } from '../api/server.ts';
import { RoomwardenError } from '../errors.ts';
import { lastStarts } from '../inventory/queries.ts';
import { DueWatch } from '../scan/due.ts';
import { Pushes } from '../scan/push.ts';
import { type RecordDeps, recoverScans, type ScanProgress } from '../scan/runner.ts';
import type { Scheduler } from '../scan/schedule.ts';
import { adoptKey, archiveRemoved } from '../scan/scope.ts';
import type { Store } from '../store/index.ts';
import { CertificateWatch } from './certificate.ts';
import { type Environment, openConfiguredStore } from './environment.ts';
import { type Job, startJobs } from './jobs.ts';
import { keepingJob } from './keeping.ts';
import { startPushing } from './receivers.ts';
import { makeFolder, recordDeps } from './recording.ts';
import { openScheduler } from './scanning.ts';

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

/** Another instance may have given something that falls due soon. */
const dueEveryMs = 60_000;
const sessionsEveryMs = 600_000;

/** @throws {RoomwardenError} RW1016, RW1017, RW1020, RW30xx: nothing is left running then */
export async function startService(environment: Environment, options: ServiceOptions): Promise<Service> {
  const { config, log } = environment;
  makeFolder(config.data);
  const store = await openConfiguredStore(config, true);
  const closers: (() => Promise<unknown>)[] = [() => store.close()];
  try {
    const { tls } = config.listen;
    const certificate = tls === null ? null : await CertificateWatch.open(tls, log, Date.now());
    const counted = new Counted(config.targets);
    const deps = await recordDeps(environment, store, counted);
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
    const scheduler = openScheduler(environment, deps, progress, counted);
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
      counted,
      ...(certificate === null
        ? {}
        : { tls: certificate.current, certificate: () => certificate.current.notAfter }),
    });
    closers.unshift(() => api.close());
    const url = await listen(api, config.listen.host, options.port ?? config.listen.port);
    const following = certificate?.follow(api, Date.now);
    if (following !== undefined) closers.unshift(() => following.stop());
    const jobs = [...jobsOf(deps, due, environment), ...(following === undefined ? [] : [following.job])];
    closers.unshift(startJobs(jobs, log, Date.now));
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

function jobsOf(deps: RecordDeps, due: DueWatch, { config, log }: Environment): Job[] {
  return [
    keepingJob({ store: deps.store, config, log }),
    {
      name: 'sessions',
      every: sessionsEveryMs,
      run: (now) => purgeSessions(deps.store.db, config.access, now).then(() => {}),
    },
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
