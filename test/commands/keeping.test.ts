import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { type Served, serve } from './client.ts';
import { configure, folder, run, until } from './helper.ts';
import { startWorld, type World } from './world.ts';

const room = 'meeting-1';
const alias = 'abc-def-ghi-001';
let world: World;
let served: Served;
let token = '';

interface Page {
  events: { id: string; seq: number; event: string; erased?: true }[];
  next_cursor: string;
}

beforeAll(async () => {
  world = await startWorld();
  world.configuration['feed'] = { initial: 'full' };
  world.configuration['waivers'] = [
    {
      policy: 'room-password-strong',
      target: 'bbb',
      room: alias,
      reason: 'x',
      owner: 'IT',
      until: '2099-01-01',
      approved_by: 'IT',
    },
  ];
  world.write();
  const made = await run(
    ['token', 'create', '--name', 'siem', '--scope', 'read', 'feed', 'operate'],
    world.options,
  );
  token = made.stdout.trim();
  served = await serve(world.options, token);
  await served.idle();
});
afterAll(() => world.close());

const rooms = async (): Promise<{ id: string; ref: string }[]> =>
  (await served.get<{ rooms: { id: string; ref: string }[] }>('/api/v1/targets/bbb/rooms')).rooms;
const ask = (path: string) =>
  fetch(`${served.url}${path}`, { headers: { authorization: `Bearer ${token}` } });

describe('one room, while the service runs', () => {
  it('export gives everything that is stored about it', async () => {
    const [code, exported] = await run(['export', '--target', 'bbb', '--room', alias], world.options).then(
      (done) => [done.code, JSON.parse(done.stdout)],
    );
    expect(code).toBe(0);
    expect(exported).toMatchObject({
      schema: 'roomwarden.room-export/1',
      target: 'bbb',
      rooms: [{ id: room, name: 'Projektrunde 1' }],
    });
    expect(exported.ids).toEqual(expect.arrayContaining([room, alias]));
    expect(exported.findings.length).toBeGreaterThan(0);
    expect(exported.events.length).toBeGreaterThan(0);
    expect(exported.events[0].at).toMatch(/Z$/);
    expect(exported.events[0].snapshot.detail).toHaveProperty('evidence');
    expect(exported.named_in_configuration).toEqual([expect.stringMatching(/roomwarden\.yaml:\d+$/)]);
    expect(JSON.stringify(exported)).not.toContain('Projektrunde 3');
  });

  it('erase deletes it, empties its events and says what it cannot reach', async () => {
    const ref = (await rooms()).find(({ id }) => id === room)?.ref ?? '';
    const before = await served.get<Page>('/api/v1/events?limit=1000');
    const done = await run(['erase', '--target', 'bbb', '--room', ref], world.options);
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toMatch(/^Room \S+ of "bbb": \d+ entries of the inventory, \d+ findings/);
    expect(done.stdout).toMatch(/the next scan records it again/);
    expect(done.stdout).toMatch(/siem \([0-9a-f]{12}\)/);
    expect(done.stdout).toMatch(/The configuration names it: .*roomwarden\.yaml:\d+/);
    expect((await rooms()).map(({ id }) => id)).not.toContain(room);
    expect((await ask(`/api/v1/targets/bbb/rooms/${ref}`)).status).toBe(404);
    const after = await served.get<Page>('/api/v1/events?limit=1000');
    expect(after.events.map(({ id, event }) => [id, event])).toEqual(
      before.events.map(({ id, event }) => [id, event]),
    );
    expect(after.events.some((event) => event.erased)).toBe(true);
    expect(JSON.stringify(after)).not.toContain('Projektrunde 1');
    const again = await run(['erase', '--target', 'bbb', '--room', ref], world.options);
    expect(again).toMatchObject({ code: 3, stdout: '' });
    expect(again.stderr).toMatch(/^RW1040: /);
    const nothing = await run(['erase', '--target', 'bbb', '--room', ''], world.options);
    expect([nothing.code, nothing.stdout]).toEqual([3, '']);
    const strange = await run(['erase', '--target', 'nowhere', '--room', ref], world.options);
    expect([strange.code, strange.stderr]).toEqual([3, expect.stringMatching(/^RW1012: /m)]);
  });
});

