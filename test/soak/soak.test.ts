import { expect, it } from 'vitest';
import { administer, eachStore } from '../store/helper.ts';
import { grown } from './growth.ts';
import { soak } from './soak.ts';

const hours = 2;

eachStore((open) => {
  it(`${hours} hours of 25 targets: each on time or told to be late, and nothing grows`, async () => {
    const { location, store } = await open();
    await store.close();
    const result = await soak({
      location,
      targets: 25,
      hours,
      seed: 2026,
      rates: { down: 0.002, slow: 0.006, broken: 0.001, changed: 0.005 },
      restart: 50,
      crash: null,
      disconnect: 90,
      workers: 2,
      keep: 1,
      ...(location.kind === 'sqlite' ? {} : { cut: () => cut(location.url) }),
    });
    expect(result.faults).toEqual([]);
    expect(grown(result.samples)).toEqual([]);
    expect(result.begun).toBeGreaterThan(550);
    expect(result.lateMinutes).toBeGreaterThan(0);
  }, 120_000);
});

const cut = (url: string): Promise<void> =>
  administer(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  );
