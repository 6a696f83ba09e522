import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SourceCheck } from '../../adapters/contract/adapter.ts';
import { adapters } from '../../adapters/registry.ts';
import type { Setup } from '../../src/api/deps.ts';
import type { ConfiguredTarget } from '../../src/config/types.ts';
import { closeStages, embedded, type Stage, stage } from './helper.ts';

const folders: string[] = [];
afterEach(async () => {
  await closeStages();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const secret = 'CANARY-of-a-secret-0123456789';
const line: SourceCheck = {
  source: 'ME',
  state: 'failed',
  reason: { code: 'not_permitted' },
  message: { de: 'weist ab', en: 'refuses' },
  remedy: { de: 'occ user:auth-tokens:add KONTO', en: 'occ user:auth-tokens:add ACCOUNT' },
};
const asked = {
  vendor: 'nextcloud-talk',
  id: 'cloud',
  values: { url: 'https://cloud.example.org', user: 'auditor', password: secret },
};

interface Made extends Stage {
  data: string;
  taken: ConfiguredTarget[];
  given: Map<string, string>[];
}

async function made(change: Partial<Setup> = {}): Promise<Made> {
  const data = mkdtempSync(join(tmpdir(), 'roomwarden-setup-'));
  folders.push(data);
  const taken: ConfiguredTarget[] = [];
  const given: Map<string, string>[] = [];
  const setup: Setup = {
    obstacle: () => null,
    vendors: adapters,
    async *check(_target, secrets) {
      given.push(new Map(secrets));
      yield line;
    },
    takeUp(target) {
      taken.push(target);
      return 'scan-1';
    },
    ...change,
  };
  const config = { data, directory: data, targets: [] };
  const set = await stage(await embedded(), { scanned: false, config, deps: { setup } });
  return { ...set, data, taken, given };
}

async function post(set: Stage, path: string, payload: object, scope: 'admin' | 'operate' = 'admin') {
  const headers = { authorization: `Bearer ${await set.token([scope])}` };
  return set.call({ method: 'POST', url: `/api/v1/setup/${path}`, headers, payload });
}

const audited = (set: Stage) =>
  set.store.db.selectFrom('audit_log').selectAll().where('action', 'not like', 'session%').execute();

describe('first steps', () => {
  it('says that nothing is set up yet, and what it would ask for', async () => {
    const set = await made();
    const { targets, demo, obstacle, vendors } = (await set.get('/api/v1/setup')).json();
    expect([targets, demo, obstacle]).toEqual([0, false, null]);
    expect(vendors.map(({ vendor }: { vendor: string }) => vendor)).toEqual([
      'bigbluebutton',
      'jitsi',
      'nextcloud-talk',
      'rocketchat',
    ]);
  });

  it('checks what was typed, line by line, and writes nothing', async () => {
    const set = await made();
    const response = await post(set, 'check', asked);
    const lines = response.body
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each));
    expect(lines[0]).toEqual(line);
    expect(lines[1]).toMatchObject({ done: true, problem: null, secrets: ['secrets/cloud/password'] });
    expect(lines[1].text).toContain('url: https://cloud.example.org');
    expect([...(set.given[0]?.values() ?? [])]).toEqual([secret]);
    expect(existsSync(join(set.data, 'config.d'))).toBe(false);
    expect([set.taken, (await audited(set)).map(({ action }) => action)]).toEqual([[], ['setup.check']]);
  });

  it('writes, takes up and scans once it is confirmed, and never over what is there', async () => {
    const set = await made();
    const response = await post(set, 'targets', asked);
    expect([response.statusCode, response.json()]).toEqual([
      201,
      { target: 'cloud', scan: 'scan-1', files: ['config.d/cloud.yaml', 'secrets/cloud/password'] },
    ]);
    const file = join(set.data, 'secrets/cloud/password');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([`${secret}\n`, 0o600]);
    expect(statSync(join(set.data, 'secrets')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(set.data, 'config.d/cloud.yaml'), 'utf8')).not.toContain(secret);
    expect(set.taken.map(({ id }) => id)).toEqual(['cloud']);
    const [entry] = (await audited(set)).filter(({ action }) => action === 'target.create');
    expect(JSON.parse(entry?.detail_json ?? '')).toEqual({
      vendor: 'nextcloud-talk',
      host: 'cloud.example.org',
      secrets: 1,
    });
    const again = await post(set, 'targets', asked);
    expect([again.statusCode, again.json().code]).toEqual([409, 'RW1023']);
  });

  it('says the secret to nobody: not in answers, logs or the store', async () => {
    const broken = new Error(secret);
    const set = await made({
      // biome-ignore lint/correctness/useYield: it fails before it says anything
      async *check() {
        throw broken;
      },
    });
    const told = [
      await post(set, 'check', asked),
      await post(set, 'targets', { ...asked, values: { ...asked.values, url: 'nowhere' } }),
      await post(set, 'targets', { ...asked, values: { ...asked.values, password: `${secret}\nx` } }),
      await post(set, 'targets', asked),
    ];
    expect(told.map(({ statusCode }) => statusCode)).toEqual([200, 400, 400, 201]);
    expect(told.map(({ body }) => body).join()).not.toContain(secret);
    expect(set.logs.join()).not.toContain(secret);
    expect(JSON.stringify(await audited(set))).not.toContain(secret);
    expect(told[0]?.json().problem.en).toContain('RW2007');
  });

  it.each([
    ['clear text', { values: { ...asked.values, url: 'http://cloud.example.org' } }, 'body.values.url'],
    ['no address', { values: { ...asked.values, url: 'nowhere' } }, 'body.values.url'],
    [
      'a password in the address',
      { values: { ...asked.values, url: 'https://a:b@c.org' } },
      'body.values.url',
    ],
    ['nothing', { values: {} }, 'body.values.url'],
    [
      'a file of this machine',
      { values: { ...asked.values, database: 'sqlite:/etc/passwd' } },
      'body.values.database',
    ],
    ['another key', { values: { ...asked.values, tls: 'x' } }, 'body.values.tls'],
    ['a path as id', { id: '../x' }, 'body.id'],
    ['an odd schedule', { schedule: 'often' }, 'body.schedule'],
    ['a product without an interface', { vendor: 'declared' }, 'body.vendor'],
  ])('refuses %s and says where', async (_name, change, path) => {
    const set = await made();
    const response = await post(set, 'targets', { ...asked, ...change });
    const { errors } = response.json();
    expect([response.statusCode, errors[0].path]).toEqual([400, path]);
    expect(existsSync(join(set.data, 'secrets'))).toBe(false);
  });

  it.each(['demo', 'shared', 'unwritable'] as const)('shows the text only: %s', async (obstacle) => {
    const set = await made({ obstacle: () => obstacle });
    expect((await set.get('/api/v1/setup')).json()).toMatchObject({ obstacle, demo: obstacle === 'demo' });
    expect((await post(set, 'check', asked)).statusCode).toBe(200);
    const response = await post(set, 'targets', asked);
    expect([response.statusCode, existsSync(join(set.data, 'config.d')), set.taken]).toEqual([
      409,
      false,
      [],
    ]);
  });

  it('is for administrators without limits, from our own page', async () => {
    const set = await made();
    expect((await post(set, 'check', asked, 'operate')).statusCode).toBe(403);
    expect((await post(set, 'targets', asked, 'operate')).statusCode).toBe(403);
    const bounded = { authorization: `Bearer ${await set.token(['admin'], ['main'])}` };
    const url = '/api/v1/setup/targets';
    expect((await set.call({ method: 'POST', url, headers: bounded, payload: asked })).statusCode).toBe(403);
    const payload = { token: await set.token(['admin']) };
    const opened = await set.call({ method: 'POST', url: '/api/v1/session', payload });
    const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
    const foreign = [{ cookie }, { cookie, 'x-requested-with': 'x', origin: 'https://elsewhere.example' }];
    for (const headers of foreign) {
      expect((await set.call({ method: 'POST', url, headers, payload: asked })).statusCode).toBe(403);
    }
    expect(set.taken).toEqual([]);
  });
});
