import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastStarts } from '../../src/inventory/starts.ts';
import { attestingPolicies, binder } from '../../src/scan/bind.ts';
import { isOfAttempt } from '../../src/scan/fence.ts';
import { SharedQueue } from '../../src/scan/queue.ts';
import { type RecordDeps, recordScan, recoverScans } from '../../src/scan/runner.ts';
import { Scheduler } from '../../src/scan/schedule.ts';
import { openStore, type Store, type StoreLocation } from '../../src/store/index.ts';
import { catalogue, config, quiet, target } from '../scan/toy.ts';
import type { SoakEstate } from './estate.ts';

const concurrency = 4;
export const schedule = '*/5 * * * *';

/** What really ran, seen from outside of the store. */
export interface Seen {
  /** Scans that began. */
  begun: number;
  /** Those under way in an instance that lives. */
  running: number;
  unrecorded: number;
  asked: number;
}

/** One worker. */
export interface Instance {
  store: Store;
  slots: number;
  /** Asks for what is due. */
  plan(): Promise<void>;
  stop(): Promise<void>;
  /** Ends without a word: nothing more of it reaches the store. */
  crash(): Promise<void>;
}

export async function startInstance(
  estate: SoakEstate,
  location: StoreLocation,
  seen: Seen,
): Promise<Instance> {
  const store = await openStore(location);
  const spool = mkdtempSync(join(tmpdir(), 'roomwarden-soak-'));
  const targets = estate.ids.map((id) => target({ id, settings: { id, vendor: 'toy' }, schedule }));
  const settings = config({ targets, timezone: 'UTC', feed: { initial: 'summary' } });
  const adapters = new Map([['toy', estate.adapter]]);
  const deps: RecordDeps = {
    store,
    key: 'k'.repeat(32),
    config: settings,
    catalogue,
    bind: binder(catalogue, adapters),
    adapters,
    collect: {
      now: () => estate.clock.now,
      log: quiet,
      secret: async () => '',
      attesting: attestingPolicies(catalogue),
    },
    spool,
  };
  const byId = new Map(targets.map((each) => [each.id, each]));
  let dead = false;
  let own = 0;
  const run = async (id: string, scan: string, signal: AbortSignal, fence?: number): Promise<void> => {
    const chosen = byId.get(id);
    if (chosen === undefined || dead) return;
    seen.begun += 1;
    seen.running += 1;
    own += 1;
    try {
      await recordScan(deps, { id: scan, target: chosen, signal, ...(fence === undefined ? {} : { fence }) });
    } catch (error) {
      if (isOfAttempt(error)) throw error;
      if (dead) throw error;
      seen.unrecorded += 1;
    } finally {
      if (!dead) {
        seen.running -= 1;
        own -= 1;
      }
    }
  };
  const newScanId = (): string => {
    seen.asked += 1;
    return `scan-${seen.asked}-${Math.random().toString(36).slice(2)}`;
  };
  const close = async (): Promise<void> => {
    await store.close().catch(() => {});
    rmSync(spool, { recursive: true, force: true });
  };
  const base = { timezone: 'UTC', concurrency, now: () => estate.clock.now, newScanId };
  if (location.kind === 'sqlite') {
    await recoverScans(store, spool, estate.clock.now);
    const scheduler = new Scheduler({ ...base, run });
    const starts = await lastStarts(store, estate.ids);
    scheduler.start(targets.map(({ id }) => ({ id, schedule, lastStartedAt: starts.get(id) ?? null })));
    const stop = async (): Promise<void> => {
      await scheduler.stop();
      await close();
    };
    return { store, slots: concurrency, plan: async () => scheduler.plan(), stop, crash: stop };
  }
  const queue = await SharedQueue.open({
    ...base,
    store,
    heartbeat: 10,
    deadline: 5_000,
    takes: true,
    slices: null,
    targets,
    log: quiet,
    look: 20,
    knows: (id) => byId.has(id),
    run: ({ target: id, scan, signal, fence }) => run(id, scan, signal, fence),
  });
  await queue.work(true);
  return {
    store,
    slots: concurrency,
    plan: () => queue.plan(),
    async stop() {
      await queue.stop();
      await close();
    },
    async crash() {
      dead = true;
      seen.running -= own;
      await store.close();
      await queue.stop().catch(() => {});
      await close();
    },
  };
}
