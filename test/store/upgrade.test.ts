import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { listFindings } from '../../src/findings/queries.ts';
import { recordScan } from '../../src/scan/runner.ts';
import { openStore, type Store, type StoreLocation } from '../../src/store/index.ts';
import { migrations } from '../../src/store/migrations.ts';
import { closeStages, stage } from '../api/helper.ts';
import { catalogue, recordDeps, t0, target, world } from '../scan/toy.ts';
import {
  columnsOf,
  contents,
  type Dialect,
  execute,
  fixture,
  insert,
  ofFile,
  oldStore,
  type Rows,
} from './upgrade.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await closeStages();
  for (const close of closers.splice(0).reverse()) await close();
});

async function old(dialect: Dialect, rows?: Rows): Promise<{ location: StoreLocation; before: Rows }> {
  const made = await oldStore(dialect, rows);
  closers.push(() => made.remove());
  return { location: made.location, before: await contents(made.location) };
}

async function opened(location: StoreLocation): Promise<Store> {
  const store = await openStore(location);
  closers.push(() => store.close().catch(() => {}));
  return store;
}

/** What the older version wrote stands as it stood; `meta` has learned more. */
async function expectKept(location: StoreLocation, before: Rows): Promise<void> {
  const { meta, ...now } = await contents(location, columnsOf(before));
  const { meta: knew, ...rest } = before;
  expect(now).toEqual(rest);
  const known = (knew ?? []).filter(({ key }) => key !== 'schema');
  expect(meta).toEqual(expect.arrayContaining(known));
}

const schemaOf = async (location: StoreLocation): Promise<unknown> =>
  (await execute(location, "select value from meta where key = 'schema'"))[0]?.['value'];

const reopened = (): Rows => JSON.parse(fixture('reopened.json'));
const hour = 3_600_000;

/** Until the end of the test the list ends in one more. */
function oneMore(migration: (typeof migrations)[number]): void {
  const list = migrations as (typeof migrations)[number][];
  list.push(migration);
  closers.push(() => list.pop());
}

function failing(): void {
  oneMore(async ({ db }) => {
    await db.schema.createTable('half_done').addColumn('n', 'integer').execute();
    await db.deleteFrom('findings').execute();
    throw new Error('no such thing');
  });
}

