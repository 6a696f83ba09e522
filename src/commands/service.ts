import type { Api } from '../api/deps.ts';
import { Counted } from '../api/metrics/counted.ts';
import { buildApi } from '../api/server.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { RoomwardenError } from '../errors.ts';
import { latestAt } from '../inventory/clock.ts';
import { lastStarts } from '../inventory/starts.ts';
import type { QueueDepth } from '../scan/boss.ts';
import type { Membership } from '../scan/membership.ts';
import { Pushes } from '../scan/push.ts';
import type { RecordDeps, ScanProgress } from '../scan/runner.ts';
import type { ScanQueue } from '../scan/schedule.ts';
import type { Store } from '../store/index.ts';
import { CertificateWatch } from './certificate.ts';
import { type Environment, openConfiguredStore } from './environment.ts';
import { startJobs } from './jobs.ts';
import { makeFolder, recordDeps } from './recording.ts';
import { openScheduler, openSharedQueue } from './scanning.ts';
import { setupOf } from './setup.ts';
import { shareWork, standing } from './sharing.ts';
import { Work } from './work.ts';

export interface Service {
  store: Store;
  scheduler: ScanQueue;
  /** `http://127.0.0.1:8480` */
  url: string;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  version: string;
  /** Overrides `listen.port`; 0 = any free one. */
  port?: number;
  /** All systems are made up. */
  demo?: true;
}

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
    const work = new Work(environment, deps, options.version);
    const { scheduler, progress, depth, membership, begin, schedule } = await scansOf(environment, deps, {
      work,
      counted,
      version: options.version,
    });
    closers.unshift(
      () => scheduler.stop(),
      () => work.stop(),
      ...(membership === null ? [] : [() => membership.leave()]),
    );
    if (membership === null) await work.prepare();
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
      onDeclared: () => work.declared(),
      progress,
      counted,
      ...(depth === null ? {} : { queue: depth }),
      setup: setupOf(environment, { demo: options.demo === true, counted, schedule }),
      ...(membership === null ? {} : { instance: standing(membership, config.instance.roles) }),
      ...(certificate === null
        ? {}
        : { tls: certificate.current, certificate: () => certificate.current.notAfter }),
    });
    closers.unshift(() => api.close());
    const url = await listen(api, config.listen.host, options.port ?? config.listen.port);
    const following = certificate?.follow(api, Date.now);
    if (following !== undefined) {
      closers.unshift(() => following.stop());
      closers.unshift(startJobs([following.job], log, Date.now));
    }
    await begin();
    return { store, scheduler, url, stop: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

interface Scans {
  scheduler: ScanQueue;
  progress(scan: string): ScanProgress | null;
  /** Null: the queue is this process. */
  depth: (() => Promise<QueueDepth[]>) | null;
  /** Null: this process is the only one. */
  membership: Membership | null;
  /** Scans and whatever else is done by the clock. */
  begin(): Promise<void>;
  /** Of a target that came later; null: the others would not know of it. @returns the id of its scan */
  schedule: ((target: ConfiguredTarget) => string | null) | null;
}

async function scansOf(
  environment: Environment,
  deps: RecordDeps,
  { work, counted, version }: { work: Work; counted: Counted; version: string },
): Promise<Scans> {
  if (deps.store.dialect === 'postgres') {
    const queue = await openSharedQueue(environment, deps, counted);
    const membership = shareWork(environment, deps, { queue, work, version });
    const progress = (scan: string): ScanProgress | null => queue.progress(scan);
    const { queueDepth } = await import('../scan/boss.ts');
    const depth = (): Promise<QueueDepth[]> => queueDepth(deps.store);
    return { scheduler: queue, progress, depth, membership, begin: () => membership.join(), schedule: null };
  }
  const steps = new Map<string, ScanProgress>();
  const scheduler = openScheduler(environment, deps, steps, counted);
  return {
    scheduler,
    progress: (scan) => steps.get(scan) ?? null,
    depth: null,
    membership: null,
    schedule({ id, schedule }) {
      scheduler.start([{ id, schedule, lastStartedAt: null }]);
      return scheduler.activeScan(id);
    },
    async begin() {
      work.run([]);
      const { targets } = environment.config;
      const starts = await lastStarts(
        deps.store,
        targets.map(({ id }) => id),
        latestAt(Date.now()),
      );
      scheduler.start(
        targets.map(({ id, schedule }) => ({
          id,
          schedule,
          lastStartedAt: starts.get(id) ?? null,
        })),
      );
    },
  };
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
