import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Config } from '../../src/config/types.ts';
import { type FindingFilter, listFindings } from '../../src/findings/queries.ts';
import { recordScan } from '../../src/scan/runner.ts';
import type { Store } from '../../src/store/index.ts';
import { catalogue, recordDeps, t0, target, type World } from './toy.ts';

export const spool = mkdtempSync(join(tmpdir(), 'roomwarden-spool-'));
afterAll(() => rmSync(spool, { recursive: true, force: true }));

export async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

let scans = 0;
export async function scan(
  store: Store,
  state: World,
  change: Partial<Config> = {},
  minutes = 30,
): Promise<string> {
  const id = `scan-${scans++}`;
  const signal = new AbortController().signal;
  await recordScan(recordDeps(store, state, spool, change), { id, target: target(), signal });
  state.now += minutes * 60_000;
  return id;
}

export async function told(store: Store): Promise<string[]> {
  const events = await store.db
    .selectFrom('events')
    .select(['kind', 'policy', 'cause'])
    .orderBy('seq')
    .execute();
  return events
    .filter(({ kind }) => kind !== 'heartbeat')
    .map(({ kind, policy, cause }) => `${kind} ${policy} ${cause}`);
}

export async function forget(store: Store): Promise<void> {
  await store.db.deleteFrom('events').execute();
}

export const states = async (store: Store) =>
  (
    await store.db
      .selectFrom('subjects')
      .select(['id', 'state'])
      .where('kind', '=', 'room')
      .orderBy('id')
      .execute()
  ).map(({ id, state }) => `${id} ${state}`);

export const queries = (store: Store, now = t0) => ({
  store,
  catalogue,
  now: () => now,
  freshness: new Map([['t', 86_400]]),
});
export const list = async (store: Store, filter: Partial<FindingFilter> = {}, now = t0) =>
  (await listFindings(queries(store, now), { visible: null, ...filter }, { limit: 100 }, 'plain')).findings;
