import { expect, it } from 'vitest';
import { administer, eachStore } from '../store/helper.ts';
import { grown } from './growth.ts';
import { soak } from './soak.ts';

const hours = 2;
const number = { sqlite: 20, postgres: 12 };

eachStore((open, dialect) => {
  const targets = number[dialect];
  it(`${hours} hours of ${targets} targets: each on time or told to be late, and nothing grows`, async () => {
    const { location, store } = await open();
    await store.close();
    const result = await soak({
      location,
      targets,
      hours,
      seed: 2026,
      rates: { down: 0.1 / targets, slow: 0.2 / targets, broken: 0.05 / targets, changed: 0.005 },
      restart: 50,
      crash: null,
      disconnect: 90,
      workers: 2,
      keep: 1,
      ...(location.kind === 'sqlite' ? {} : { cut: () => cut(location.url) }),
    });
    expect(result.faults).toEqual([]);
    expect(grown(result.samples)).toEqual([]);
    expect(result.begun).toBeGreaterThan(targets * 22);
    expect(result.told.restarts).toBeGreaterThan(0);
    if (dialect === 'postgres') expect(result.told.disconnects).toBeGreaterThan(0);
    expect(result.lateMinutes).toBeGreaterThan(0);
  }, 120_000);
});

const cut = (url: string): Promise<void> =>
  administer(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  );
