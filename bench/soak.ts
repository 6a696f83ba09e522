import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { grown } from '../test/soak/growth.ts';
import { soak } from '../test/soak/soak.ts';
import type { SoakOptions, SoakResult } from '../test/soak/types.ts';
import { start } from '../test/store/postgres.ts';

/** `node bench/soak.ts --targets 2000 --hours 24 --seed 2026 --store sqlite|postgres`; SIGTERM: ends with the hour. */
const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: '2000' },
    hours: { type: 'string', default: '24' },
    seed: { type: 'string', default: '2026' },
    store: { type: 'string', default: 'sqlite' },
    workers: { type: 'string', default: '2' },
    slow: { type: 'string', default: '0.2' },
  },
});

const targets = Number(values.targets);
const enough = new AbortController();
process.once('SIGTERM', () => enough.abort());
/** Seldom enough that the four places of a worker are not always taken by servers that are slow. */
const perMinute = (servers: number): number => servers / targets;

const options: Omit<SoakOptions, 'location'> = {
  targets,
  hours: Number(values.hours),
  seed: Number(values.seed),
  rates: { down: perMinute(1), slow: perMinute(Number(values.slow)), broken: perMinute(0.1), changed: 0.002 },
  restart: 90,
  crash: values.store === 'postgres' ? 60 : null,
  disconnect: values.store === 'postgres' ? 60 : null,
  workers: Number(values.workers),
  keep: 2,
  enough: enough.signal,
  onHour: (sample) => print(JSON.stringify(sample)),
};

const result = values.store === 'postgres' ? await onPostgres() : await onSqlite();
const { samples, ...rest } = result;
print(JSON.stringify({ ...rest, grown: grown(samples) }, null, 2));
if (result.faults.length > 0 || grown(samples).length > 0) process.exitCode = 1;

async function onSqlite(): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-soak-'));
  try {
    return await soak({ ...options, location: { kind: 'sqlite', file: join(folder, 'roomwarden.db') } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(): Promise<SoakResult> {
  const server = await start();
  const administrator = new Client({ connectionString: server.url });
  await administrator.connect();
  try {
    await administrator.query('create database soak');
    const url = new URL(server.url);
    url.pathname = '/soak';
    const end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'soak'";
    return await soak({
      ...options,
      location: { kind: 'postgres', url: url.href },
      cut: async () => void (await administrator.query(end)),
    });
  } finally {
    await administrator.query('drop database if exists soak with (force)').catch(() => {});
    await administrator.end();
    await server.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
