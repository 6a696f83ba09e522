import { purgeSessions } from '../access/sessions.ts';
import type { Pushing } from '../push/runner.ts';
import { DueWatch } from '../scan/due.ts';
import { type RecordDeps, recoverScans } from '../scan/runner.ts';
import { adoptKey, archiveRemoved } from '../scan/scope.ts';
import { noteTrends } from '../scan/trends.ts';
import type { Environment } from './environment.ts';
import { type Job, startJobs } from './jobs.ts';
import { keepingJob } from './keeping.ts';
import { overdueJob } from './overdue.ts';
import { startPushing } from './receivers.ts';

/** Another instance may have given something that falls due soon. */
const dueEveryMs = 60_000;
const sessionsEveryMs = 600_000;
const trendsEveryMs = 600_000;

/** What changes the ledger besides scans and calls of REST: may be begun again after it was ended. */
export class Work {
  readonly #environment: Environment;
  readonly #deps: RecordDeps;
  readonly #version: string;
  #pushing: Pushing | null = null;
  #due: DueWatch | null = null;
  #endJobs: (() => Promise<void>) | null = null;

  constructor(environment: Environment, deps: RecordDeps, version: string) {
    this.#environment = environment;
    this.#deps = deps;
    this.#version = version;
  }

  /** Brings the ledger to this configuration and to now. */
  async prepare(): Promise<void> {
    const { config, log } = this.#environment;
    const { store, spool } = this.#deps;
    await adoptKey(this.#deps);
    // Before anything is told: a new receiver begins here.
    this.#pushing = await startPushing(this.#environment, store, this.#version);
    const now = Date.now();
    const interrupted = await recoverScans(store, spool, now);
    if (interrupted > 0) log.warn({ scans: interrupted }, 'scans were interrupted by the last stop');
    const ids = config.targets.map((target) => target.id);
    const archived = await archiveRemoved(this.#deps, ids, now);
    if (archived.length > 0)
      log.info({ targets: archived }, 'targets left the configuration, findings archived');
    this.#due = new DueWatch({ ...this.#deps, log, now: Date.now });
    await this.#due.start();
  }

  /** @param more besides those that every service has */
  run(more: readonly Job[]): void {
    const { log } = this.#environment;
    const { store } = this.#deps;
    this.#endJobs = startJobs([...this.#jobs(), ...more], log, Date.now, (name) => store.hold(name));
  }

  /** Something was given or revoked: what falls due next may be another. */
  declared(): void {
    void this.#due?.run().catch(() => {});
  }

  /** Receivers last, so that they get what the others did. */
  async stop(): Promise<void> {
    await this.#endJobs?.();
    await this.#due?.stop();
    await this.#pushing?.stop();
    this.#endJobs = null;
    this.#due = null;
    this.#pushing = null;
  }

  #jobs(): Job[] {
    const { config, log } = this.#environment;
    const { store } = this.#deps;
    return [
      keepingJob({ store, config, log }),
      {
        name: 'sessions',
        every: sessionsEveryMs,
        run: (now) => purgeSessions(store.db, config.access, now).then(() => {}),
      },
      overdueJob(this.#environment, store),
      { name: 'due', every: dueEveryMs, run: async () => this.#due?.run() },
      { name: 'trends', every: trendsEveryMs, atStart: 'later', run: () => noteTrends(this.#deps) },
    ];
  }
}