describe.each(['sqlite', 'postgres'] as const)('a store of the version before, %s', (dialect) => {
  it('is migrated, and every row is kept', async () => {
    const { location, before } = await old(dialect);
    expect(before['findings']?.length).toBeGreaterThan(50);
    const store = await opened(location);
    await expectKept(location, before);
    expect(await schemaOf(location)).toBe(String(migrations.length));
    const feed = await store.feed();
    const epoch = before['meta']?.find(({ key }) => key === 'epoch')?.value;
    expect(feed).toMatchObject({ epoch, head: 13, floor: 0 });
    expect(store.instanceKey).toBe(before['meta']?.find(({ key }) => key === 'instance')?.value);
  });

  it('shows the same findings, takes its tokens and goes on behind its cursors', async () => {
    const { location, before } = await old(dialect);
    const value = `rw_${'a'.repeat(43)}`;
    const hash = createHash('sha256').update(value).digest('hex');
    await insert(location, 'tokens', { ...before['tokens']?.[0], id: 'known', hash });
    const store = await opened(location);
    const deps = { store, catalogue, now: () => t0, freshness: new Map() };
    const filter = { visible: null, verdict: 'all', status: 'all' } as const;
    const { findings } = await listFindings(deps, filter, { limit: 200 }, 'plain');
    const told = findings.map((each) => [each.uid, each.status, each.verdict, each.severity, each.opened_at]);
    expect(told.sort()).toEqual(
      before['findings']?.map((row) => [
        row['uid'],
        row['status'],
        row['verdict'],
        row['severity'],
        new Date(Number(row['opened_at'])).toISOString(),
      ]),
    );
    const { get } = await stage(store, { scanned: false });
    const epoch = before['meta']?.find(({ key }) => key === 'epoch')?.value;
    // As that version wrote it for the fifth event.
    const cursor = Buffer.from(JSON.stringify([epoch, 5])).toString('base64url');
    if (dialect === 'sqlite') expect(cursor).toBe('WyIyYWJkNTAwN2E5MjUzODUwIiw1XQ');
    const page = await get(`/api/v1/events?after=${cursor}`, value);
    expect([page.statusCode, page.body]).toEqual([200, expect.any(String)]);
    expect(page.json().events.map(({ seq }: { seq: number }) => seq)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it('keeps what is waived, and a scan of the same facts writes nothing but its heartbeat', async () => {
    const { location, before } = await old(dialect, reopened());
    const store = await opened(location);
    await expectKept(location, before);
    const state = world({ presence: true, population: 'all', now: t0 + 5 * hour });
    state.rooms = [
      ...['again', 'later', 'steady', 'excused', 'doubt', 'asked'].map((id) => ({ id, password: false })),
      ...['mended', 'fine'].map((id) => ({ id, password: true })),
    ];
    const findings = () => store.db.selectFrom('findings').selectAll().orderBy('uid').execute();
    const [was, { head }] = [await findings(), await store.feed()];
    expect(was.filter(({ status }) => status === 'waived').map((row) => row.subject_id)).toEqual(['excused']);
    const waiver = {
      id: 'file-1',
      policy: 'access',
      target: 't',
      room: 'excused',
      reason: 'Schulung',
      owner: 'Fachgebiet 12',
      approvedBy: 'Amtsleitung',
      until: t0 + 400 * 24 * hour,
      origin: { file: 'roomwarden.yaml', line: 1, column: 1 },
    };
    const spool = mkdtempSync(join(tmpdir(), 'roomwarden-upgrade-'));
    closers.push(() => rmSync(spool, { recursive: true, force: true }));
    const deps = recordDeps(store, state, spool, { waivers: [waiver], feed: { initial: 'summary' } });
    const request = { id: 'scan-after', target: target(), signal: new AbortController().signal };
    expect(await recordScan(deps, request)).toMatchObject({ state: 'complete' });
    expect(await findings()).toEqual(was);
    const told = await store.db.selectFrom('events').selectAll().where('seq', '>', head).execute();
    expect(told.map(({ kind }) => kind)).toEqual(['heartbeat']);
    const { subjects } = await contents(location, columnsOf(before));
    // The hash is made in another way since: it is renewed, and nothing else of the row.
    const renewed = (before['subjects'] ?? []).map((row) => ({ ...row, facts_hash: expect.any(String) }));
    expect(subjects).toEqual(renewed);
  });

  describe('when a finding was there first', () => {
    async function firsts(change?: string): Promise<Record<string, number>> {
      const { location } = await old(dialect, reopened());
      if (change !== undefined) await execute(location, change);
      const store = await opened(location);
      const rows = await store.db
        .selectFrom('findings')
        .select(['subject_id', 'first_opened_at'])
        .where('policy', '=', 'access')
        .execute();
      return Object.fromEntries(rows.map((row) => [row.subject_id, (row.first_opened_at - t0) / hour]));
    }

    it('is found in its events, where it was opened again; else it is when it was opened', async () => {
      expect(await firsts()).toMatchObject({ later: 1, asked: 1, steady: 0, excused: 0, mended: 0 });
    });

    it('is when it was opened, where retention took its events', async () => {
      expect(await firsts('delete from events')).toEqual({
        again: 2,
        later: 3,
        doubt: 2,
        asked: 2,
        steady: 0,
        excused: 0,
        mended: 0,
      });
    });

    // The first event of what a baseline swallowed is that it was resolved: an hour late. The event's snapshot knows.
    it('is found in the snapshot of its first event, where a baseline opened it', async () => {
      expect(await firsts()).toMatchObject({ again: 0 });
    });
  });

  it('loses nothing by a migration that fails, and is migrated when the cause is gone', async () => {
    const { location, before } = await old(dialect);
    failing();
    await expect(openStore(location)).rejects.toMatchObject({ code: 'RW3004' });
    await expectKept(location, before);
    await expect(execute(location, 'select * from half_done')).rejects.toThrow();
    if (location.kind === 'sqlite') {
      const copy = `${location.file}.before-${migrations.length}`;
      expect(await contents({ kind: 'sqlite', file: copy })).toEqual(before);
      expect(ofFile(copy, 'select * from pragma_integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    }
    (migrations as unknown[]).pop();
    closers.pop();
    await opened(location);
    await expectKept(location, before);
  });

  // Those before the one that failed stay: the version before refuses the store, and on PostgreSQL there is no copy.
  it('is for the older version as it was after a migration that failed', async () => {
    const { location, before } = await old(dialect);
    failing();
    await expect(openStore(location)).rejects.toMatchObject({ code: 'RW3004' });
    expect(await schemaOf(location)).toBe('1');
    expect(await contents(location)).toEqual(before);
  });

  it('of a newer schema is refused and left alone', async () => {
    const { location } = await old(dialect);
    const value = String(migrations.length + 1);
    await execute(location, `update meta set value = '${value}' where key = 'schema'`);
    const before = await contents(location);
    await expect(openStore(location)).rejects.toMatchObject({ code: 'RW3002' });
    expect(await contents(location)).toEqual(before);
    if (location.kind === 'sqlite') expect(existsSync(`${location.file}.before-${value}`)).toBe(false);
  });

  it.each([2, 4, migrations.length + 1])('kill -9 before migration %i', async (number) => {
    const { location, before } = await old(dialect);
    await killed(location, number);
    await expectKept(location, before);
    await opened(location);
    await expectKept(location, before);
    expect(await schemaOf(location)).toBe(String(migrations.length));
    await expect(execute(location, 'select * from half_done')).rejects.toThrow();
  });
});

it('a copy that a crash left half written is made anew', async () => {
  const { location, before } = await old('sqlite');
  if (location.kind !== 'sqlite') return;
  const copy = `${location.file}.before-${migrations.length}`;
  writeFileSync(copy, 'half of a copy');
  await opened(location);
  expect(await contents({ kind: 'sqlite', file: copy })).toEqual(before);
});

const child = fileURLToPath(new URL('./upgrading.ts', import.meta.url));

async function killed(location: StoreLocation, before: number): Promise<void> {
  const started = spawn(process.execPath, [child, JSON.stringify({ location, before })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  started.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const gone = new Promise<void>((resolve) => started.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    started.stdout.on('data', () => resolve());
    void gone.then(() => reject(new Error(said)));
  });
  started.kill('SIGKILL');
  await gone;
}