describe('backup and restore', () => {
  it('copy while it is served; after restoring, old cursors get 410 and erased rooms stay erased', async () => {
    await served.scan('bbb');
    expect((await rooms()).map(({ id }) => id)).toContain(room);
    const file = join(world.directory, 'backup.db');
    const made = await run(['backup', file], world.options);
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('instance.key')]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await run(['backup', file], world.options)).stderr).toMatch(/^RW3007: /m);
    expect((await run(['erase', '--target', 'bbb', '--room', room], world.options)).code).toBe(0);
    await served.scan('zoom');
    const before = await served.get<Page>('/api/v1/events?limit=1000');

    const busy = await run(['restore', file], world.options);
    expect([busy.code, busy.stderr]).toEqual([4, expect.stringMatching(/^RW3005: /m)]);
    await served.command.stop();
    const restored = await run(['restore', file], world.options);
    expect(restored.code).toBe(0);
    expect(restored.stdout).toMatch(/old cursors get 410/);
    expect(restored.stdout).toMatch(/Erasure repeated: room \S+ of "bbb"/);
    expect(existsSync(join(world.directory, 'data', 'roomwarden.db.before-restore'))).toBe(true);

    served = await serve(world.options, token);
    await served.idle();
    expect((await rooms()).map(({ id }) => id)).not.toContain(room);
    const refused = await ask(`/api/v1/events?after=${before.next_cursor}`);
    expect(refused.status).toBe(410);
    const { oldest_cursor } = (await refused.json()) as { oldest_cursor: string };
    await served.scan('zoom');
    const after = await served.get<Page>(`/api/v1/events?limit=1000&after=${oldest_cursor}`);
    const known = new Set(before.events.map(({ id }) => id));
    const last = Math.max(...before.events.map(({ seq }) => seq));
    const fresh = after.events.filter(({ id }) => !known.has(id));
    expect(fresh.length).toBeGreaterThan(0);
    for (const { seq } of fresh) expect(seq).toBeGreaterThan(last);
  });

  it('restore --mark voids the cursors of a store that was set back by other means', async () => {
    const { next_cursor } = await served.get<Page>('/api/v1/events?limit=1');
    const marked = await run(['restore', '--mark'], world.options);
    expect([marked.code, marked.stdout]).toEqual([0, expect.stringMatching(/old cursors get 410/)]);
    expect((await ask(`/api/v1/events?after=${next_cursor}`)).status).toBe(410);
    for (const wrong of [['restore'], ['restore', 'x', '--mark']])
      expect(await run(wrong, world.options)).toMatchObject({ code: 3, stdout: '' });
  });

  it('PostgreSQL: says how it is done there', async () => {
    const directory = folder();
    const key = { env: 'KEY' };
    const file = configure(directory, {
      ...world.configuration,
      waivers: [],
      database: { url: { env: 'URL' } },
      instance: { key },
    });
    const env = { BBB_SECRET: 'x', KEY: 'k'.repeat(40), URL: 'postgres://u:geheim@127.0.0.1:1/x' };
    const done = await run(['restore', 'x', '--config', file], { cwd: directory, env });
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/RW3006: .*127\.0\.0\.1:1\/x/);
    expect(done.stderr).toMatch(/pg_dump --format=custom/);
    expect(done.stderr).toMatch(/restore --mark/);
    expect(done.stderr).not.toContain('geheim');
  });
});

it('the audit log tells who erased, backed up and restored; a start deletes what is too old', async () => {
  await served.command.stop();
  const store = await openStore({
    kind: 'sqlite',
    file: join(world.directory, 'data', 'roomwarden.db'),
  });
  const rows = await store.db.selectFrom('audit_log').select(['actor', 'action']).orderBy('id').execute();
  const old = { at: 1, actor: 'cli', action: 'token.create', object: null, target: null, detail_json: '{}' };
  await store.db
    .insertInto('audit_log')
    .values({ ...old, id: '0' })
    .execute();
  served = await serve(world.options, token);
  const oldest = async (): Promise<number | undefined> =>
    (await store.db.selectFrom('audit_log').select('at').orderBy('at').executeTakeFirst())?.at;
  await until(oldest, (at) => at !== 1);
  await served.command.stop();
  await store.close();
  const told = rows.map(({ actor, action }) => `${actor} ${action}`);
  for (const entry of ['cli room.erase', 'cli store.restore']) expect(told).toContain(entry);
});
