import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterEach, describe, inject } from 'vitest';
import { openStore, type Store, type StoreLocation } from '../../src/store/index.ts';
import type {} from './postgres.ts';

export interface Opened {
  store: Store;
  location: StoreLocation;
}

/**
 * Runs a suite on both engines. `open()` gives a fresh, empty store; it is closed and removed after the test.
 * `open(location)` opens the same one again.
 */
export function eachStore(
  suite: (open: (location?: StoreLocation) => Promise<Opened>, dialect: Store['dialect']) => void,
): void {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describe(dialect, () => {
      const cleanup: (() => Promise<void> | void)[] = [];
      afterEach(async () => {
        for (const step of cleanup.splice(0).reverse()) await step();
      });
      suite(async (location) => {
        const place = location ?? (await freshPlace(dialect, cleanup));
        const store = await openStore(place);
        cleanup.push(() => store.close().catch(() => {}));
        return { store, location: place };
      }, dialect);
    });
  }
}

async function freshPlace(
  dialect: Store['dialect'],
  cleanup: (() => Promise<void> | void)[],
): Promise<StoreLocation> {
  if (dialect === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'roomwarden-store-'));
    cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
    return { kind: 'sqlite', file: join(folder, 'roomwarden.db') };
  }
  const { url, drop } = await freshDatabase();
  cleanup.push(drop);
  return { kind: 'postgres', url };
}

/** An empty database of the run's PostgreSQL. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const base = await postgresUrl();
  const name = `roomwarden_${randomBytes(6).toString('hex')}`;
  await administer(base, `create database ${name}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(base, `drop database if exists ${name} with (force)`) };
}

async function postgresUrl(): Promise<string> {
  const answer = await fetch(inject('postgresStarter'));
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

export async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** PostgreSQL: until the work is over, or waits for somebody's lock. */
export async function overOrWaiting(store: Store, work: Promise<unknown>): Promise<void> {
  let over = false;
  void work
    .catch(() => {})
    .finally(() => {
      over = true;
    });
  for (;;) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    `.execute(store.db);
    if (over || rows.length > 0) return;
  }
}
